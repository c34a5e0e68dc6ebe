# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that went from one side to the other, with what proves later that they are the same."""
