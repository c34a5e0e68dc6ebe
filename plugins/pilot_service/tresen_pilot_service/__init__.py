# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pilot service: customers who try a product first have a person of their own to turn to."""

__version__ = "0.1.0"
