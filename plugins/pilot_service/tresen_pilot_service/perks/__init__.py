# SPDX-License-Identifier: AGPL-3.0-or-later
"""What participants get while the pilot runs: targets, hours, remote support and a direct line."""
