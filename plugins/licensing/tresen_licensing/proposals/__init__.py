# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was proposed upstream, what was said of it, and what became of it."""
