# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plays the told tickets: every event through the verb that a door would call, at its moment.

So numbers, states, journal and search index are what they would be after ninety real days.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from tresen.demo.books import Books
from tresen.demo.records import Agent, Attachment, Contact, Event, Story
from tresen.demo.world import World
from tresen.desk import SYSTEM, Actor, Desk
from tresen.files import service as files
from tresen.people.models import Person
from tresen.tickets import service as tickets
from tresen.tickets import states
from tresen.tickets.models import Message, Ticket
from tresen.tickets.records import NewMessage, NewTicket

# What the content files call a channel, in the words of the ticket slice.
CHANNELS = {"mail": "mail", "portal": "web", "phone": "phone"}


@dataclass
class StoryClock:
    """The clock of a desk in the past; the player sets it to each event's moment."""

    moment: datetime

    def __call__(self) -> datetime:
        """Return the moment of the event that is played."""
        return self.moment


@dataclass
class Player:
    """Plays stories on one desk; keeps each story's ticket."""

    desk: Desk
    clock: StoryClock
    world: World
    books: Books
    tickets: dict[int, Ticket] = field(default_factory=dict)

    def play(self, stories: list[Story]) -> None:
        """Play all events of all stories in the order of time."""
        for at, act in sorted(self._acts(stories), key=lambda one: one[0]):
            self.clock.moment = at
            act()
        self.desk.actor = SYSTEM
        self._link(stories)

    def ticket_of(self, story: Story) -> Ticket:
        """Return the ticket that a played story became."""
        return self.tickets[id(story)]

    def _acts(self, stories: list[Story]) -> Iterable[tuple[datetime, Callable[[], None]]]:
        for story in stories:
            yield story.opened_at, partial(self._open, story, story.events[0])
            for event in story.events[1:]:
                yield event.at, partial(self._go_on, story, event)
            if story.closed_at is not None:
                yield story.closed_at, partial(self._close, story)

    def _open(self, story: Story, event: Event) -> None:
        channel = CHANNELS[story.channel]
        self.desk.actor = self._actor_of(story, event)
        is_mail = channel == "mail"
        first = self._message(story, event)
        new = NewTicket(
            subject=story.subject,
            channel=channel,
            requester_id=self._person(story.contact).id,
            organisation_id=self.world.organisations[story.customer.key].id,
            team_id=self.world.teams["first"].id,
            product_id=None if is_mail else self._product_id(story),
            installation_id=None if is_mail else self._installation_id(story),
            mailbox_id=self.books.mailbox.id,
            language=story.contact.language,
        )
        ticket = tickets.open_ticket(self.desk, new, first)
        self.tickets[id(story)] = ticket
        if story.colleague:
            tickets.add_participant(self.desk, ticket, self._person(story.colleague))
        if is_mail:
            self.books.came_in(story, event, self._first_message(ticket))

    def _go_on(self, story: Story, event: Event) -> None:
        ticket = self.ticket_of(story)
        self.desk.actor = self._actor_of(story, event)
        if event.by == "customer":
            message = tickets.add_message(self.desk, ticket, self._message(story, event))
            if event.channel == "mail":
                self.books.came_in(story, event, message)
            return
        self._take_up(story, event, ticket)
        message = tickets.add_message(self.desk, ticket, self._message(story, event))
        if event.by == "agent":
            self.books.went_out(story, ticket, message)
        changes: dict[str, Any] = {}
        if event.team:
            changes |= {"team_id": self.world.teams[event.team].id, "owner_id": None}
        if event.state:
            changes["state"] = event.state
        tickets.change(self.desk, ticket, changes)

    def _close(self, story: Story) -> None:
        self.desk.actor = SYSTEM
        tickets.change(self.desk, self.ticket_of(story), {"state": states.CLOSED})

    def _take_up(self, story: Story, event: Event, ticket: Ticket) -> None:
        """Let the acting agent own the ticket; who takes it up first also sorts it in."""
        wanted: dict[str, Any] = {}
        if ticket.owner_id is None:
            wanted["owner_id"] = self.desk.actor.person_id
        if ticket.first_replied_at is None and event.by != "note":
            wanted |= {
                "impact": story.scenario.impact,
                "urgency": story.scenario.urgency,
                "product_id": self._product_id(story),
                "installation_id": self._installation_id(story),
            }
            tickets.add_tags(self.desk, ticket, story.scenario.tags)
        tickets.change(self.desk, ticket, wanted)

    def _message(self, story: Story, event: Event) -> NewMessage:
        by_customer = event.by == "customer"
        contact = event.contact if by_customer else None
        is_mail = by_customer and event.channel == "mail"
        kind = "reply" if event.by in ("customer", "agent") else "note"
        return NewMessage(
            body=event.text,
            quoted=event.quoted,
            channel=CHANNELS[event.channel] if by_customer else "web",
            kind=kind,
            format="text" if by_customer else "markdown",
            is_inbound=by_customer,
            author_id=self._person(contact).id if contact else self.desk.actor.person_id,
            author_name=contact.name if contact else self.desk.actor.name,
            author_address=contact.address if is_mail and contact else "",
            recipients={"to": [self.world.content.support]} if is_mail else {},
            internet_message_id=self.books.new_id(story.customer.domain) if is_mail else None,
            is_authenticated=True if is_mail else None,
            files=self._files(event.attachment),
        )

    def _files(self, attachment: Attachment | None) -> tuple[tuple[int, str], ...]:
        if attachment is None:
            return ()
        stored = files.store_file(
            self.desk, attachment.name, attachment.media_type, attachment.body
        )
        return ((stored.id, ""),)

    def _actor_of(self, story: Story, event: Event) -> Actor:
        """Mail is taken by Tresen itself; everything else somebody does who is signed in."""
        if event.agent:
            agent = self.world.agents[event.agent]
            return Actor(agent.name, "agent", agent.id, team_ids=self.world.team_ids(event.agent))
        if event.channel == "mail":
            return SYSTEM
        person = self._person(story.contact)
        return Actor(person.name, "customer", person.id, person.organisation_id)

    def _first_message(self, ticket: Ticket) -> Message:
        found = select(Message).where(Message.ticket_id == ticket.id)
        return self.desk.session.scalars(found).one()

    def _person(self, who: Contact | Agent) -> Person:
        return self.world.people[who.address]

    def _product_id(self, story: Story) -> int | None:
        product = self.world.products.get(story.case.product)
        return product.id if product else None

    def _installation_id(self, story: Story) -> int | None:
        found = self.world.installations.get((story.customer.key, story.case.product))
        return found.id if found else None

    def _link(self, stories: list[Story]) -> None:
        for story in stories:
            if story.repeats:
                kept = self.ticket_of(story.repeats)
                tickets.link(self.desk, self.ticket_of(story), kept, "duplicate")
