# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a pilot is to find out, and what has to be met before it begins and before it ends."""
