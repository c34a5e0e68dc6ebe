# SPDX-License-Identifier: AGPL-3.0-or-later
"""Upstream's history as far as it is known here, and what comes out of changes that stand on it."""
