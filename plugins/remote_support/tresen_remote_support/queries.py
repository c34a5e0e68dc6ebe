# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds remote sessions, always within the tickets that the actor may see."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, Ticket, _, visible_tickets

from tresen_remote_support import states
from tresen_remote_support.models import Consent, MovedFile, RemoteSession

SETTINGS = "remote_support"

# What every page shows of a session, loaded with it.
WHOLE = (
    joinedload(RemoteSession.ticket),
    joinedload(RemoteSession.organisation),
    joinedload(RemoteSession.installation),
    joinedload(RemoteSession.person),
    joinedload(RemoteSession.agent),
    joinedload(RemoteSession.second_agent),
    joinedload(RemoteSession.reviewer),
)

# The lists of the start page, each with what belongs to it.
OPEN, UNDOCUMENTED, UNREVIEWED, ALL = "open", "undocumented", "unreviewed", "all"
# Those that an administrator let go beyond the rules.
BEYOND = "beyond"
PAGE = 50


def remote_session(desk: Desk, reference: str) -> RemoteSession:
    """Return the session of an address; raises Missing, also where its ticket is out of sight."""
    found = desk.session.scalar(visible(desk).where(RemoteSession.reference == reference))
    if found is None:
        raise Missing(_("This remote session does not exist."))
    return found


def visible(desk: Desk) -> Select[RemoteSession]:
    """Return the sessions of those tickets that the actor may see, loaded whole."""
    ids = visible_tickets(desk).with_only_columns(Ticket.id)
    return select(RemoteSession).where(RemoteSession.ticket_id.in_(ids)).options(*WHOLE)


def of_ticket(desk: Desk, ticket: Ticket) -> Sequence[RemoteSession]:
    """Return the sessions of a ticket that the actor sees, the newest first, without who and what.

    A ticket's page says where each stands and no more: the eight tables around it would cost as
    much as the rest of the page's box.
    """
    statement = select(RemoteSession).where(RemoteSession.ticket_id == ticket.id)
    return desk.session.scalars(statement.order_by(RemoteSession.id.desc())).all()


def sessions(desk: Desk, listed: str, before: int | None = None) -> Sequence[RemoteSession]:
    """Return a page of sessions, the newest first, and one more where there are more.

    `listed` is one of OPEN, UNDOCUMENTED, UNREVIEWED, BEYOND and ALL; `before` the id after which
    the page begins.
    """
    statement = visible(desk).where(*_belongs_to(listed))
    if before is not None:
        statement = statement.where(RemoteSession.id < before)
    return desk.session.scalars(statement.order_by(RemoteSession.id.desc()).limit(PAGE + 1)).all()


def undocumented(desk: Desk, agent_id: int) -> RemoteSession | None:
    """Return a session of the agent that has run and still says nothing of what was done."""
    statement = select(RemoteSession).where(RemoteSession.agent_id == agent_id, _lacks_words())
    return desk.session.scalar(statement.order_by(RemoteSession.id).limit(1))


def offered_to(desk: Desk, person_id: int) -> Sequence[RemoteSession]:
    """Return what a customer who is signed in is asked for, or is in."""
    now = desk.now()
    is_asked = and_(RemoteSession.state == states.OFFERED, RemoteSession.open_until > now)
    statement = select(RemoteSession).where(
        RemoteSession.person_id == person_id,
        or_(is_asked, RemoteSession.state.in_(states.AGREED)),
    )
    return desk.session.scalars(statement.options(*WHOLE).order_by(RemoteSession.id)).all()


def by_seat(desk: Desk, reference: str, seat_hash: str) -> RemoteSession:
    """Return the session whose customer sits in this seat; raises Missing."""
    statement = select(RemoteSession).where(
        RemoteSession.reference == reference, RemoteSession.seat_hash == seat_hash
    )
    found = desk.session.scalar(statement.options(*WHOLE))
    if found is None:
        raise Missing(_("This remote session does not exist."))
    return found


def consents(desk: Desk, row: RemoteSession) -> Sequence[Consent]:
    """Return each yes of the customer, in the order in which they were given."""
    statement = select(Consent).where(Consent.session_id == row.id).order_by(Consent.id)
    return desk.session.scalars(statement.options(joinedload(Consent.text))).all()


def moved_files(desk: Desk, row: RemoteSession) -> Sequence[MovedFile]:
    """Return what was moved, in its order."""
    statement = select(MovedFile).where(MovedFile.session_id == row.id).order_by(MovedFile.id)
    return desk.session.scalars(statement).all()


def _belongs_to(listed: str) -> list[ColumnElement[bool]]:
    if listed == OPEN:
        return [RemoteSession.state.in_(states.OPEN)]
    if listed == UNDOCUMENTED:
        return [_lacks_words()]
    if listed == UNREVIEWED:
        has_words = RemoteSession.documented_at.is_not(None)
        return [has_words, RemoteSession.reviewed_at.is_(None)]
    if listed == BEYOND:
        return [RemoteSession.emergency != ""]
    return []


def _lacks_words() -> ColumnElement[bool]:
    return and_(RemoteSession.ended_at.is_not(None), RemoteSession.documented_at.is_(None))
