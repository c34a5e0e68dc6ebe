# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether it may be published: what was looked at and found, who answered, which two approved."""
