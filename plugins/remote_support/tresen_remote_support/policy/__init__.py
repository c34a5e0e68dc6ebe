# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may offer and begin a session when, and on whose minutes."""
