# SPDX-License-Identifier: AGPL-3.0-or-later
"""Full text over tickets and people, alike on SQLite and PostgreSQL."""
