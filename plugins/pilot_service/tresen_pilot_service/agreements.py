# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers agree to before a pilot, by version, and who signed which one when."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Person, Refused, Traces, _, record

from tresen_pilot_service import queries, signers
from tresen_pilot_service.models import Agreement, Participation, Programme, Signature

AGREEMENT = "pilot_service.agreement"
SIGNATURE = "pilot_service.signature"


def versions(desk: Desk, programme_id: int) -> Sequence[Agreement]:
    """Return every version of a programme's agreement, the newest first."""
    return desk.session.scalars(
        select(Agreement)
        .where(Agreement.programme_id == programme_id)
        .order_by(Agreement.version.desc())
    ).all()


def current(desk: Desk, programme_id: int) -> Agreement | None:
    """Return the version that counts now; None where there is nothing to sign."""
    newest = next(iter(versions(desk, programme_id)), None)
    return newest if newest is not None and newest.text else None


def write(desk: Desk, programme: Programme, text: str) -> Agreement | None:
    """Make the text the newest version, unless it is that already; earlier ones stay.

    An empty text ends the duty to sign.
    """
    known = versions(desk, programme.id)
    plain = "\n".join(text.strip().splitlines())
    if plain == (known[0].text if known else ""):
        return None
    made = Agreement(
        programme_id=programme.id,
        version=known[0].version + 1 if known else 1,
        text=plain,
        created_at=desk.now(),
    )
    desk.session.add(made)
    desk.session.flush()
    record(desk, AGREEMENT, made.id, "written", {"version": (None, made.version)})
    return made


def sign(desk: Desk, participation: Participation, values: Mapping[str, Any]) -> Signature:
    """Record who signed the current version for a customer, and on which day.

    Raises Refused where there is nothing to sign, nobody is named or the day is still to come.
    """
    agreement = current(desk, participation.programme_id)
    if agreement is None:
        raise Refused(_("This programme has no agreement to sign."))
    signers.demand_one(desk, participation, values)
    if values["signed_on"] > desk.today():
        raise Refused(_("An agreement cannot be signed on a day that is still to come."))
    made = Signature(
        participation_id=participation.id,
        agreement_id=agreement.id,
        person_id=values["person_id"],
        name=values["name"].strip(),
        signed_on=values["signed_on"],
    )
    desk.session.add(made)
    desk.session.flush()
    record(desk, SIGNATURE, made.id, "signed", {"version": (None, agreement.version)})
    return made


def signatures(desk: Desk, participation_ids: Iterable[int]) -> Mapping[int, Sequence[Signature]]:
    """Return the signatures of each participation, the newest first, in one query."""
    found: dict[int, list[Signature]] = {}
    rows = desk.session.scalars(
        select(Signature)
        .where(Signature.participation_id.in_(list(participation_ids)))
        .options(joinedload(Signature.agreement), joinedload(Signature.person))
        .order_by(Signature.id.desc())
    )
    for row in rows:
        found.setdefault(row.participation_id, []).append(row)
    return found


def outdated(
    desk: Desk, rows: Sequence[Participation], texts: Sequence[Agreement]
) -> Mapping[int, int]:
    """Return which version was signed, by participation, where a newer one counts now.

    `texts` are the versions of the programme, the newest first.
    """
    if not texts or not texts[0].text:
        return {}
    found = signatures(desk, [row.id for row in rows if row.ended_on is None])
    signed = {key: max(each.agreement.version for each in own) for key, own in found.items()}
    return {key: version for key, version in signed.items() if version < texts[0].version}


def demand_signature(desk: Desk, participation: Participation) -> None:
    """Raise Refused where the programme has an agreement of which no version is signed."""
    if current(desk, participation.programme_id) is None:
        return
    signed = select(func.count()).where(Signature.participation_id == participation.id)
    if not desk.session.scalar(signed):
        raise Refused(_("The agreement is not signed yet: record first who signed it and when."))


def signed_by(desk: Desk, person: Person) -> Sequence[Signature]:
    """Return what the person signed, with the agreements."""
    return desk.session.scalars(
        select(Signature)
        .where(Signature.person_id == person.id)
        .options(joinedload(Signature.agreement))
        .order_by(Signature.id)
    ).all()


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out of agreements and signatures; that and when they signed stays."""
    for row in signed_by(desk, person):
        row.person_id = None
    of_own = Signature.participation_id.in_(queries.of_customer(person))
    for named in desk.session.scalars(select(Signature).where(of_own)):
        named.name = traces.blot(named.name)
    for programme in queries.programmes_around(desk, person):
        for agreement in versions(desk, programme.id):
            agreement.text = traces.blot(agreement.text)
