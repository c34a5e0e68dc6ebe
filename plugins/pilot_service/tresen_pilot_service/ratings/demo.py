# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `tresen demo` shows of ratings: customers who became more content."""

from datetime import timedelta

from tresen.sdk import Desk, _

from tresen_pilot_service import queries, steps
from tresen_pilot_service.models import Programme
from tresen_pilot_service.ratings import service

# Of each customer in turn, the first rating and the later one.
_SCORES = ((3, 4), (4, 5))
_FIRST, _LATER = timedelta(days=30), timedelta(days=5)


def fill(desk: Desk, programme: Programme) -> None:
    """Let the key users of two customers have said twice how content they are."""
    comments = {
        _FIRST: _("We had to get used to the new screens first."),
        _LATER: _("Questions are answered on the same day."),
    }
    rows = queries.participations(desk, programme.id)
    active = [row for row in rows if row.state == steps.ACTIVE and row.key_user is not None]
    for row, scores in zip(active, _SCORES, strict=False):
        for score, (ago, comment) in zip(scores, comments.items(), strict=True):
            if row.key_user is not None:
                values = {"score": score, "comment": comment}
                service.rate(desk, row, row.key_user, values).given_at = desk.now() - ago
    desk.session.flush()
