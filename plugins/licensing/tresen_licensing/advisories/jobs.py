# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compares releases with advisories once a day, and after each import of either."""

from datetime import timedelta

from tresen.sdk import Desk, Job

from tresen_licensing.advisories import matching
from tresen_licensing.components.service import MATCH


def match(desk: Desk, version_id: int | None = None) -> None:
    """Compare all releases, or one, with what is known; harmless when run twice."""
    matching.match(desk, version_id)


JOB = Job(MATCH, match, every=timedelta(days=1))
