# SPDX-License-Identifier: AGPL-3.0-or-later
"""What other plugins say runs at customers: the clock starts before its patches are there."""
