# SPDX-License-Identifier: AGPL-3.0-or-later
"""Minutes of remote support that were given, and what is left of the quota."""
