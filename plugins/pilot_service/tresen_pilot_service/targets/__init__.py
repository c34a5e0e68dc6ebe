# SPDX-License-Identifier: AGPL-3.0-or-later
"""Until when a pilot's ticket shall be answered and solved, and whether it was."""
