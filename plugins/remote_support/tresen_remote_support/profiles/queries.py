# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the access profiles of customers, with who approves of them and when they were used."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Installation, Missing, Person, Ticket, _

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles.models import AccessProfile, Approver
from tresen_remote_support.profiles.states import SOON

WHOLE = (
    joinedload(AccessProfile.installation).joinedload(Installation.organisation),
    joinedload(AccessProfile.installation).joinedload(Installation.product),
)


def profile(desk: Desk, profile_id: int) -> AccessProfile:
    """Return a profile with its installation, product and organisation; raises Missing."""
    found = desk.session.scalar(_whole().where(AccessProfile.id == profile_id))
    if found is None:
        raise Missing(_("This access profile does not exist."))
    return found


def of_session(desk: Desk, row: RemoteSession) -> AccessProfile | None:
    """Return the profile under which a session stands, None where it stands under none."""
    return None if row.profile_id is None else profile(desk, row.profile_id)


def of_ticket(desk: Desk, ticket: Ticket) -> Sequence[AccessProfile]:
    """Return the profiles of a ticket's installation, or of its organisation where it has none."""
    if ticket.installation_id is not None:
        return _found(desk, _whole().where(AccessProfile.installation_id == ticket.installation_id))
    return of_organisation(desk, ticket.organisation_id) if ticket.organisation_id else ()


def of_organisation(desk: Desk, organisation_id: int) -> Sequence[AccessProfile]:
    """Return the profiles of an organisation's installations."""
    own = Installation.organisation_id == organisation_id
    return _found(desk, _whole().join(AccessProfile.installation).where(own))


def unattended(desk: Desk) -> Sequence[AccessProfile]:
    """Return every profile with a standing permission, the one that ends first at the top."""
    statement = _whole().where(AccessProfile.standing_until.is_not(None))
    return desk.session.scalars(
        statement.order_by(AccessProfile.standing_until, AccessProfile.id)
    ).all()


def with_ending_agreement(desk: Desk, day: date) -> Sequence[AccessProfile]:
    """Return the profiles whose agreement on data is missing, over or soon to be."""
    ends = AccessProfile.agreement_until < day + SOON
    statement = _whole().where(or_(AccessProfile.agreement_number == "", ends))
    return desk.session.scalars(
        statement.order_by(AccessProfile.agreement_until, AccessProfile.id)
    ).all()


def approvers(desk: Desk, profile_ids: Collection[int]) -> Mapping[int, list[Person]]:
    """Return who approves of each profile, by name, in one query."""
    statement = (
        select(Approver)
        .where(Approver.profile_id.in_(profile_ids))
        .options(joinedload(Approver.person))
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for row in sorted(desk.session.scalars(statement), key=lambda each: each.person.name):
        found[row.profile_id].append(row.person)
    return found


def last_used(desk: Desk, profile_ids: Collection[int]) -> Mapping[int, datetime]:
    """Return when each profile was used last, in one query; those never used are left out."""
    moment = func.max(RemoteSession.started_at)
    statement = (
        select(RemoteSession.profile_id, moment)
        .where(RemoteSession.profile_id.in_(profile_ids), RemoteSession.started_at.is_not(None))
        .group_by(RemoteSession.profile_id)
    )
    found = desk.session.execute(statement)
    return {each: used for each, used in found if each is not None and used is not None}


def installations(desk: Desk, organisation_id: int) -> Sequence[Installation]:
    """Return where the organisation runs what; each with its product."""
    statement = select(Installation).where(Installation.organisation_id == organisation_id)
    return desk.session.scalars(
        statement.options(joinedload(Installation.product)).order_by(Installation.id)
    ).all()


def people(desk: Desk, organisation_id: int) -> Sequence[Person]:
    """Return who of the organisation may approve: its active people, by name."""
    own = Person.organisation_id == organisation_id, Person.is_active.is_(True)
    return desk.session.scalars(select(Person).where(*own).order_by(Person.name, Person.id)).all()


def _whole() -> Select[AccessProfile]:
    return select(AccessProfile).options(*WHOLE)


def _found(desk: Desk, statement: Select[AccessProfile]) -> Sequence[AccessProfile]:
    return desk.session.scalars(statement.order_by(AccessProfile.title, AccessProfile.id)).all()
