# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which licences customers hold, who of them is entitled, and what has to be renewed when."""
