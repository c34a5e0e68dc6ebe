# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exit reviews: what was found out, what is decided, and what follows of it."""
