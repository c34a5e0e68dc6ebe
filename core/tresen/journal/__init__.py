# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record of who changed what, when, from what to what."""
