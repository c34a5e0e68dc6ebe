# SPDX-License-Identifier: AGPL-3.0-or-later
"""What developments keep about people, and how it goes when they are erased."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from tresen.sdk import DataSet, Desk, Person, Traces, change, lazy

from tresen_pilot_service.developments import people, queries
from tresen_pilot_service.developments.gates import DEVELOPMENT
from tresen_pilot_service.developments.models import (
    Development,
    DevelopmentBooking,
    DevelopmentPerson,
)

# Where typed text may name somebody.
_TEXTS = (
    *("title", "description", "contract", "source"),
    *("accepted_by_name", "exempt_reason"),
)


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say in which developments the person has a part, what they accepted and worked."""
    parts = [
        {"development_id": each.development_id, "part": each.part} for each in _parts(desk, person)
    ]
    accepted = [
        {"development_id": row.id, "accepted_on": row.accepted_on}
        for row in queries.around(desk, person)
        if row.accepted_by_id == person.id
    ]
    worked = [
        {
            "development_id": each.development_id,
            "booked_on": each.booked_on,
            "minutes": each.minutes,
            "what": each.what,
            "beyond_reason": each.beyond_reason,
        }
        for each in _worked(desk, person)
    ]
    return [
        DataSet(lazy("Parts in developments"), parts),
        DataSet(lazy("Accepted developments"), accepted),
        DataSet(lazy("Hours at developments"), worked),
    ]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; the hours and the day of acceptance stay, without the name."""
    # Before the parts go: they tell which developments are around the person.
    around = queries.around(desk, person)
    for each in _parts(desk, person):
        people.remove(desk, each)
    for booked in _worked(desk, person):
        booked.person_id = None
    for row in around:
        if row.accepted_by_id == person.id:
            change(desk, DEVELOPMENT, row, {"accepted_by_id": None})
        _blot(row, _TEXTS, traces)
        _forget_words(desk, row, traces)


def _forget_words(desk: Desk, row: Development, traces: Traces) -> None:
    for step in queries.steps_of(desk, row.id):
        _blot(step, ("note",), traces)
    for booked in queries.bookings_of(desk, row.id):
        _blot(booked, ("what", "beyond_reason"), traces)


def _blot(row: Any, names: Sequence[str], traces: Traces) -> None:
    for name in names:
        setattr(row, name, traces.blot(getattr(row, name)))


def _parts(desk: Desk, person: Person) -> Sequence[DevelopmentPerson]:
    return desk.session.scalars(
        select(DevelopmentPerson)
        .where(DevelopmentPerson.person_id == person.id)
        .order_by(DevelopmentPerson.id)
    ).all()


def _worked(desk: Desk, person: Person) -> Sequence[DevelopmentBooking]:
    return desk.session.scalars(
        select(DevelopmentBooking)
        .where(DevelopmentBooking.person_id == person.id)
        .order_by(DevelopmentBooking.id)
    ).all()
