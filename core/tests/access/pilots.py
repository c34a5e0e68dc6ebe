# SPDX-License-Identifier: AGPL-3.0-or-later
"""Something behind every address of the pilot service, for the world in which rights are tried.

What a call uses up stands apart from what others look at, under a name of its own.
"""

from datetime import timedelta
from typing import Any

from access.world import World
from tresen.desk import Desk
from tresen.products.models import Product
from tresen.testing import factories
from tresen_pilot_service import steps
from tresen_pilot_service.appointments.models import Appointment
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.checkpoints.models import Checkpoint, CheckpointDecision
from tresen_pilot_service.criteria.models import Criterion, Hypothesis
from tresen_pilot_service.developments.models import (
    Development,
    DevelopmentBooking,
    DevelopmentPerson,
    DevelopmentPlace,
)
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.minutes.models import Booking
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.reviews.models import Review
from tresen_pilot_service.tasks.models import Task

FROM_TICKET = "/pilot_service/tickets/<int:number>/feedback"
# What ends or changes a participation, and where it stands before.
SPARE = {"decline": steps.INVITED, "leave": steps.ACTIVE, "consent": steps.ACTIVE}


def fill(desk: Desk, world: World) -> None:
    """Let the customer take part in a programme that has everything."""
    product = factories.make_product(desk)
    programme, row = _pilot(desk, world, product, steps.ACTIVE)
    world.values |= {"programme_id": programme.id, "participation_id": row.id}
    world.special["pilot_service"] = {"name": "pilot_service"}
    for name, state in SPARE.items():
        found, part = _pilot(desk, world, product, state)
        world.special[f"pilot {name}"] = {"participation_id": part.id, "programme_id": found.id}
    # One about the product: any of it may tell something of the pilot.
    about = factories.make_ticket(desk, world.people["customer"], product_id=product.id)
    world.special[FROM_TICKET] = {"number": about.number}
    _add_trial(desk, world, programme)
    _add_meetings(desk, world, programme, row)
    _add_reviews(desk, world, programme, product)
    _add_development(desk, world, product)


def _keep(desk: Desk, row: Any) -> Any:
    desk.session.add(row)
    desk.session.flush()
    return row


def _pilot(
    desk: Desk, world: World, product: Product, state: str
) -> tuple[Programme, Participation]:
    today, now = desk.now().date(), desk.now()
    days = {"starts_on": today, "ends_on": today + timedelta(days=30)}
    moments = {"created_at": now, "changed_at": now}
    programme = _keep(
        desk, Programme(title="Lagerwerk 5", product_id=product.id, **days, **moments)
    )
    row = Participation(
        programme_id=programme.id,
        organisation_id=world.people["customer"].organisation_id,
        contact_id=world.people["agent"].id,
        state=state,
        active_on=today if state == steps.ACTIVE else None,
        created_at=now,
    )
    return programme, _keep(desk, row)


def _add_trial(desk: Desk, world: World, programme: Programme) -> None:
    """Add what is tried, what was told of it, and what has to be met."""
    of = {"programme_id": programme.id}
    word = {"kind": "praise", "title": "Quick", "channel": "portal", "state": "new"}
    rows = {
        "build_id": Build(number="5.0", created_at=desk.now(), **of),
        "task_id": Task(title="Move a pallet", position=1, **of),
        "feedback_id": Feedback(created_at=desk.now(), **word, **of),
        "hypothesis_id": Hypothesis(text="It is quick.", verdict="open", **of),
        "criterion_id": Criterion(phase="exit", measure="word", text="Quick", **of),
    }
    world.values |= {name: _keep(desk, row).id for name, row in rows.items()} | {"ring": 1}
    spare = _keep(desk, Task(title="Spare", position=2, **of))
    world.special["pilot spare task"] = {"task_id": spare.id}


def _add_meetings(
    desk: Desk, world: World, programme: Programme, participation: Participation
) -> None:
    """Add checkpoints, an appointment, and minutes that were given."""
    now, later = desk.now(), desk.now() + timedelta(days=3)
    moments = {"created_at": now, "changed_at": now}
    words = {"title": "Half-time", "state": "planned", "duration": 30, "starts_at": later}
    of = {"programme_id": programme.id, **words, **moments}
    meeting, spare = (_keep(desk, Checkpoint(uid=uid, **of)) for uid in ("one", "spare"))
    decided = _keep(desk, CheckpointDecision(checkpoint_id=meeting.id, text="Go on"))
    world.special["pilot spare meeting"] = {"checkpoint_id": spare.id}
    whose = {"participation_id": participation.id}
    booked = _keep(
        desk, Booking(worked_on=now.date(), within=15, beyond=0, created_at=now, **whose)
    )
    times = {"starts_at": later, "ends_at": later + timedelta(minutes=30)}
    asked = Appointment(state="requested", offer="one", uid="one", **times, **whose, **moments)
    world.values |= {
        "checkpoint_id": meeting.id,
        "decision_id": decided.id,
        "booking_id": booked.id,
        "appointment_id": _keep(desk, asked).id,
    }


def _add_reviews(desk: Desk, world: World, programme: Programme, product: Product) -> None:
    """Add a review that is decided, and one of another programme that is not."""
    said = {"held_on": desk.now().date(), "decision": "go", "created_at": desk.now()}
    other, _row = _pilot(desk, world, product, steps.INVITED)
    decided = _keep(desk, Review(programme_id=programme.id, decided_at=desk.now(), **said))
    spare = _keep(desk, Review(programme_id=other.id, **said))
    world.values["review_id"] = decided.id
    world.special["pilot spare review"] = {"review_id": spare.id}


def _add_development(desk: Desk, world: World, product: Product) -> None:
    customer, today = world.people["customer"], desk.now().date()
    made = Development(
        title="Scanner",
        organisation_id=customer.organisation_id,
        product_id=product.id,
        kind="fix",
        state="requested",
        created_at=desk.now(),
    )
    of = {"development_id": _keep(desk, made).id}
    place = factories.make_installation(desk, customer.organisation_id or 0, product)
    members = [
        _keep(desk, DevelopmentPerson(person_id=person.id, part=part, **of))
        for person, part in ((customer, "contact"), (world.people["agent"], "lead"))
    ]
    hours = [
        _keep(desk, DevelopmentBooking(booked_on=today, minutes=15, **of)) for _each in range(2)
    ]
    deployed = _keep(desk, DevelopmentPlace(installation_id=place.id, deployed_on=today, **of))
    world.values |= {**of, "member_id": members[0].id, "place_id": deployed.id}
    world.values["state"] = "specified"
    world.special["pilot spare member"] = {"member_id": members[1].id}
    world.special["pilot spare hours"] = {"booking_id": hours[1].id}
