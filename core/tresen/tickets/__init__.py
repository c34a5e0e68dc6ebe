# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tickets: the core's own subject, from receipt to close."""
