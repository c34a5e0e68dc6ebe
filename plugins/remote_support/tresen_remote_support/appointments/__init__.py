# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sessions that are planned for a time: the invitation, the calendar, moving and calling off."""
