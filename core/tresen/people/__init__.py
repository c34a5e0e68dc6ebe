# SPDX-License-Identifier: AGPL-3.0-or-later
"""People, organisations and teams: who asks and who answers."""
