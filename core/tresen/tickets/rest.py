# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tickets and their messages as REST resources; the same verbs as the pages."""

from typing import Any

from flask import url_for
from flask.views import MethodView
from sqlalchemy.orm import joinedload

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.hooks import caller, specs
from tresen.i18n import _
from tresen.people import queries as people
from tresen.people.models import Person
from tresen.rest.pages import PageQuery, cut, cut_found, page_of, read_cursor
from tresen.rest.v1 import Blueprint
from tresen.tickets import queries, search, service, timeline
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage, NewTicket
from tresen.tickets.schemas import (
    MessageFound,
    MessageIn,
    MessageOut,
    MessageQuery,
    ParticipantsOut,
    TicketChange,
    TicketIn,
    TicketOut,
    TicketQuery,
)
from tresen.web.permissions import needs
from tresen.web.work import current_desk

blueprint = Blueprint("rest_tickets", __name__, url_prefix="/tickets", description="Tickets")
messages = Blueprint("rest_messages", __name__, url_prefix="/messages", description="Messages")

LOADED = (Ticket.requester, Ticket.organisation, Ticket.owner, Ticket.team)


@blueprint.route("/")
class Tickets(MethodView):
    """The tickets that the token's owner may see."""

    @blueprint.arguments(TicketQuery, location="query")
    @blueprint.response(200, page_of(TicketOut, "TicketPage"))
    @needs("tickets.read")
    def get(self, query: dict[str, Any]) -> Any:
        """List tickets, the latest changed first; with `q` those that have the words."""
        desk = current_desk()
        limit = query.pop("limit")
        if "q" in query:
            return _found(desk, query, limit)
        after = read_cursor(query.pop("cursor", None), str, int)
        found = queries.changed_before(desk, query, after, limit + 1)
        page = cut(found, limit, lambda each: [each.changed_at.isoformat(), each.id])
        return page | {"items": shown(page["items"])}

    @blueprint.arguments(TicketIn)
    @blueprint.response(201, TicketOut)
    @needs("tickets.work")
    def post(self, given: dict[str, Any]) -> Any:
        """Open a ticket with its first message."""
        desk = current_desk()
        message = _first_message(desk, given)
        new = NewTicket(channel="api", tags=tuple(given.pop("tags")), **given)
        ticket = service.open_ticket(desk, new, message)
        made = _loaded(desk, ticket)
        place = {"Location": url_for("rest_tickets.OneTicket", number=made.number)}
        return shown([made])[0], 201, place


@blueprint.route("/<int(max=2147483647):number>")
class OneTicket(MethodView):
    """One ticket by its number."""

    @blueprint.response(200, TicketOut)
    @needs("tickets.read")
    def get(self, number: int) -> Any:
        """Return the ticket."""
        return shown([queries.ticket_by_number(current_desk(), number, *LOADED)])[0]

    @blueprint.arguments(TicketChange)
    @blueprint.response(200, TicketOut)
    @blueprint.alt_response(409, response="CONFLICT")
    @needs("tickets.work")
    def patch(self, wanted: dict[str, Any], number: int) -> Any:
        """Change fields; with `revision`, only while the ticket is still at that revision."""
        desk = current_desk()
        ticket = queries.ticket_by_number(desk, number, *LOADED)
        tags = wanted.pop("tags", None)
        service.change(desk, ticket, wanted, wanted.pop("revision", None))
        if tags is not None:
            _retag(desk, ticket, tags)
        desk.session.flush()
        return shown([_loaded(desk, ticket)])[0]


@blueprint.route("/<int(max=2147483647):number>/messages")
class Messages(MethodView):
    """The messages of one ticket."""

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(MessageOut, "MessagePage"))
    @needs("tickets.read")
    def get(self, query: dict[str, Any], number: int) -> Any:
        """List the messages in the order they came."""
        desk = current_desk()
        ticket = queries.ticket_by_number(desk, number)
        after = read_cursor(query.get("cursor"), int)
        found = queries.messages_after(desk, ticket, after[0] if after else 0, query["limit"] + 1)
        return cut(found, query["limit"], lambda each: [each.id])

    @blueprint.arguments(MessageIn)
    @blueprint.response(201, MessageOut)
    @needs("tickets.work")
    def post(self, given: dict[str, Any], number: int) -> Any:
        """Add a public reply, which is mailed, an internal note, or what a customer said."""
        desk = current_desk()
        ticket = queries.ticket_by_number(desk, number, Ticket.requester)
        message = service.add_message(desk, ticket, _message(desk, ticket, given))
        place = {"Location": url_for("rest_messages.OneMessage", message_id=message.id)}
        return message, 201, place


@blueprint.route("/<int(max=2147483647):number>/participants")
class Participants(MethodView):
    """Who takes part in one ticket beside the requester."""

    @blueprint.response(200, ParticipantsOut)
    @needs("tickets.read")
    def get(self, number: int) -> Any:
        """List the participants."""
        desk = current_desk()
        found = timeline.participants_of(desk, queries.ticket_by_number(desk, number))
        return {"items": [{"id": p.id, "name": p.name, "address": a} for p, a in found]}


@blueprint.route("/<int(max=2147483647):number>/participants/<int(max=2147483647):person_id>")
class OneParticipant(MethodView):
    """One person's part in one ticket."""

    @blueprint.response(204)
    @needs("tickets.work")
    def put(self, number: int, person_id: int) -> None:
        """Let the person take part, who gets the public replies from now on."""
        desk = current_desk()
        ticket = queries.ticket_by_number(desk, number)
        service.add_participant(desk, ticket, people.person_by_id(desk, person_id))

    @blueprint.response(204)
    @needs("tickets.work")
    def delete(self, number: int, person_id: int) -> None:
        """Let the person no longer take part; whoever does not is no error."""
        desk = current_desk()
        ticket = queries.ticket_by_number(desk, number)
        service.remove_participant(desk, ticket, people.person_by_id(desk, person_id))


@messages.route("/")
class FoundMessages(MethodView):
    """The messages of all tickets that the token's owner may see."""

    @messages.arguments(MessageQuery, location="query")
    @messages.response(200, page_of(MessageFound, "MessageFoundPage"))
    @needs("tickets.read")
    def get(self, query: dict[str, Any]) -> Any:
        """Find messages that have the words, the newest first."""
        after, limit = read_cursor(query.get("cursor"), int), query["limit"]
        place = after[0] if after else None
        return cut_found(search.messages_found(current_desk(), query["q"], place, limit + 1), limit)


@messages.route("/<int(max=2147483647):message_id>")
class OneMessage(MethodView):
    """One message by its number."""

    @messages.response(200, MessageFound)
    @needs("tickets.read")
    def get(self, message_id: int) -> Any:
        """Return the message."""
        return queries.message_by_id(current_desk(), message_id)


def _found(desk: Desk, query: dict[str, Any], limit: int) -> dict[str, Any]:
    after = read_cursor(query.pop("cursor", None), int)
    place = after[0] if after else None
    found = search.tickets_found(desk, query.pop("q"), query, place, limit + 1)
    page = cut_found(found, limit)
    return page | {"items": shown(page["items"])}


def _first_message(desk: Desk, given: dict[str, Any]) -> NewMessage:
    """Take the first message out of what was given; what came in is the requester's word."""
    body, is_inbound = given.pop("body"), given.pop("is_inbound")
    person = desk.session.get(Person, given.get("requester_id", 0)) if is_inbound else None
    if person is None:
        return NewMessage(body, "api", is_inbound=is_inbound)
    return _word_of(desk, person, body)


def _message(desk: Desk, ticket: Ticket, given: dict[str, Any]) -> NewMessage:
    """Return the message that was given; raises Refused for a word of nobody in the ticket."""
    author_id = given.pop("author_id", None)
    if not given.pop("is_inbound"):
        if author_id is not None:
            raise Refused(_("Only what came in has an author of its own: say is_inbound."))
        return NewMessage(channel="api", **given)
    if given["kind"] == "note":
        raise Refused(_("What a customer said is no internal note."))
    beside = [person for person, _address in timeline.participants_of(desk, ticket)]
    present = {person.id: person for person in (ticket.requester, *beside) if person is not None}
    author = present.get(author_id or ticket.requester_id or 0)
    if author is None:
        raise Refused(
            _("The author takes no part in ticket %(number)s: add the person first.")
            % {"number": ticket.number}
        )
    return _word_of(desk, author, given["body"])


def _retag(desk: Desk, ticket: Ticket, tags: list[str]) -> None:
    """Let the ticket have these tags and no others."""
    kept = {tag.strip().lower() for tag in tags}
    for tag in timeline.tags_of(desk, ticket):
        if tag not in kept:
            service.remove_tag(desk, ticket, tag)
    service.add_tags(desk, ticket, tuple(tags))


def _word_of(desk: Desk, person: Person, body: str) -> NewMessage:
    """Return what a person said to whoever writes it down here."""
    return NewMessage(
        body,
        "api",
        is_inbound=True,
        author_id=person.id,
        author_name=person.name,
        author_address=people.primary_address(desk, person.id) or "",
    )


def shown(tickets: list[Ticket]) -> list[dict[str, Any]]:
    """Return tickets as TicketOut wants them, with what plugins add."""
    extras = _extras(tickets)
    tags = queries.tags_by_ticket(current_desk(), [ticket.id for ticket in tickets])
    return [
        {
            "ticket": ticket,
            "tags": tags.get(ticket.id, []),
            "extensions": extras.get(ticket.id, {}),
        }
        for ticket in tickets
    ]


def _loaded(desk: Desk, ticket: Ticket) -> Ticket:
    """Return the ticket with all that is answered, though it may now be another team's alone."""
    options = [joinedload(name) for name in LOADED]
    return desk.session.get_one(Ticket, ticket.id, options=options, populate_existing=True)


def _extras(tickets: list[Ticket]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for plugin, part in caller.gather_named(current_desk(), specs.rest_extras, list(tickets)):
        for ticket_id, values in part.items():
            found.setdefault(ticket_id, {})[plugin] = values
    return found
