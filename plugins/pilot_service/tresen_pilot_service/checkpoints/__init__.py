# SPDX-License-Identifier: AGPL-3.0-or-later
"""The meetings of a programme."""
