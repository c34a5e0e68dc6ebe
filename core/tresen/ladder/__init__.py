# SPDX-License-Identifier: AGPL-3.0-or-later
"""The quality ladder of plugins: four levels, computed from files, offline, for any plugin."""
