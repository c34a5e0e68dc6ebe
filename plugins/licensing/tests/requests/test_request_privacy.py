# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who asked and who answered is told to them, and goes when they are erased; the fact stays."""

from collections.abc import Callable
from datetime import date

from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_licensing import hooks
from tresen_licensing.requests import privacy, service, states
from tresen_licensing.requests.models import SourceRequest

Acting = Callable[[Person], Desk]
Ask = Callable[..., SourceRequest]


def answer(desk: Desk, row: SourceRequest, note: str = "") -> None:
    given = {"answered_on": date(2026, 3, 10), "medium": states.DOWNLOAD, "note": note}
    service.answer(desk, row, given)


def test_who_asked_is_told(desk: Desk, ask: Ask, stranger: Person) -> None:
    ask()
    (kept,) = privacy.data_sets(desk, stranger)
    assert list(kept.rows) == [
        {
            "kind": "source",
            "product": "Lagerwerk 5.0",
            "received_on": date(2026, 3, 10),
            "due_on": date(2026, 3, 24),
            "answered_on": None,
            "medium": "",
            "note": "",
            "asked": True,
            "answered": False,
        }
    ]


def test_who_answered_is_told(desk: Desk, acting: Acting, ask: Ask, agent: Person) -> None:
    answer(acting(agent), ask())
    (kept,) = privacy.data_sets(desk, agent)
    assert [(row["asked"], row["answered"]) for row in kept.rows] == [(False, True)]


def test_others_are_told_nothing(desk: Desk, ask: Ask, customer: Person) -> None:
    ask()
    (kept,) = privacy.data_sets(desk, customer)
    assert list(kept.rows) == []


def test_hooks_ask_this_part() -> None:
    assert privacy in hooks.PRIVATE


def test_erased_stranger_is_gone_and_the_request_stays(
    desk: Desk, ask: Ask, stranger: Person
) -> None:
    row = ask(product="Lagerwerk for Sven Stranger")
    factories.erase_person(desk, stranger)
    assert (row.person_id, "Sven Stranger" in row.product, row.due_on) == (
        *(None, False, date(2026, 3, 24)),
    )


def test_erased_agent_is_gone_and_the_answer_stays(
    desk: Desk, acting: Acting, ask: Ask, agent: Person, stranger: Person
) -> None:
    row, name = ask(), agent.name
    answer(acting(agent), row, f"Handed out by {name}")
    factories.erase_person(desk, agent)
    assert (row.answered_by_id, row.person_id, name in row.note, row.medium) == (
        *(None, stranger.id, False, "download"),
    )


def test_name_in_the_request_of_somebody_else_is_blotted(
    desk: Desk, ask: Ask, customer: Person
) -> None:
    row, name = ask(), customer.name
    answer(desk, row, f"As {name} asked for the same")
    factories.erase_person(desk, customer)
    assert name not in row.note
