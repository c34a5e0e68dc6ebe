# SPDX-License-Identifier: AGPL-3.0-or-later
"""`contrib runs` tells where a development runs, and a job keeps with it what it found there."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tresen.sdk import Core, Desk, Organisation, Person
from tresen_licensing import hooks
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.deployments import service
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import entries_of
from tresen_licensing.publications.models import Publication

Deploy = Callable[..., Deployment]
Run = Callable[..., Result]
AGENT = "anna@tresen.example"
TREE, OTHER = "a" * 40, "b" * 40


@pytest.fixture
def place(agent_desk: Desk, development: Development, deploy: Deploy) -> Deployment:
    """Return where the changes run, of which nothing is public yet."""
    made = deploy()
    agent_desk.commit()
    assert made.development_id == development.id
    return made


@pytest.fixture
def public(agent_desk: Desk, place: Deployment, change: ChangeSet) -> Deployment:
    """Return where the changes run, which are public."""
    row = agent_desk.session.get_one(Development, place.development_id)
    own = {"development_id": row.id, "change_set_id": change.id, "tree": TREE}
    agent_desk.session.add(Publication(licence="MIT", published_at=agent_desk.now(), **own))
    row.state = states.PUBLISHED
    agent_desk.commit()
    return place


@pytest.fixture
def name(agent_desk: Desk, development: Development) -> str:
    """Return the customer's name."""
    found = agent_desk.session.get_one(Organisation, development.organisation_id).name
    agent_desk.commit()
    return found


def told(result: Result) -> tuple[int, bool, list[tuple[int, str, str | None]]]:
    """Return the status, whether it drifted, and tree and outcome of each place."""
    facts: dict[str, Any] = json.loads(result.stdout)
    places = [(each["id"], each["tree"], each["found"]) for each in facts["places"]]
    return result.exit_code, facts["is_drifted"], places


def test_development_that_runs_nowhere_has_no_place(run: Run, development: Development) -> None:
    result = run("runs", development.reference, "--json")
    facts = {"reference": development.reference, "state": "in_development"}
    expected = facts | {"is_drifted": False, "places": []}
    assert (result.exit_code, json.loads(result.stdout)) == (0, expected)


def test_place_says_all_that_is_known_of_it(
    run: Run, development: Development, place: Deployment, name: str
) -> None:
    (found,) = json.loads(run("runs", development.reference, "--json").stdout)["places"]
    assert found == {
        "id": place.id,
        "customer": name,
        "installation": None,
        "version": 1,
        "is_outside": True,
        "since": place.first_seen_on.isoformat(),
        "tree": "",
        "verified_at": None,
        "found": None,
    }


def test_what_was_found_is_kept(
    desk: Desk, run: Run, development: Development, public: Deployment
) -> None:
    at = ("--at", str(public.id), "--json")
    before = told(run("runs", development.reference, "--json"))
    found = [told(run("runs", development.reference, "--tree", each, *at)) for each in _FOUND]
    assert (before, found) == (
        (0, False, [(public.id, "", "unknown")]),
        [
            (0, False, [(public.id, TREE, "same")]),
            (1, True, [(public.id, OTHER, "other")]),
            (0, False, [(public.id, TREE, "same")]),
        ],
    )
    desk.session.refresh(public)
    assert (public.tree, public.verified_at) == (TREE, desk.now())


_FOUND = (TREE, f" {OTHER.upper()}\n", TREE)


def test_tree_is_read_from_what_git_printed(
    core: Core, development: Development, public: Deployment
) -> None:
    _source, contrib, _advisories = hooks.cli_commands()
    words = ["runs", development.reference, "--at", str(public.id), "--tree", "-", "--json"]
    result = CliRunner().invoke(contrib, words, obj=lambda: core, input=f"{OTHER}\n")
    assert told(result) == (1, True, [(public.id, OTHER, "other")])


def test_version_that_is_not_public_is_found(
    agent_desk: Desk, run: Run, development: Development, public: Deployment
) -> None:
    own = {"version": 2, "base": "0" * 40, "sha512": "0" * 128, "made_at": agent_desk.now()}
    later = ChangeSet(development_id=development.id, **own)
    agent_desk.session.add(later)
    agent_desk.session.flush()
    public.change_set_id = later.id
    agent_desk.commit()
    result = run("runs", development.reference, "--json")
    assert told(result) == (1, True, [(public.id, "", "version")])


def test_lines_name_the_place_and_what_is_known(
    run: Run, development: Development, public: Deployment, name: str
) -> None:
    before = run("runs", development.reference).stdout
    after = run("runs", development.reference, "--at", str(public.id), "--tree", OTHER).stdout
    assert (before, after) == (
        f"{public.id} {name} v1: Nobody looked yet\n",
        f"{public.id} {name} v1 {OTHER}: Not the source that is public\n",
    )


def test_what_is_not_public_yet_is_kept_without_a_judgement(
    run: Run, development: Development, place: Deployment, name: str
) -> None:
    words = ("--at", str(place.id), "--tree", OTHER)
    result = run("runs", development.reference, *words)
    line = f"{place.id} {name} v1 {OTHER}\n"
    assert (result.exit_code, result.stdout) == (0, line)


def test_place_that_ended_is_none_any_more(
    agent_desk: Desk, run: Run, development: Development, public: Deployment
) -> None:
    service.end(agent_desk, development, public, agent_desk.today())
    agent_desk.commit()
    assert told(run("runs", development.reference, "--json")) == (0, False, [])
    result = run("runs", development.reference, "--at", str(public.id), "--tree", TREE)
    assert (result.exit_code, result.stderr) == (2, "It runs there no more.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--at", "{id}"], "Name the place with --at and what was found there with --tree."),
        (["--tree", TREE], "Name the place with --at and what was found there with --tree."),
        (["--at", "{id}", "--tree", ""], "A tree has 40 digits."),
        (["--at", "{id}", "--tree", "x" * 40], "A tree has 40 digits."),
        (["--at", "{id}", "--tree", TREE + "a"], "A tree has 40 digits."),
        (["--at", "999999", "--tree", TREE], "This deployment does not exist."),
        (
            ["--at", "{id}", "--tree", TREE, "--as", "nobody@x.example"],
            "nobody@x.example is no agent's address.",
        ),
    ],
)
def test_call_that_cannot_be_is_told(
    desk: Desk, run: Run, development: Development, public: Deployment, words: list[str], said: str
) -> None:
    named = [each.format(id=public.id) for each in words]
    result = run("runs", development.reference, *named)
    desk.session.refresh(public)
    assert (result.exit_code, result.stderr, public.tree) == (2, f"{said}\n", "")


def test_journal_tells_what_is_new_and_by_whom(
    desk: Desk, run: Run, development: Development, public: Deployment, agent: Person
) -> None:
    at = ("--at", str(public.id))
    run("runs", development.reference, *at, "--tree", TREE)
    for found in (TREE, OTHER, OTHER):
        run("runs", development.reference, *at, "--tree", found, "--as", AGENT)
    entries = [
        (each.actor_id, dict(json.loads(each.facts))["tree"])
        for each in entries_of(desk, development.id)
        if each.kind == "deployment_verified"
    ]
    assert entries == [(None, TREE), (agent.id, OTHER)]
