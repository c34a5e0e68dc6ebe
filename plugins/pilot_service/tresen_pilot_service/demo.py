# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `tresen demo` shows of the pilot service: one programme with three customers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from tresen.sdk import (
    Desk,
    Installation,
    Person,
    Product,
    Ticket,
    _,
    active_agents,
    change,
    member_ids,
)

from tresen_pilot_service import (
    agreements,
    briefings,
    consents,
    queries,
    responsible,
    service,
    steps,
)
from tresen_pilot_service.appointments import demo as appointments_demo
from tresen_pilot_service.builds import demo as builds_demo
from tresen_pilot_service.checkpoints import demo as checkpoints_demo
from tresen_pilot_service.criteria import demo as criteria
from tresen_pilot_service.developments import demo as developments
from tresen_pilot_service.feedback import demo as feedback_demo
from tresen_pilot_service.minutes import demo as minutes_demo
from tresen_pilot_service.models import Programme
from tresen_pilot_service.perks import demo as perks_demo
from tresen_pilot_service.portal import demo as portal_demo
from tresen_pilot_service.ratings import demo as ratings_demo
from tresen_pilot_service.tasks import demo as tasks_demo

# Each adds its own.
PARTS = (
    builds_demo,
    tasks_demo,
    criteria,
    feedback_demo,
    ratings_demo,
    checkpoints_demo,
    developments,
    minutes_demo,
    appointments_demo,
    portal_demo,
)
CUSTOMERS = 3
RUNNING_FOR = timedelta(days=45)
ENDS_IN = timedelta(days=11)
# Of a customer without people.
_UNKNOWN_SIGNER = {"person_id": None, "name": "M. Fuchs"}


def fill(desk: Desk, world: Mapping[str, Any]) -> Programme | None:
    """Begin a pilot of the own product that most customers who can sign in run, and most others.

    None when the demo has no product, customer or agent that it could be about.
    """
    places = _places(desk, world)
    if not places:
        return None
    readers = {each.organisation_id: each for each in world.get("customers", ())}
    product = max(places, key=lambda each: _weight(each, places[each], readers))
    agents = _carers(desk, product)
    if len(agents) < 2:
        return None
    programme = _begin(desk, product)
    # Before the tickets, which get their targets from them.
    perks_demo.fill(desk, programme)
    # Whoever can sign in takes part first.
    ordered = sorted(places[product].values(), key=lambda each: each.organisation_id not in readers)
    for number, place in enumerate(ordered[:CUSTOMERS]):
        contact, deputy = (agents[(number + turn) % len(agents)] for turn in (0, 1))
        cared_for = {"contact_id": contact.id, "deputy_id": deputy.id}
        # The first customer gets each build before the others.
        reader = readers.get(place.organisation_id)
        _invite(desk, programme, place, {"ring": min(number, 1), **cared_for}, reader)
    _note_tickets(desk, [place.organisation_id for place in ordered[:CUSTOMERS]])
    for part in PARTS:
        part.fill(desk, programme)
    desk.session.flush()
    return programme


def _note_tickets(desk: Desk, organisation_ids: Sequence[int]) -> None:
    statement = select(Ticket).where(Ticket.organisation_id.in_(organisation_ids))
    for ticket in desk.session.scalars(statement).all():
        if service.note_ticket(desk, ticket) and ticket.solved_at is None:
            _give_to_contact(desk, ticket)


def _weight(
    product: Product, places: Mapping[int, Installation], readers: Mapping[int | None, Person]
) -> tuple[int, int, str]:
    """Return what makes a product the one that is tried: customers who can look, then customers."""
    return sum(each in readers for each in places), len(places), product.name


def _give_to_contact(desk: Desk, ticket: Ticket) -> None:
    """Give a ticket that nobody took yet to whom it would have gone, had the pilot run then."""
    found = responsible.route(desk, ticket)
    if found is not None:
        wanted = {"owner_id": found.owner_id, "team_id": found.team_id}
        change(desk, "ticket", ticket, {name: value for name, value in wanted.items() if value})


def _places(desk: Desk, world: Mapping[str, Any]) -> dict[Product, dict[int, Installation]]:
    """Return one installation for each customer, by own product."""
    own = {product.id: product for product in world.get("products", ()) if product.kind == "own"}
    found: dict[Product, dict[int, Installation]] = defaultdict(dict)
    for place in desk.session.scalars(
        select(Installation).where(Installation.product_id.in_(own)).order_by(Installation.id)
    ):
        found[own[place.product_id]].setdefault(place.organisation_id, place)
    return found


def _carers(desk: Desk, product: Product) -> list[Person]:
    """Return who takes turns as contact and deputy: the agents of the product's team.

    A team that is too small for both is helped out by others, by name.
    """
    own_ids = member_ids(desk, product.team_id) if product.team_id else []
    agents = active_agents(desk)
    own = [agent for agent in agents if agent.id in own_ids]
    others = [agent for agent in agents if agent.id not in own_ids]
    return own + others[: max(0, 2 - len(own))]


def _begin(desk: Desk, product: Product) -> Programme:
    today = desk.today()
    values = {
        "title": _("%(product)s in daily work") % {"product": product.name},
        "agreement": _(
            "The customer tries the product in daily work, tells what is found, and keeps"
            " what is not public yet to itself. Either side may leave on any day."
        ),
        "goal": _("Three customers work a quarter of a year with it without a step back."),
        "product_id": product.id,
        "version_id": None,
        "team_id": product.team_id,
        "starts_on": today - RUNNING_FOR,
        "ends_on": today + ENDS_IN,
    }
    programme = service.begin_programme(desk, values)
    for agreement in agreements.versions(desk, programme.id):
        # Nobody signs what is written later.
        agreement.created_at -= RUNNING_FOR
    return programme


def _invite(
    desk: Desk,
    programme: Programme,
    place: Installation,
    given: Mapping[str, int],
    reader: Person | None,
) -> None:
    """Let a customer take part since the first day; where somebody can sign in, they speak."""
    values = {"organisation_id": place.organisation_id, "installation_id": None, **given}
    known = queries.people_of(desk, place.organisation_id)
    people = [person.id for person in sorted(known, key=lambda each: each != reader)]
    key_users = dict(zip(("key_user_id", "key_user_deputy_id"), people, strict=False))
    row = service.invite(desk, programme, values | key_users)
    signer = {"person_id": people[0], "name": ""} if people else _UNKNOWN_SIGNER
    agreements.sign(desk, row, {**signer, "signed_on": programme.starts_on})
    consents.give(desk, row, {**signer, "given_on": programme.starts_on})
    # The deputy of one customer is the contact of another, and they briefed each other.
    for briefed, by in (("contact_id", "deputy_id"), ("deputy_id", "contact_id")):
        values = {"person_id": given[briefed], "briefed_by_id": given[by]}
        briefings.brief(desk, row, {**values, "briefed_on": programme.starts_on})
    for state in (steps.AGREED, steps.ACTIVE):
        service.move(desk, row, state)
    # The pilot of the demo has run for a while.
    row.agreed_on = row.active_on = programme.starts_on
    desk.session.flush()
