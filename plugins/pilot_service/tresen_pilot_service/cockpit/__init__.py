# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a pilot stands at a glance: lights, blockers over time, and who takes part how much."""
