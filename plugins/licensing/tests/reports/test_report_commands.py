# SPDX-License-Identifier: AGPL-3.0-or-later
"""`contrib report` tells the figures of a year, and `contrib badge` draws them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.sdk import Core, Person
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.reports import badges
from tresen_licensing.reports.badges import Badge
from tresen_licensing.reports.figures import Figures

Run = Callable[..., Result]
Running = Callable[..., Development]
SVG = "{http://www.w3.org/2000/svg}"


def figures(**given_: Any) -> Figures:
    """Return figures that are nought but for those given."""
    plain: dict[str, Any] = dict.fromkeys(Figures.__dataclass_fields__, 0)
    return Figures(**(plain | {"median_days": None} | given_))


def shown(picture: str) -> tuple[str, list[str]]:
    """Return a badge's name for readers of screens, and its texts."""
    top = fromstring(picture)  # noqa: S314 - we drew it
    return top.attrib["aria-label"], [each.text or "" for each in top.iter(f"{SVG}text")]


def test_report_of_a_year_in_which_nothing_began(run: Run) -> None:
    result = run("report")
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            "Given back: 0 of 0",
            "In time: 0 of 0",
            "Proposed upstream: 0 of 0",
            "Merged upstream: 0 of 0",
            "Days until it was public: -",
            "Overdue: 0",
            "Exempt: 0",
            "Drift: 0",
        ],
    )


def test_report_tells_programs_figures_and_lines(run: Run, running: Running) -> None:
    row = running(date(2026, 3, 1), states.PUBLISHED)
    result = run("report", "--year", "2026", "--customer", "Kunde GmbH", "--json")
    line = {
        "reference": row.reference,
        "title": row.title,
        "customer": "Kunde GmbH",
        "state": "published",
        "standing": "met",
        "began_on": "2026-03-01",
        "due_on": "2026-03-31",
        "published_on": "2026-03-10",
        "days": 9,
        "is_in_time": True,
        "drift": 0,
    }
    total = figures(owed=1, published=1, in_time=1, median_days=9)
    assert (result.exit_code, json.loads(result.stdout)) == (
        0,
        {
            "year": 2026,
            "customer": "Kunde GmbH",
            "figures": total.__dict__,
            "developments": [line],
        },
    )


def test_report_ends_with_one_where_something_is_overdue(
    run: Run, running: Running, clock: SteppedClock
) -> None:
    row = running(date(2026, 3, 1))
    before = run("report")
    clock.go(days=30)
    late = run("report")
    assert (before.exit_code, late.exit_code, late.stdout.splitlines()[-4:]) == (
        *(0, 1),
        [
            "Overdue: 1",
            "Exempt: 0",
            "Drift: 0",
            f"{row.reference} In development: 2026-03-01 / 2026-03-31 / -",
        ],
    )


def test_report_is_of_the_year_and_the_customer(run: Run, running: Running, elsewhere: Any) -> None:
    running(date(2026, 3, 1))
    words = [("--year", "2025"), ("--customer", "Other Ltd"), ("--year", "2026")]
    found = [json.loads(run("report", *each, "--json").stdout)["developments"] for each in words]
    assert [len(each) for each in found] == [0, 0, 1]


def test_report_is_german_where_the_installation_is(core: Core, run: Run) -> None:
    core.config = replace(core.config, language="de")
    assert run("report").stdout.splitlines()[0] == "Zurückgeführt: 0 von 0"


@pytest.mark.parametrize("command", ["report", "badge"])
@pytest.mark.parametrize("words", [("--customer", "Nobody"), ("--year", "12")])
def test_what_is_not_there_ends_with_two(run: Run, command: str, words: tuple[str, ...]) -> None:
    assert run(command, *words).exit_code == 2


# Badges.


def test_badge_says_how_much_was_given_back(run: Run, running: Running) -> None:
    running(date(2026, 3, 1), states.PUBLISHED)
    running(date(2025, 12, 1))
    result, year = run("badge"), run("badge", "--year", "2026", "--customer", "Kunde GmbH")
    assert (result.exit_code, shown(result.stdout), shown(year.stdout)) == (
        0,
        ("given back: 1 of 2", ["given back", "1 of 2"]),
        ("given back: 1 of 1", ["given back", "1 of 1"]),
    )


def test_badge_of_one_development_says_how_far_it_is(run: Run, development: Development) -> None:
    result = run("badge", development.reference)
    words = [development.reference, "In development"]
    assert (result.exit_code, shown(result.stdout)) == (0, (": ".join(words), words))


def test_badge_is_written_to_a_file(run: Run, development: Development, tmp_path: Path) -> None:
    out = tmp_path / "badge.svg"
    result = run("badge", development.reference, "--out", str(out))
    assert (result.stdout, shown(out.read_text(encoding="utf-8"))[1][0]) == (
        f"{out}\n",
        development.reference,
    )


def test_badge_that_can_not_be_written_says_why(run: Run, tmp_path: Path) -> None:
    result = run("badge", "--out", str(tmp_path / "no" / "badge.svg"))
    assert (result.exit_code, result.stderr[:9]) == (2, "[Errno 2]")


def test_badge_tells_programs_what_shields_take(run: Run) -> None:
    facts = {"schemaVersion": 1, "label": "given back", "message": "0 of 0", "color": badges.GREY}
    assert json.loads(run("badge", "--json").stdout) == facts


def test_badge_is_of_one_thing(run: Run, development: Development) -> None:
    found = [
        run("badge", development.reference, "--year", "2026"),
        run("badge", development.reference, "--customer", "Kunde GmbH"),
        run("badge", "CD-9"),
    ]
    assert [each.exit_code for each in found] == [2, 2, 2]


def test_badge_is_german_where_the_installation_is(
    core: Core, run: Run, development: Development, customer: Person
) -> None:
    core.config = replace(core.config, language="de")
    found = [shown(run("badge", *each).stdout)[1] for each in [(), (development.reference,)]]
    assert found == [["zurückgegeben", "0 von 0"], [development.reference, "In Entwicklung"]]


@pytest.mark.parametrize(
    ("found", "message", "tone"),
    [
        ([], "0 of 0", ""),
        ([figures(owed=2, published=2)], "2 of 2", "green"),
        ([figures(owed=2, published=2), figures(owed=1)], "2 of 3", "accent"),
        ([figures(owed=2, published=1, overdue=1)], "1 of 2", "red"),
    ],
)
def test_badge_of_figures_shows_by_its_colour_how_it_stands(
    found: list[Figures], message: str, tone: str
) -> None:
    assert badges.of_figures(found) == Badge("given back", message, tone)


@given(st.text(st.characters(blacklist_categories=["C"]), max_size=20))
@settings(max_examples=20)
def test_any_words_make_a_picture(text: str) -> None:
    name, texts = shown(badges.drawn(Badge(text, text)))
    assert (name, texts) == (f"{text}: {text}", [text, text])


def test_picture_needs_nothing_else(development: Development) -> None:
    picture = badges.drawn(badges.of_development(development))
    kept = [each for each in ("style", "script", "href", "url(", "class=") if each in picture]
    assert (kept, picture.count("http")) == ([], 1)
