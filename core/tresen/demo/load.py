# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fills an empty database with the demo; refuses one that holds anything else.

Everything happens in one transaction: the demo is there whole or not at all.
"""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from tresen.access import service as access
from tresen.access.models import Password
from tresen.demo.books import Books
from tresen.demo.content import read_content
from tresen.demo.play import Player, StoryClock
from tresen.demo.records import Content, Story
from tresen.demo.stories import COUNT, SEED, tell_all
from tresen.demo.timing import SIGNING_IN
from tresen.demo.world import World, add_mailbox, found_world
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Refused
from tresen.hooks import specs
from tresen.i18n import _
from tresen.people import queries as people
from tresen.people.models import Person
from tresen.settings.models import Setting
from tresen.tickets import states
from tresen.tickets.models import Message, ReadMark, Ticket

# The row of settings that says: this database holds the demo and nothing else.
MARK = "demo"
# The firm was founded so long before the first ticket.
FOUNDED = timedelta(days=400)
# Messages older than this were read by every agent.
READ_AFTER = timedelta(hours=20)


def is_demo(desk: Desk) -> bool:
    """Whether the database was filled by the demo."""
    return desk.session.get(Setting, MARK) is not None


def is_empty(desk: Desk) -> bool:
    """Whether the database holds nobody and nothing yet."""
    people = desk.session.scalar(select(func.count()).select_from(Person))
    tickets = desk.session.scalar(select(func.count()).select_from(Ticket))
    return not people and not tickets


def fill(
    core: Core, password: str, *, now: datetime | None = None, seed: int = SEED, count: int = COUNT
) -> bool:
    """Fill an empty database; return False when the demo is there already.

    Everybody who can sign in gets `password`. Raises Refused when the database holds other data.
    """
    now = now or core.clock()
    clock = StoryClock(now - FOUNDED)
    with desk_for(_quiet(core, clock), write=True) as desk:
        if is_demo(desk):
            return False
        if not is_empty(desk):
            raise Refused(
                _("This database holds other data than the demo. Name another one in data_dir.")
            )
        content = read_content()
        stories = tell_all(content, now, seed=seed, count=count)
        world = found_world(desk, content, now)
        _play(desk, clock, world, stories, now)
        clock.moment = now
        _let_sign_in(desk, content, password)
        _mark_read(desk, world, now)
        desk.session.add(Setting(name=MARK, values={"seed": seed}, changed_at=now))
        desk.session.flush()
        desk.tell(specs.demo_filled, world.for_plugins())
    return True


def _quiet(core: Core, clock: StoryClock) -> Core:
    """Return the core with the clock of the stories and without its post: nothing is sent."""
    plugins = replace(core.plugins, muted={*core.plugins.muted, "mail"})
    return replace(core, clock=clock, plugins=plugins)


def _play(desk: Desk, clock: StoryClock, world: World, stories: list[Story], now: datetime) -> None:
    rng = random.Random(SEED)  # noqa: S311 - believable, not secret
    books = Books(desk, world.content.name, add_mailbox(desk, world), rng)
    player = Player(desk, clock, world, books)
    # The verbs flush where they need it; flushing before every query besides takes twice as long.
    with desk.session.no_autoflush:
        player.play(stories)
    clock.moment = now
    undelivered = next(s for s in reversed(stories) if _is_asked_by_mail(s))
    books.write(player.ticket_of(undelivered), now)


def _is_asked_by_mail(story: Story) -> bool:
    last = story.events[-1]
    return story.channel == "mail" and last.by == "agent" and last.state == states.WAITING_CUSTOMER


def renew_password(core: Core, password: str) -> None:
    """Give everybody who can sign in a new password."""
    with desk_for(core, write=True) as desk:
        _let_sign_in(desk, read_content(), password)


def _let_sign_in(desk: Desk, content: Content, password: str) -> None:
    """Give everybody the one password; it is hashed once, because hashing is slow on purpose."""
    customers = [c.contacts[0] for c in content.customers if c.key in SIGNING_IN]
    addresses = [agent.address for agent in content.agents] + [c.address for c in customers]
    first, *others = [_person(desk, address) for address in addresses]
    access.set_password(desk, first, password)
    desk.session.flush()
    kept = desk.session.get_one(Password, first.id)
    for other in others:
        desk.session.merge(Password(person_id=other.id, hash=kept.hash, changed_at=kept.changed_at))


def _person(desk: Desk, address: str) -> Person:
    person = people.person_by_address(desk, address)
    if person is None:
        raise Refused(_("%(address)s is no longer in the demo.") % {"address": address})
    return person


def _mark_read(desk: Desk, world: World, now: datetime) -> None:
    """Let every agent have read what is older, so that only the new stands out."""
    last = select(Message.ticket_id, func.max(Message.id)).group_by(Message.ticket_id)
    older = last.where(Message.created_at < now - READ_AFTER)
    rows = [
        {"ticket_id": ticket_id, "person_id": agent.id, "message_id": message_id}
        for ticket_id, message_id in desk.session.execute(older)
        for agent in world.agents.values()
    ]
    if rows:
        desk.session.execute(insert(ReadMark), rows)
