# SPDX-License-Identifier: AGPL-3.0-or-later
"""Patches as git writes them: read, named and applied, without a program of git's."""
