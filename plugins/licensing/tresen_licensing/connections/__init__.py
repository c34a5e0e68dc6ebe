# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which forges Tresen may speak to, and as whom."""
