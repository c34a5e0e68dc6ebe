# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happened to a development, in rows of which each seals the one before."""
