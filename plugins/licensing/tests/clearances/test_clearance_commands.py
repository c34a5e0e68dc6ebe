# SPDX-License-Identifier: AGPL-3.0-or-later
"""`contrib check` and `contrib clear` do what the pages do: two people, and the customer's word."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tresen.sdk import Desk, Person
from tresen_licensing.agreements import terms
from tresen_licensing.clearances import queries
from tresen_licensing.clearances.queries import Review
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import development as whole

Run = Callable[..., Result]
Look = Callable[..., Review]
SENDER, OTHER = "anna@tresen.example", "bea@tresen.example"


def review_of(desk: Desk, row: Development) -> Review:
    """Return the latest look, read anew."""
    desk.session.expire_all()
    found = queries.review(desk, whole(desk, row.reference))
    desk.commit()
    assert found is not None
    return found


def checked(result: Result) -> dict[str, dict[str, Any]]:
    """Return what is told of each check, by its id."""
    return {each["id"]: each for each in json.loads(result.stdout)["checks"]}


def test_check_looks_anew_and_is_clean(
    desk: Desk, run: Run, upstream: Development, clean: Review, agent: Person
) -> None:
    result = run("check", upstream.reference, "--as", SENDER, "--json")
    latest = review_of(desk, upstream)
    told = {key: each["outcome"] for key, each in checked(result).items()}
    assert (result.exit_code, latest.clearance.id > clean.clearance.id) == (0, True)
    assert (latest.clearance.made_by_id, told) == (
        agent.id,
        latest.marks
        | dict.fromkeys(["C14", "C16", "C18", "C19", "C20"], "not_yet")
        | {"C15": told["C15"]},
    )


def test_check_without_a_name_is_nobodys(
    desk: Desk, run: Run, upstream: Development, clean: Review
) -> None:
    run("check", upstream.reference)
    assert review_of(desk, upstream).clearance.made_by_id is None


def test_check_ends_with_one_where_something_blocks(
    run: Run, upstream: Development, look: Look
) -> None:
    look({"src/a.py": b"x = 1\n"}, signed=False)
    result = run("check", upstream.reference, "--json")
    found = checked(result)["C04"]
    sentences = [(each["sentence"], each["place"]) for each in found["findings"]]
    assert (result.exit_code, found["severity"], found["outcome"], sentences) == (
        *(1, "blocking", "found"),
        [("The patch is not signed off.", "patch 1")],
    )


def test_severity_is_the_gravest_that_a_check_finds(
    run: Run, upstream: Development, clean: Review
) -> None:
    found = checked(run("check", upstream.reference, "--json"))
    mild = [key for key, each in found.items() if each["severity"] == "warning"]
    assert mild == ["C03", "C10", "C11", "C12", "C17"]


def test_clear_takes_two_people(
    desk: Desk, run: Run, upstream: Development, clean: Review, second: Desk
) -> None:
    first = run("clear", upstream.reference, "--as", OTHER, "--json")
    same = run("clear", upstream.reference, "--as", OTHER)
    desk.session.expire_all()
    assert (first.exit_code, json.loads(first.stdout)) == (
        0,
        {"reference": upstream.reference, "state": "clearance", "approved_by": ["company"]},
    )
    assert (same.exit_code, same.stderr) == (2, "This side has approved already.\n")


def test_who_sent_the_changes_in_does_not_clear_them(
    desk: Desk, run: Run, upstream: Development, clean: Review
) -> None:
    result = run("clear", upstream.reference, "--as", SENDER)
    said = "Four eyes: somebody else than who sent in the changes has to do it.\n"
    assert (result.exit_code, result.stderr) == (2, said)
    assert review_of(desk, upstream).approvals == {}


def test_word_of_the_customer_clears_it_on_paper(
    desk: Desk, run: Run, upstream: Development, clean: Review, second: Desk, tmp_path: Path
) -> None:
    paper = tmp_path / "agreed.pdf"
    paper.write_bytes(b"%PDF-1.7 signed")
    run("clear", upstream.reference, "--as", OTHER)
    words = ("--agreed", "Karla agreed, letter of March 1.", "--document", str(paper))
    result = run("clear", upstream.reference, "--as", SENDER, *words)
    word = review_of(desk, upstream).approvals["customer"]
    assert (result.exit_code, result.stdout) == (
        0,
        f"{upstream.reference}: Cleared (Our house, The customer)\n",
    )
    assert (word.ground, word.note, word.document is not None and word.document.name) == (
        *("document", "Karla agreed, letter of March 1."),
        "agreed.pdf",
    )


def test_both_words_come_from_two_people(
    run: Run, upstream: Development, clean: Review, second: Desk, tmp_path: Path
) -> None:
    paper = tmp_path / "agreed.txt"
    paper.write_text("signed")
    run("clear", upstream.reference, "--as", OTHER)
    words = ("--agreed", "Karla agreed.", "--document", str(paper))
    result = run("clear", upstream.reference, "--as", OTHER, *words)
    assert (result.exit_code, result.stderr) == (
        2,
        "Four eyes: the two approvals come from two people.\n",
    )


def test_paper_is_needed_where_the_agreement_asks_for_it(
    run: Run, upstream: Development, clean: Review, second: Desk
) -> None:
    result = run("clear", upstream.reference, "--as", OTHER, "--agreed", "Karla agreed.")
    said = "The signed document in which the customer agrees is missing.\n"
    assert (result.exit_code, result.stderr) == (2, said)


def test_nothing_is_cleared_against_the_agreement(
    run: Run, amend: Callable[..., None], upstream: Development, clean: Review, second: Desk
) -> None:
    amend(publishing=terms.NO, clause="Theirs alone.")
    result = run("clear", upstream.reference, "--as", OTHER)
    assert (result.exit_code, result.stderr) == (2, "No agreement allows to publish it.\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--as", OTHER), "Nobody has looked yet whether it may be published.\n"),
        (("--as", "karla@kunde.example"), "karla@kunde.example is no agent's address.\n"),
    ],
)
def test_what_can_not_be_cleared_ends_with_two(
    run: Run, upstream: Development, second: Desk, words: tuple[str, ...], sentence: str
) -> None:
    result = run("clear", upstream.reference, *words)
    assert (result.exit_code, result.stderr) == (2, sentence)


def test_clear_wants_a_name_and_a_document_its_words(
    run: Run, upstream: Development, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(b"a")
    found = [
        run("clear", upstream.reference),
        run("clear", upstream.reference, "--as", OTHER, "--document", str(tmp_path / "a")),
    ]
    assert ([each.exit_code for each in found], upstream.state) == ([2, 2], states.CLEARANCE)
