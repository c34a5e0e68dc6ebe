# SPDX-License-Identifier: AGPL-3.0-or-later
"""How it became known that something runs somewhere."""

MANUAL = "manual"
