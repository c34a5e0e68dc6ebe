# SPDX-License-Identifier: AGPL-3.0-or-later
"""What runs here, and its source for everybody who uses it (AGPL, section 13)."""
