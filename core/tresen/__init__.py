# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tresen, the counter across which service is given: an Open Source helpdesk for software firms."""

__version__ = "0.1.0"
