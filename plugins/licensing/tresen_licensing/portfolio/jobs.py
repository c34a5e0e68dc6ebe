# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks four times a day for support that is about to end."""

from datetime import timedelta

from tresen.sdk import Job

from tresen_licensing.portfolio import notices

ENDS = Job("licensing.tell_of_ends", notices.tell, every=timedelta(hours=6))
