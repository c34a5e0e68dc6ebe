# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Tresen ends by itself: waivers whose last day is over."""

from datetime import timedelta

from tresen.sdk import Desk, Job, _

from tresen_licensing.waivers import queries, service


def lapse(desk: Desk) -> None:
    """End what lapsed; harmless when run twice."""
    for waiver, row in queries.lapsed(desk):
        service.end(desk, row, waiver, _("Its last day is over."))


LAPSE = Job("licensing.waivers", lapse, every=timedelta(hours=1))
