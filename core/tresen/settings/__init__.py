# SPDX-License-Identifier: AGPL-3.0-or-later
"""Settings that administrators change while Tresen runs, from the forms of all plugins."""
