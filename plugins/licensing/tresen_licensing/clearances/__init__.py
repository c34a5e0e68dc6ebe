# SPDX-License-Identifier: AGPL-3.0-or-later
"""May it be published? What was looked at, what was found, who answered, and which two approved."""
