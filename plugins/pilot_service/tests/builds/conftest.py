# SPDX-License-Identifier: AGPL-3.0-or-later
"""Builds of the running pilot, and further customers in other rings of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Organisation, Person, Product, ProductVersion
from tresen.testing import factories
from tresen_pilot_service import service
from tresen_pilot_service.builds import service as verbs
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.models import Base, Participation, Programme

Activate = Callable[[Participation], Participation]
Join = Callable[..., Participation]
Add = Callable[..., Build]
RollOut = Callable[..., verbs.Outcome]


@pytest.fixture
def version(desk: Desk, programme: Programme) -> ProductVersion:
    """Return a version of the programme's product."""
    made = ProductVersion(product_id=programme.product_id, number="5.0rc1")
    desk.session.add(made)
    desk.commit()
    return made


@pytest.fixture
def add(desk: Desk, programme: Programme) -> Add:
    """Return a function that adds a build with everything that a build needs."""

    def go(number: str = "b1", **given: Any) -> Build:
        texts = {"notes": f"New in {number}.", "known_issues": f"Slow in {number}."}
        back = {"rollback_note": f"Back from {number}.", "version_id": None}
        made = verbs.add_build(desk, programme, {"number": number, **texts, **back, **given})
        desk.commit()
        return made

    return go


@pytest.fixture
def join(
    desk: Desk, programme: Programme, contact: Person, deputy: Person, activate: Activate
) -> Join:
    """Return a function that lets a further customer take part in a ring, with a key user."""

    def go(ring: int, name: str = "Zeder KG", language: str | None = None) -> Participation:
        organisation = Organisation(name=name, created_at=desk.now(), changed_at=desk.now())
        desk.session.add(organisation)
        desk.session.flush()
        address = f"{name.split(maxsplit=1)[0].lower()}@zeder.example"
        person = factories.make_customer(desk, f"Key of {name}", address, organisation)
        person.language = language
        ids = {"contact_id": contact.id, "deputy_id": deputy.id, "installation_id": None}
        whose = {"organisation_id": organisation.id, "key_user_id": person.id, "ring": ring}
        made = activate(service.invite(desk, programme, whose | ids))
        made.active_on = programme.starts_on
        desk.commit()
        return made

    return go


@pytest.fixture
def roll_out(desk: Desk) -> RollOut:
    """Return a function that rolls a build out to a ring without writing to anybody."""

    def go(build: Build, ring: int, day: int = 10, **given: Any) -> verbs.Outcome:
        values = {"rolled_out_on": date(2026, 3, day), "is_told": False, **given}
        outcome = verbs.roll_out(desk, build, ring, values)
        desk.commit()
        return outcome

    return go


@pytest.fixture
def journal(desk: Desk) -> Callable[[str], list[tuple[str, str, Any]]]:
    """Return a function that gives what was recorded of a kind: action, field and new value."""
    entry = Base.metadata.tables["journal_entry"].c

    def go(kind: str) -> list[tuple[str, str, Any]]:
        wanted = select(entry.action, entry.field, entry.new).where(entry.subject_kind == kind)
        rows = desk.session.execute(wanted.order_by(entry.subject_id, entry.action, entry.field))
        return [(action, field, new) for action, field, new in rows]

    return go


@pytest.fixture
def on_version(
    desk: Desk, participation: Participation, product: Product, version: ProductVersion, add: Add
) -> Participation:
    """Return the customer's participation at an installation; there is a build with a version."""
    place = factories.make_installation(desk, participation.organisation_id, product)
    participation.installation_id = place.id
    add("b1", version_id=version.id)
    desk.commit()
    return participation
