# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks every hour whether something that runs here was changed, so that nobody has to."""

from datetime import timedelta

from tresen.sdk import Desk, Job

from tresen_licensing.sources import service


def look(desk: Desk) -> None:
    """Note what runs here and pack what is new; harmless when run twice."""
    service.look(desk)


LOOK = Job(service.LOOK, look, every=timedelta(hours=1))
