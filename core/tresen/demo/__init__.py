# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo: a software firm with customers and ninety days of tickets, told from text files."""
