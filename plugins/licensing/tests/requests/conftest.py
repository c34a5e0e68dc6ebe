# SPDX-License-Identifier: AGPL-3.0-or-later
"""A request for source that came in on a ticket, and agents who answer it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Actor, Desk, Person
from tresen.testing import factories
from tresen_licensing.models import Base
from tresen_licensing.requests import service, states
from tresen_licensing.requests.models import SourceRequest

Acting = Callable[[Person], Desk]
Ask = Callable[..., SourceRequest]
Journal = Callable[[], list[tuple[str, str, Any]]]


@pytest.fixture
def acting(desk: Desk) -> Acting:
    """Return a function that gives the desk of an agent."""

    def go(person: Person) -> Desk:
        return replace(desk, actor=Actor(person.name, "agent", person.id))

    return go


@pytest.fixture
def stranger(desk: Desk) -> Person:
    """Return somebody who is nobody's customer."""
    return factories.make_person(desk, "Sven Stranger", "sven@elsewhere.example")


@pytest.fixture
def ask(desk: Desk, stranger: Person) -> Ask:
    """Return a function that takes a request of the stranger's."""

    def make(product: str = "Lagerwerk 5.0", **given: Any) -> SourceRequest:
        values = {"kind": states.SOURCE, "medium": states.DOWNLOAD, "words": ""} | given
        return service.ask(desk, stranger, service.Wish(product=product, **values))

    return make


@pytest.fixture
def journal(desk: Desk) -> Journal:
    """Return a function that gives what was recorded of requests: action, field and new value."""
    entry = Base.metadata.tables["journal_entry"].c

    def read() -> list[tuple[str, str, Any]]:
        wanted = select(entry.action, entry.field, entry.new)
        own = wanted.where(entry.subject_kind == service.REQUEST).order_by(entry.id)
        return [tuple(row) for row in desk.session.execute(own)]

    return read
