# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Tresen fetches by itself when it is told to: upstream's history."""

from tresen.sdk import Desk, Job, Refused

from tresen_licensing.developments import queries as developments
from tresen_licensing.repositories import service


def fetch(desk: Desk, reference: str) -> None:
    """Fetch what is new upstream of a development; why it failed stands on its page."""
    try:
        service.fetch_upstream(desk, developments.development(desk, reference))
    except Refused:
        return


FETCH = Job(service.FETCH, fetch)
