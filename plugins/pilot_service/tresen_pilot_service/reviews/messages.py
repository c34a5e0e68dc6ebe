# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells participants what an exit review decided, and thanks them."""

from collections.abc import Sequence

from tresen.sdk import Desk, _

from tresen_pilot_service import letters
from tresen_pilot_service.models import Participation
from tresen_pilot_service.reviews import states
from tresen_pilot_service.reviews.models import Review


def tell(desk: Desk, review: Review, rows: Sequence[Participation]) -> list[str]:
    """Write to the participants; return the names of the customers for whom nobody speaks.

    The participations and the review's programme must be loaded whole.
    """

    def compose() -> tuple[str, str]:
        subject = _("Outcome of the pilot “%(title)s”") % {"title": review.programme.title}
        parts = (
            str(states.MEANINGS[review.decision]),
            review.conditions,
            _(
                "Thank you for trying it before everybody else: what you told us helps all who work"
                " with it after you."
            ),
            _(
                "What we learnt, and where you sign, stands on the page of your pilot in the"
                " portal."
            ),
        )
        return subject, "\n\n".join(part for part in parts if part)

    return letters.tell(desk, rows, compose)
