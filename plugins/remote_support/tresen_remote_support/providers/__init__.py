# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tools with which a customer's screen is seen: the browser first, others by one interface."""
