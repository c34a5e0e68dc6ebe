# SPDX-License-Identifier: AGPL-3.0-or-later
"""`contrib publish` adds anchors, looks at them, and publishes by the rule of two."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from gits import Repository
from sites import PATIENT, Site
from tresen.sdk import Core, Desk, Person
from tresen_licensing.agreements import terms
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import kinds, queries, service
from tresen_licensing.publications.models import Anchor

Run = Callable[..., Result]
Sign = Callable[[Development], Anchor]
AGENT = "anna@tresen.example"
FEW = "Two anchors show this source."
OURS = "One of them is not ours: a repository of others, an archive, the customer's word."


@pytest.fixture(autouse=True)
def let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine be asked, as the operator of a private network does."""
    monkeypatch.setattr(service.settings, "limits", lambda _desk: PATIENT)


@pytest.fixture
def publish(run: Run, ready: Development) -> Run:
    """Return a function that runs the command on a cleared development as the agent."""

    def go(*words: str) -> Result:
        return run("publish", ready.reference, "--as", AGENT, *words)

    return go


def answered(result: Result) -> tuple[int, str, list[tuple[str, str, bool]], list[str]]:
    """Return status, state, anchors and what is missing."""
    told: dict[str, Any] = json.loads(result.stdout)
    anchors = [(each["kind"], each["outcome"], each["holds"]) for each in told["anchors"]]
    return result.exit_code, told["state"], anchors, told["missing"]


def test_own_page_and_the_customers_word_are_enough(
    desk: Desk, publish: Run, ready: Development, sign: Sign, agent: Person
) -> None:
    sign(ready)
    result = publish("--own-page", "--json")
    desk.session.expire_all()
    made = queries.publication(desk, ready.id)
    shown = [("countersignature", "held", True), ("own_page", "held", True)]
    assert answered(result) == (0, states.PUBLISHED, shown, [])
    assert made is not None
    assert made.published_by_id == agent.id


def test_what_is_missing_is_named_and_ends_with_one(publish: Run) -> None:
    result = publish("--own-page", "--json")
    assert answered(result) == (1, "ready", [("own_page", "held", True)], [FEW, OURS])


def test_lines_say_what_stands_where(publish: Run) -> None:
    lines = publish("--own-page").stdout.splitlines()
    assert lines == [
        "Our own page: The same source",
        f"- {FEW}",
        f"- {OURS}",
        "CD-2026-0001: Cleared",
    ]


def test_lines_are_german_where_the_installation_is(core: Core, publish: Run) -> None:
    core.config = replace(core.config, language="de")
    assert publish().stdout.splitlines()[-1] == "CD-2026-0001: Freigegeben"


def test_repository_is_looked_at_at_once_and_on_our_own_host_is_ours(
    publish: Run, site: Site, repo: Repository, ready: Development, tmp_path: Path
) -> None:
    repo.commit({"src/quay.py": b"BERTHS = 4\n"}, "Add a berth")
    repo.commit({"README": b"Harbour\n\nFour berths.\n"}, "Say so")
    at = site.publish("/berth.git", repo, tmp_path / "berth.git")
    result = publish("--own-page", "--anchor", at, "--revision", "main", "--not-ours", "--json")
    shown = [("own_page", "held", True), ("forge", "held", True)]
    assert answered(result) == (1, "ready", shown, [OURS])


def test_anchor_without_an_answer_ends_with_three_and_may_be_repeated(
    publish: Run, site: Site
) -> None:
    at = site.answer("/a.tar", b"", "500 Down")
    words = ("--own-page", "--anchor", at, "--kind", kinds.PACKAGE_INDEX, "--not-ours", "--json")
    first, again = publish(*words), publish(*words)
    shown = [("own_page", "held", True), ("package_index", "silent", False)]
    assert answered(first) == (3, "ready", shown, [FEW, OURS])
    assert answered(again) == answered(first)


def test_silence_is_no_excuse_for_what_else_is_missing(
    desk: Desk, publish: Run, site: Site, ready: Development
) -> None:
    assert ready.agreement is not None
    ready.agreement.publishing = terms.AFTER_ACCEPTANCE
    desk.commit()
    at = site.answer("/a.tar", b"", "500 Down")
    result = publish("--own-page", "--anchor", at, "--kind", kinds.PACKAGE_INDEX, "--not-ours")
    assert result.exit_code == 1


def test_only_look_publishes_nothing(publish: Run, ready: Development, sign: Sign) -> None:
    sign(ready)
    result = publish("--own-page", "--only-look", "--json")
    assert answered(result)[:2] == (0, "ready")


def test_public_one_is_looked_at_again_and_not_published_twice(
    desk: Desk, publish: Run, ready: Development, sign: Sign
) -> None:
    sign(ready)
    publish("--own-page")
    result = publish("--json")
    for each in queries.anchors_of(desk, ready.id):
        each.tree = each.tree if each.kind == kinds.OWN_PAGE else "0" * 40
    desk.commit()
    lost = publish("--json")
    assert (answered(result)[::3], answered(lost)[::3]) == ((0, []), (1, [FEW, OURS]))


def test_look_is_the_agents(desk: Desk, publish: Run, ready: Development, agent: Person) -> None:
    publish("--own-page")
    (found,) = queries.anchors_of(desk, ready.id)
    assert (found.added_by_id, found.observer_id) == (agent.id, agent.id)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--anchor", "ftp://a.example"), "An address begins with https:// and holds no password."),
        (("--kind", "package_index"), "An address begins with https:// and holds no password."),
        (("--anchor", "https://a.example"), "Which branch, tag or commit holds the changes?"),
    ],
)
def test_anchor_that_is_none_is_refused(
    publish: Run, words: tuple[str, ...], sentence: str
) -> None:
    result = publish(*words)
    assert (result.exit_code, result.stderr) == (2, f"{sentence}\n")


def test_address_at_software_heritage_is_that_of_the_commit(
    desk: Desk, ready: Development, begin: Callable[..., Development]
) -> None:
    head = queries.source(desk, ready).head
    found = [service.heritage_address(desk, each) for each in (ready, begin())]
    assert found == [service.HERITAGE % head, ""]


def test_nobody_else_publishes(run: Run, ready: Development, customer: Person) -> None:
    found = [
        run("publish", ready.reference),
        run("publish", ready.reference, "--as", "karla@kunde.example"),
        run("publish", "CD-9", "--as", AGENT),
    ]
    assert [each.exit_code for each in found] == [2, 2, 2]


@pytest.mark.usefixtures("change")
def test_what_is_not_cleared_takes_no_anchor(
    desk: Desk, run: Run, development: Development
) -> None:
    result = run("publish", development.reference, "--own-page", "--as", AGENT)
    state = developments.development(desk, development.reference).state
    said = "It is not cleared yet.\n"
    assert (result.exit_code, result.stderr, state) == (2, said, states.IN_DEVELOPMENT)
