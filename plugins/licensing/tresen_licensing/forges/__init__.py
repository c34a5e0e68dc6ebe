# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ways on which changes are proposed upstream, one module each, behind one interface."""
