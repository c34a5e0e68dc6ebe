# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds tickets, always within what the actor may see."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import joinedload

from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.hooks import specs
from tresen.hooks.caller import gather_closed
from tresen.i18n import _
from tresen.people.models import AGENT_ROLES, Person, Team
from tresen.tickets.models import (
    FIRST_NUMBER,
    Message,
    Participant,
    SavedView,
    Ticket,
    TicketTag,
)

_ticket, _team, _view, _tag = (model.__table__.c for model in (Ticket, Team, SavedView, TicketTag))
_TAGS = (
    select(_tag.ticket_id, _tag.tag)
    .where(_tag.ticket_id.in_(bindparam("ticket_ids", expanding=True)))
    .order_by(_tag.tag)
)
_TEAMS = select(_team.id, _team.name, _team.is_restricted).order_by(_team.name)
_ONE = select(_ticket.id).where(_ticket.id == bindparam("ticket_id"))
_SAVED_VIEWS = (
    select(_view.id, _view.title, _view.query)
    .where(_view.person_id == bindparam("person_id"))
    .order_by(_view.title, _view.id)
)


def visible(desk: Desk) -> Select[Ticket]:
    """Return the select over the tickets that the actor may see."""
    return select(Ticket).where(*scope(desk))


def scope(desk: Desk) -> list[ColumnElement[bool]]:
    """Return the conditions that keep to what the actor may see; all must hold."""
    if desk.actor.kind == "system":
        return []
    return gather_closed(desk, specs.ticket_scopes, false())


def own_scope(desk: Desk) -> ColumnElement[bool]:
    """Return the core's own condition: an agent's teams, a customer's requests."""
    actor = desk.actor
    if actor.is_agent:
        return true() if actor.may("tickets.read_restricted") else _open_teams(actor.team_ids)
    if actor.person_id is None:
        return false()
    mine = taken_part(desk)
    if actor.sees_organisation and actor.organisation_id is not None:
        return or_(mine, Ticket.organisation_id == actor.organisation_id)
    return mine


def taken_part(desk: Desk) -> ColumnElement[bool]:
    """Return the condition that the actor asked in the ticket, or takes part in it (Cc)."""
    person_id = desk.actor.person_id
    beside = select(Participant.ticket_id).where(Participant.person_id == person_id)
    return or_(Ticket.requester_id == person_id, Ticket.id.in_(beside))


# A page asks it four times over, and agents of the same teams ask the same.
@lru_cache(maxsize=256)
def _open_teams(own: frozenset[int]) -> ColumnElement[bool]:
    closed = select(Team.id).where(Team.is_restricted, Team.id.not_in(own))
    return or_(Ticket.team_id.is_(None), Ticket.team_id.not_in(closed))


def ticket_by_number(desk: Desk, number: int, *loaded: Any) -> Ticket:
    """Return a ticket that the actor may see; raises Missing.

    `loaded` names relationships to load with it (many-to-one, by join).
    """
    asked = _with(loaded).where(*scope(desk))
    found = desk.session.scalar(asked, {"ticket_id": number - FIRST_NUMBER})
    if found is None:
        raise Missing(_("There is no ticket %(number)s here.") % {"number": number})
    return found


@cache
def _with(loaded: tuple[Any, ...]) -> Select[Ticket]:
    options = [joinedload(name) for name in loaded]
    return select(Ticket).where(Ticket.id == bindparam("ticket_id")).options(*options)


def is_visible(desk: Desk, ticket: Ticket) -> bool:
    """Whether the actor may see the ticket as it now is: it may have been given away."""
    found = desk.session.read(_ONE.where(*scope(desk)), ticket_id=ticket.id)
    return found.scalar() is not None


def customers_who_see(desk: Desk, ticket: Ticket, limit: int) -> tuple[list[str], int]:
    """Return who on the customer's side may see the ticket: at most `limit` names, and how many.

    That is `own_scope` seen from the other end.
    """
    beside = select(Participant.person_id).where(Participant.ticket_id == ticket.id)
    home = and_(Person.sees_organisation, Person.organisation_id == ticket.organisation_id)
    takes_part = or_(Person.id == ticket.requester_id, Person.id.in_(beside))
    seers = select(Person.name, func.count().over()).where(
        or_(takes_part, home), Person.is_active, Person.role.not_in(AGENT_ROLES)
    )
    found = desk.session.execute(seers.order_by(Person.name, Person.id).limit(limit)).all()
    return [name for name, _count in found], found[0][1] if found else 0


def changed_before(
    desk: Desk, equal: dict[str, Any], after: list[Any] | None, limit: int
) -> Sequence[Ticket]:
    """Return tickets whose fields equal the given ones, the latest changed first.

    `after` is the place of the last row seen: its changed_at as ISO 8601, and its id.
    """
    statement = visible(desk).filter_by(**equal)
    if after is not None:
        place = tuple_(Ticket.changed_at, Ticket.id)
        statement = statement.where(place < tuple_(moment_of(after[0]), after[1]))
    statement = statement.order_by(Ticket.changed_at.desc(), Ticket.id.desc()).limit(limit)
    return desk.session.scalars(statement.options(*_with_names())).all()


def by_ids(desk: Desk, ticket_ids: Sequence[int]) -> Sequence[Ticket]:
    """Return those of the tickets that the actor may see, with whom they name."""
    statement = visible(desk).where(Ticket.id.in_(ticket_ids))
    return desk.session.scalars(statement.options(*_with_names())).all()


def _with_names() -> list[Any]:
    names = (Ticket.requester, Ticket.organisation, Ticket.owner, Ticket.team)
    return [joinedload(name) for name in names]


def moment_of(text: str) -> datetime:
    """Return the moment that ISO 8601 text names; raises Refused for another text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min  # noqa: DTZ901 - stands for "no moment" until the next line
    if found.tzinfo is None:
        raise Refused(_("“%(text)s” is no moment with a time zone.") % {"text": text})
    return found


def shown_to_customers(desk: Desk) -> ColumnElement[bool]:
    """Return the condition over Message: public, and not waiting to be taken back."""
    is_out = or_(Message.held_until.is_(None), Message.held_until <= desk.now())
    return and_(Message.is_public, is_out)


def messages_after(desk: Desk, ticket: Ticket, message_id: int, limit: int) -> Sequence[Message]:
    """Return at most `limit` messages of a ticket that came after one, in their order."""
    statement = (
        select(Message)
        .where(Message.ticket_id == ticket.id, Message.id > message_id)
        .order_by(Message.id)
        .limit(limit)
    )
    if not desk.actor.is_agent:
        statement = statement.where(shown_to_customers(desk))
    return desk.session.scalars(statement).all()


def message_by_id(desk: Desk, message_id: int) -> Message:
    """Return a message of a ticket that the actor may see; raises Missing."""
    statement = select(Message).where(
        Message.id == message_id, Message.ticket_id.in_(visible(desk).with_only_columns(Ticket.id))
    )
    if not desk.actor.is_agent:
        statement = statement.where(shown_to_customers(desk))
    found = desk.session.scalar(statement)
    if found is None:
        raise Missing(_("There is no message %(number)s here.") % {"number": message_id})
    return found


def tags_by_ticket(desk: Desk, ticket_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the tags of tickets by ticket id, each by the alphabet; none of one without."""
    found: dict[int, list[str]] = {}
    for ticket_id, tag in desk.session.read(_TAGS, ticket_ids=list(ticket_ids)):
        found.setdefault(ticket_id, []).append(tag)
    return found


def messages_by_ids(desk: Desk, message_ids: Sequence[int]) -> dict[int, Message]:
    """Return messages by id; the caller has asked whether the actor may see their tickets."""
    statement = select(Message).where(Message.id.in_(message_ids))
    if not desk.actor.is_agent:
        statement = statement.where(shown_to_customers(desk))
    return {message.id: message for message in desk.session.scalars(statement)}


def saved_views(desk: Desk) -> Sequence[Row[Any]]:
    """Return id, title and query of the lists that the actor keeps, by title."""
    return desk.session.read(_SAVED_VIEWS, person_id=desk.actor.person_id).all()


def teams(desk: Desk) -> Sequence[Row[Any]]:
    """Return id, name and `is_restricted` of all teams, by name."""
    return desk.session.read(_TEAMS).all()
