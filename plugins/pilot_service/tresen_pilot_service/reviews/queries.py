# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds reviews, what they found and who signed them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.reviews.models import Finding, Review, ReviewSignature


def of_programme(desk: Desk, programme_id: int) -> Sequence[Review]:
    """Return the reviews of a programme, the newest first."""
    return desk.session.scalars(
        select(Review)
        .where(Review.programme_id == programme_id)
        .options(joinedload(Review.version))
        .order_by(Review.id.desc())
    ).all()


def decided(desk: Desk, programme_id: int) -> Review | None:
    """Return the newest review of a programme that is decided, if any."""
    return next((each for each in of_programme(desk, programme_id) if each.decided_at), None)


def review(desk: Desk, review_id: int) -> Review:
    """Return a review with its programme and version; raises Missing."""
    found = desk.session.scalar(
        select(Review)
        .where(Review.id == review_id)
        .options(
            joinedload(Review.version),
            joinedload(Review.programme).joinedload(Programme.product),
        )
    )
    if found is None:
        raise Missing(_("There is no such exit review."))
    return found


def findings(desk: Desk, review_id: int) -> Sequence[Finding]:
    """Return what was found of each criterion when the review was decided."""
    return desk.session.scalars(
        select(Finding).where(Finding.review_id == review_id).order_by(Finding.id)
    ).all()


def signatures(desk: Desk, review_id: int) -> Sequence[ReviewSignature]:
    """Return who signed a review, with the customers, the first one first."""
    return desk.session.scalars(
        select(ReviewSignature)
        .where(ReviewSignature.review_id == review_id)
        .options(
            joinedload(ReviewSignature.person),
            joinedload(ReviewSignature.participation).joinedload(Participation.organisation),
        )
        .order_by(ReviewSignature.id)
    ).all()
