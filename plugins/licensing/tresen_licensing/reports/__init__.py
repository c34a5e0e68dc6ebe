# SPDX-License-Identifier: AGPL-3.0-or-later
"""How giving back went in a year, for the management and for one customer."""
