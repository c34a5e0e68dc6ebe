# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether upstream's history holds a contribution: which patch, in which commit, found by what."""
