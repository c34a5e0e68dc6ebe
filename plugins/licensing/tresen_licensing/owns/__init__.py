# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers see of what was developed for them, and what is asked of them."""
