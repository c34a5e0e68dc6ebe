# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks at anchors once a week, and whenever somebody asks for it."""

from datetime import timedelta

from tresen.sdk import Desk, Job

from tresen_licensing.publications import looking, service


def look(desk: Desk, development_id: int | None = None, observer_id: int | None = None) -> None:
    """Look at the anchors of a development, or at those that are due; harmless when run twice."""
    looking.look(desk, development_id, observer_id)


LOOK = Job(service.LOOK, look, every=timedelta(hours=1))
