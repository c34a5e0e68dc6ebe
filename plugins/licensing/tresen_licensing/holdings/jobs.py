# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks four times a day for licences that are up for renewal."""

from datetime import timedelta

from tresen.sdk import Job

from tresen_licensing.holdings import reminders

RENEWALS = Job("licensing.remind_of_renewals", reminders.remind, every=timedelta(hours=6))
