# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licensing and giving back: which licence rules what runs, and what is owed to the public."""

__version__ = "0.1.0"
