# SPDX-License-Identifier: AGPL-3.0-or-later
"""What exit reviews keep about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_pilot_service import queries
from tresen_pilot_service.reviews.models import Finding, Review, ReviewSignature


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which exit reviews the person signed."""
    rows = [
        {"review_id": each.review_id, "signed_on": each.signed_on} for each in _of(desk, person)
    ]
    return [DataSet(lazy("Signed exit reviews of pilots"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; that and when a review was signed stays."""
    own = _of(desk, person)
    for row in own:
        row.person_id = None
    ids = [each.id for each in queries.programmes_around(desk, person)]
    reviews = desk.session.scalars(select(Review).where(Review.programme_id.in_(ids))).all()
    for review in reviews:
        review.conditions = traces.blot(review.conditions)
        review.lessons = traces.blot(review.lessons)
    around = [review.id for review in reviews]
    signed = select(ReviewSignature).where(ReviewSignature.review_id.in_(around))
    for signature in (*own, *desk.session.scalars(signed)):
        signature.name = traces.blot(signature.name)
    for finding in desk.session.scalars(select(Finding).where(Finding.review_id.in_(around))):
        finding.demand = traces.blot(finding.demand)
        finding.evidence = traces.blot(finding.evidence)


def _of(desk: Desk, person: Person) -> Sequence[ReviewSignature]:
    return desk.session.scalars(
        select(ReviewSignature)
        .where(ReviewSignature.person_id == person.id)
        .order_by(ReviewSignature.id)
    ).all()
