# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a development runs, since when, and whether it is still what was published."""
