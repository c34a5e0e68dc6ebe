# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a customer allows diagnostics in a pilot: who said so when, and until when it holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Person, Refused, Traces, _, change, record

from tresen_pilot_service import queries, signers
from tresen_pilot_service.models import Consent, Participation

CONSENT = "pilot_service.consent"


def consents(desk: Desk, participation_id: int) -> Sequence[Consent]:
    """Return every consent of a participation with who gave it, the newest first."""
    return desk.session.scalars(
        select(Consent)
        .where(Consent.participation_id == participation_id)
        .options(joinedload(Consent.person))
        .order_by(Consent.id.desc())
    ).all()


def in_force(found: Sequence[Consent]) -> Consent | None:
    """Return the one that was not withdrawn, if any."""
    return next((each for each in found if each.withdrawn_on is None), None)


def give(desk: Desk, participation: Participation, values: Mapping[str, Any]) -> Consent:
    """Record who allowed diagnostics for a customer, and on which day.

    Raises Refused where somebody did already, nobody is named or the day is still to come.
    """
    if in_force(consents(desk, participation.id)) is not None:
        raise Refused(_("This customer has given consent already."))
    signers.demand_one(desk, participation, values)
    if values["given_on"] > desk.today():
        raise Refused(_("Consent cannot be given on a day that is still to come."))
    made = Consent(
        participation_id=participation.id,
        person_id=values["person_id"],
        name=values["name"].strip(),
        given_on=values["given_on"],
    )
    desk.session.add(made)
    desk.session.flush()
    record(desk, CONSENT, made.id, "given")
    return made


def withdraw(desk: Desk, participation: Participation) -> None:
    """Let the consent end today; that it was given stays. Nothing where none is in force."""
    found = in_force(consents(desk, participation.id))
    if found is not None:
        change(desk, CONSENT, found, {"withdrawn_on": desk.today()})


def given_by(desk: Desk, person: Person) -> Sequence[Consent]:
    """Return the consents that the person gave."""
    return desk.session.scalars(
        select(Consent).where(Consent.person_id == person.id).order_by(Consent.id)
    ).all()


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out of consents; that and when they were given stays."""
    for row in given_by(desk, person):
        row.person_id = None
    of_own = Consent.participation_id.in_(queries.of_customer(person))
    for named in desk.session.scalars(select(Consent).where(of_own)):
        named.name = traces.blot(named.name)
