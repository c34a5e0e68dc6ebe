# SPDX-License-Identifier: AGPL-3.0-or-later
"""All twenty checks side by side: on a page, and by `tresen licensing contrib check`."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import Result
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person
from tresen.testing.statements import recorded
from tresen_licensing.audits.telling import told
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import development as whole

Run = Callable[..., Result]
SignIn = Callable[[Person], FlaskClient]
CLEARED = [f"C{number:02}" for number in (*range(1, 14), 17)]


def outcomes(result: Result) -> dict[str, str]:
    """Return how each check ended, by its id."""
    return {each["id"]: each["outcome"] for each in json.loads(result.stdout)["checks"]}


def test_public_development_that_runs_nowhere_is_clean(run: Run, public: Development) -> None:
    result = run("check", public.reference, "--json")
    later = {"C14": "not_applicable", "C15": "not_applicable", "C16": "passed"}
    later |= {"C18": "not_applicable", "C19": "not_applicable", "C20": "passed"}
    assert (result.exit_code, outcomes(result)) == (0, dict.fromkeys(CLEARED, "not_yet") | later)


def test_cleared_development_without_anchors_ends_with_one(run: Run, ready: Development) -> None:
    result = run("check", ready.reference, "--json")
    (found,) = [each for each in json.loads(result.stdout)["checks"] if each["findings"]]
    assert (result.exit_code, found) == (
        1,
        {
            "id": "C16",
            "title": "Two anchors show the same source, one of them not ours",
            "severity": "blocking",
            "outcome": "found",
            "hint": "Add an anchor, let a worker look, or ask the customer to confirm the source.",
            "findings": [
                {
                    "severity": "blocking",
                    "sentence": each,
                    "place": "",
                    "is_answered": False,
                }
                for each in (
                    "0 of 2 anchors show the source.",
                    "No anchor of others shows the source.",
                )
            ],
        },
    )


def test_lines_name_id_outcome_severity_and_hint(run: Run, ready: Development) -> None:
    lines = run("check", ready.reference).stdout.splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("C16"))
    assert (len([each for each in lines if each[0] == "C"]), lines[at : at + 4]) == (
        20,
        [
            "C16 finding (blocks): Two anchors show the same source, one of them not ours",
            "    blocks: 0 of 2 anchors show the source.",
            "    blocks: No anchor of others shows the source.",
            "    Add an anchor, let a worker look, or ask the customer to confirm the source.",
        ],
    )


def test_lines_are_german_where_the_installation_is(
    core: Core, run: Run, ready: Development
) -> None:
    core.config = replace(core.config, language="de")
    lines = run("check", ready.reference).stdout.splitlines()
    wanted = "C16 Befund (blockiert): Zwei Anker zeigen denselben Quelltext, einer davon fremd"
    assert lines.count(wanted) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("CD-9",), "There is no development CD-9."),
        (("CD-2026-0001",), "Send in the patches first."),
        (("CD-2026-0001", "--as", "nobody@tresen.example"), "nobody@tresen.example is no agent's"),
    ],
)
def test_what_can_not_be_checked_ends_with_two(
    run: Run, development: Development, words: tuple[str, ...], sentence: str
) -> None:
    result = run("check", *words)
    assert (result.exit_code, result.stdout, result.stderr[: len(sentence)]) == (2, "", sentence)


def test_page_shows_all_twenty(agent: Person, sign_in: SignIn, ready: Development) -> None:
    shown = sign_in(agent).get(f"/licensing/developments/{ready.reference}/checks").text
    counts = [shown.count(f"<strong>C{number:02}</strong>") for number in range(1, 21)]
    assert (counts, shown.count("0 of 2 anchors show the source.")) == ([1] * 20, 1)


def test_page_is_german(agent: Person, sign_in: SignIn, ready: Development) -> None:
    browser = sign_in(agent)
    browser.set_cookie("language", "de")
    shown = browser.get(f"/licensing/developments/{ready.reference}/checks").text
    assert (shown.count("<h1>Alle Prüfungen</h1>"), shown.count("noch nicht")) == (1, 18)


def test_customers_see_no_checks(customer: Person, sign_in: SignIn, ready: Development) -> None:
    path = f"/licensing/developments/{ready.reference}/checks"
    assert sign_in(customer).get(path).status_code == 403


def test_checks_take_a_fixed_number_of_statements(agent_desk: Desk, public: Development) -> None:
    row = whole(agent_desk, public.reference)
    told(agent_desk, row)
    with recorded(agent_desk.core.engine) as found:
        told(agent_desk, row)
    assert len(found) <= 60
