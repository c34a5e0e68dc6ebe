# SPDX-License-Identifier: AGPL-3.0-or-later
"""What participants are asked to try, and how it went."""
