# SPDX-License-Identifier: AGPL-3.0-or-later
"""What remote support comes to, in figures that say how they are reckoned and name nobody."""
