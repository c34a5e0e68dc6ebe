# SPDX-License-Identifier: AGPL-3.0-or-later
"""Subjects for single checks, and a development whose changes were looked at."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from gits import Repository
from tresen.sdk import Actor, Desk, Person
from tresen.testing import factories
from tresen_licensing.agreements import service as agreements
from tresen_licensing.agreements.service import Document
from tresen_licensing.changes import service as changing
from tresen_licensing.clearances import queries, service
from tresen_licensing.clearances.checks.records import Found, Line, Place, Subject, TouchedFile
from tresen_licensing.clearances.checks.registry import CHECKS
from tresen_licensing.clearances.queries import Review
from tresen_licensing.developments import service as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import development as whole

Files = dict[str, bytes | None]
Look = Callable[..., Review]
Amend = Callable[..., None]
SPDX = b"# SPDX-License-" + b"Identifier: AGPL-3.0-or-later\n"
CLEAN: Files = {
    "src/quay.py": SPDX + b"BERTHS = 4\n",
    "tests/test_quay.py": SPDX + b"assert True\n",
    "changes/7.md": SPDX + b"A fourth berth.\n",
}


def lines(text: str, path: str = "src/quay.py", patch: int = 1) -> list[Line]:
    """Return the lines of a text as a patch adds them."""
    return [
        Line(Place(patch, path, number), each)
        for number, each in enumerate(text.split("\n"), start=1)
    ]


def subject(new: dict[str, str], /, **more: Any) -> Subject:
    """Return a subject with new files of these texts."""
    touched = {path: TouchedFile(path, 1, is_new=True) for path in new}
    added = [line for path, text in new.items() for line in lines(text, path)]
    usual = {"lines": added, "files": touched, "texts": new.get, "exists": new.__contains__}
    return Subject(**(usual | more))


def found(name: str, about: Subject) -> list[Found]:
    """Return what a check finds; one that does not apply finds nothing."""
    check = CHECKS[name]
    return list(check.run(about)) if check.applies(about) else []


def codes(name: str, about: Subject) -> list[str]:
    """Return the codes of what a check finds."""
    return [each.code for each in found(name, about)]


@pytest.fixture
def look(agent_desk: Desk, upstream: Development, repo: Repository) -> Look:
    """Return a function that sends in changes of these files, and runs the checks."""

    def go(files: Files | None = None, **how: Any) -> Review:
        repo.git("checkout", "-q", "-B", "change", "main")
        repo.commit(CLEAN if files is None else files, how.pop("message", "Change"), **how)
        changing.add(agent_desk, upstream, [repo.series(repo.text("rev-parse", "main"))], "")
        return looked(agent_desk, upstream)

    return go


def looked(desk: Desk, row: Development) -> Review:
    """Run the checks and return what they found."""
    row = whole(desk, row.reference)
    service.check(desk, row)
    found = queries.review(desk, row)
    # Nothing is left open that a browser would wait for.
    desk.commit()
    assert found is not None
    return found


def marked(review: Review, mark: str) -> list[str]:
    """Return the checks that ended in that way."""
    return [name for name, each in review.marks.items() if each == mark]


@pytest.fixture
def amend(boss_desk: Desk, upstream: Development, terms_given: dict[str, Any]) -> Amend:
    """Return a function that changes what was agreed."""

    def go(document: Document | None = None, **given: Any) -> None:
        assert upstream.agreement is not None
        agreements.amend(boss_desk, upstream.agreement, terms_given | given, document)
        boss_desk.commit()

    return go


@pytest.fixture
def clean(look: Look) -> Review:
    """Return a look that found nothing."""
    return look()


@pytest.fixture
def speaker(desk: Desk, customer: Person) -> Desk:
    """Return the desk of somebody who speaks for the customer."""
    customer.sees_organisation = True
    desk.commit()
    may = frozenset({"licensing.take_part"})
    actor = Actor(
        *(customer.name, "customer", customer.id, customer.organisation_id, may),
        sees_organisation=True,
    )
    return replace(desk, actor=actor)


@pytest.fixture
def second(desk: Desk, acting: Callable[[Person], Desk]) -> Desk:
    """Return the desk of another agent, who did not send in the changes."""
    made = factories.make_person(desk, "Bea Boss", "bea@tresen.example", role="agent")
    desk.commit()
    return acting(made)


def closed(desk: Desk, row: Development, state: str) -> None:
    """Take a development to a state by hand."""
    developing.take(desk, row, state, "It is so.")
    desk.commit()
