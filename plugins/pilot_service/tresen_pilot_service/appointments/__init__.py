# SPDX-License-Identifier: AGPL-3.0-or-later
"""Appointments of participants with agents, by phone."""
