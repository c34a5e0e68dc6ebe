# SPDX-License-Identifier: AGPL-3.0-or-later
"""All twenty checks of a development: the clearance's, and those of what is public."""
