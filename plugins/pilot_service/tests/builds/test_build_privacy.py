# SPDX-License-Identifier: AGPL-3.0-or-later
"""A name that somebody wrote into a build's texts goes when the person is erased."""

from collections.abc import Callable

from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_pilot_service.builds import privacy, queries
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.models import Participation

Add = Callable[..., Build]


def texts(desk: Desk) -> list[str]:
    (build,) = queries.builds(desk, 1)
    return [build.notes, build.known_issues, build.rollback_note]


def named(add: Add) -> None:
    words = ("notes", "known_issues", "rollback_note")
    add("b1", **{word: f"Karla Kundin knows {word}." for word in words})


def test_erased_participant_is_named_in_no_text(
    desk: Desk, participation: Participation, customer: Person, add: Add
) -> None:
    named(add)
    factories.erase_person(desk, customer)
    assert texts(desk) == [
        "[…] knows notes.",
        "[…] knows known_issues.",
        "[…] knows rollback_note.",
    ]


def test_texts_of_programmes_without_the_person_stay(
    desk: Desk, participation: Participation, add: Add
) -> None:
    named(add)
    stranger = factories.make_customer(desk, "Karla Kundin", "other@fern.example")
    factories.erase_person(desk, stranger)
    assert texts(desk)[0] == "Karla Kundin knows notes."


def test_nobody_has_a_build(desk: Desk, participation: Participation, customer: Person) -> None:
    assert privacy.data_sets(desk, customer) == []
