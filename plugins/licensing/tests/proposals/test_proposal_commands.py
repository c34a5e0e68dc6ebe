# SPDX-License-Identifier: AGPL-3.0-or-later
"""`contrib propose` sends upstream on every way, and `contrib sync` brings home what came of it."""

import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import Result
from forge_server import ForgeServer, Reply
from gits import Repository
from proposals.conftest import FORK, REQUEST, UPSTREAM
from sqlalchemy import select
from tresen.sdk import Core, Desk, Person
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.connections.models import Connection
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.proposals import queries, states
from tresen_licensing.proposals.models import UpstreamProposal
from tresen_licensing.publications import kinds
from tresen_licensing.publications.models import Anchor

Run = Callable[..., Result]
AGENT = "anna@tresen.example"
LIST = f"{REQUEST}?state=open&limit=100&page=1"
FORKS = "/api/v1/repos/harbour/pier/forks"
PULL = {"number": 5, "html_url": "https://forge.example/harbour/pier/pulls/5"}
WORDS = f"{REQUEST.replace('pulls', 'issues')}/5/comments?limit=100&page=1"
REVIEWS = f"{REQUEST}/5/reviews?limit=100&page=1"


@pytest.fixture
def sent(run: Run, published: Development, agent: Person) -> Run:
    """Return a function that runs the command on a public development as the agent."""

    def go(*words: str) -> Result:
        return run("propose", published.reference, "--as", AGENT, *words)

    return go


@pytest.fixture
def taking(forge: ForgeServer, served: Development, connection: Connection) -> ForgeServer:
    """Return a forge with a connection, on which can be proposed."""
    forge.rows["GET", LIST] = []
    forge.rows["POST", FORKS] = Reply(202, {"clone_url": forge.url(FORK)})
    forge.rows["POST", REQUEST] = Reply(201, PULL)
    return forge


def kept(desk: Desk) -> list[UpstreamProposal]:
    """Return all proposals, read anew."""
    desk.session.expire_all()
    return [*desk.session.scalars(select(UpstreamProposal).order_by(UpstreamProposal.id))]


def told(result: Result) -> tuple[int, dict[str, Any]]:
    """Return status and answer."""
    return result.exit_code, json.loads(result.stdout)


def test_files_are_written_to_take_along(
    desk: Desk, sent: Run, published: Development, agent: Person, tmp_path: Path
) -> None:
    out = tmp_path / "patches.zip"
    result = sent("--way", "directory", "--out", str(out), "--json")
    with ZipFile(BytesIO(out.read_bytes())) as archive:
        first = archive.namelist()[0]
    about = {"state": "open", "route": "directory", "number": "", "address": "", "fault": ""}
    facts = {"reference": published.reference, "state": "proposed"}
    facts["proposal"] = about | {"version": 1}  # type: ignore[assignment]  # a record
    assert (told(result), first, kept(desk)[0].proposed_by_id) == ((0, facts), "README", agent.id)


def test_mail_opens_a_ticket_with_the_prepared_text(desk: Desk, sent: Run) -> None:
    result = sent("--way", "mail", "--to", "list@pier.example", "--language", "de")
    (found,) = kept(desk)
    assert (result.exit_code, result.stdout) == (
        *(0, "CD-2026-0001: Upstream has the word mailto:list@pier.example\n"),
    )
    assert (found.ticket_id is not None, found.text[:6]) == (True, "Guten ")


def test_own_text_and_title_are_sent(desk: Desk, sent: Run, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("Grüß Gott.", encoding="utf-8")
    sent("--way", "directory", "--title", "A berth", "--text", str(tmp_path / "text"))
    (found,) = kept(desk)
    assert (found.title, found.text) == ("A berth", "Grüß Gott.")


def test_elsewhere_is_written_down(desk: Desk, sent: Run) -> None:
    at = "https://lists.example/5"
    code, facts = told(sent("--way", "elsewhere", "--to", at, "--json"))
    (found,) = kept(desk)
    assert (code, facts["proposal"]["address"], found.state) == (0, at, states.OPEN)


def test_forge_of_a_connection_gets_a_request(
    sent: Run, taking: ForgeServer, published: Development
) -> None:
    words = ("--way", "Harbour's forge", "--to", "harbour/pier", "--json")
    code, facts = told(sent(*words))
    about = {"state": "open", "route": "gitea", "number": "5", "fault": "", "version": 1}
    about["address"] = PULL["html_url"]
    assert (code, facts) == (
        0,
        {"reference": published.reference, "state": "proposed", "proposal": about},
    )


def test_forge_that_is_down_ends_with_three_and_is_tried_again(
    desk: Desk, sent: Run, taking: ForgeServer, published: Development
) -> None:
    taking.rows["POST", REQUEST] = Reply(503, {})
    code, facts = told(sent("--way", "Harbour's forge", "--to", "harbour/pier", "--json"))
    state = facts["proposal"]["state"], facts["state"], facts["proposal"]["fault"] != ""
    assert (code, state) == (3, ("sending", "published", True))
    assert kept(desk)[0].idle_looks == 1


def test_forge_that_refuses_ends_with_one(
    desk: Desk, sent: Run, taking: ForgeServer, published: Development
) -> None:
    taking.rows["POST", REQUEST] = Reply(403, {"message": "no"})
    result = sent("--way", "Harbour's forge", "--to", "harbour/pier")
    assert (result.exit_code, kept(desk)[0].state) == (1, states.FAILED)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "On which way? Name it with --way."),
        (("--news", "Five berths."), "It was not proposed yet."),
        (("--way", "Nobody's"), "There is no such connection."),
        (("--way", "mail"), "Where does it go?"),
        (("--way", "mail", "--to", "pier"), "By mail it goes to an address."),
    ],
)
def test_wish_that_can_not_be_is_refused(
    desk: Desk, sent: Run, words: tuple[str, ...], sentence: str
) -> None:
    result = sent(*words)
    assert (result.exit_code, result.stderr, kept(desk)) == (2, f"{sentence}\n", [])


def test_what_was_published_since_is_the_next_version(
    sent: Run, better: Callable[[], ChangeSet], tmp_path: Path
) -> None:
    sent("--way", "directory")
    better()
    out = tmp_path / "patches.zip"
    code, facts = told(sent("--news", "Five berths.", "--out", str(out), "--json"))
    with ZipFile(BytesIO(out.read_bytes())) as archive:
        count = len(archive.namelist())
    assert (code, facts["proposal"]["version"], facts["state"], count) == (0, 2, "proposed", 5)


def test_version_that_upstream_has_is_not_sent_again(sent: Run) -> None:
    sent("--way", "directory")
    result = sent("--news", "Nothing.")
    sentence = "Upstream has what is public: publish the next version first.\n"
    assert (result.exit_code, result.stderr) == (2, sentence)


def test_forge_that_closed_the_request_ends_with_one(
    sent: Run, taking: ForgeServer, better: Callable[[], ChangeSet]
) -> None:
    sent("--way", "Harbour's forge", "--to", "harbour/pier")
    better()
    code, facts = told(sent("--news", "Five berths.", "--json"))
    assert (code, facts["proposal"]["state"], facts["proposal"]["version"]) == (1, "open", 1)


def test_nothing_is_proposed_twice_or_before_it_is_public(
    run: Run, sent: Run, begin: Callable[..., Development], agent_desk: Desk
) -> None:
    private = begin().reference
    agent_desk.commit()
    sent("--way", "directory")
    words = ("--way", "directory", "--as", AGENT)
    found = [sent("--way", "directory"), run("propose", private, *words)]
    assert [each.exit_code for each in found] == [2, 2]


@pytest.mark.parametrize("way", ["elsewhere", "directory"])
def test_archive_that_can_not_be_written_is_said(sent: Run, tmp_path: Path, way: str) -> None:
    place = ("--to", "https://a.example", "--out", str(tmp_path / "no" / "a.zip"))
    result = sent("--way", way, *place)
    said = {"elsewhere": "There is no archive of this", "directory": "[Errno 2] No such file"}[way]
    assert (result.exit_code, result.stderr[: len(said)]) == (2, said)


# What comes back.


@pytest.fixture
def asked(forge: ForgeServer, proposed: UpstreamProposal, served: Development) -> ForgeServer:
    """Return the forge, which knows the request and has nothing to say of it."""
    forge.rows |= {
        ("GET", f"{REQUEST}/5"): {"state": "open", "merged": False},
        ("GET", WORDS): [],
        ("GET", REVIEWS): [],
    }
    return forge


def sync(run: Run, *words: str) -> tuple[int, list[dict[str, Any]]]:
    """Run the command; return status and answer."""
    result = run("sync", *words, "--json")
    return result.exit_code, json.loads(result.stdout)


def anchored(desk: Desk, row: Development, outcome: str) -> None:
    """Give a development the customer's word, of which nobody asks, with an outcome."""
    facts = {"place": "word", "kind": kinds.COUNTERSIGNATURE, "is_ours": False}
    made = Anchor(development_id=row.id, added_at=desk.now(), outcome=outcome, **facts)
    desk.session.add(made)
    desk.commit()


def test_sync_without_anything_is_clean(run: Run) -> None:
    assert sync(run) == (0, [])


def test_sync_asks_upstream_and_finds_what_was_merged(
    run: Run, asked: ForgeServer, repo: Repository, published: Development
) -> None:
    repo.git("merge", "-q", "--no-ff", "-m", "Merge", "ours")
    repo.git("push", "-q", str(asked.folder / UPSTREAM), "main")
    line = {"reference": published.reference, "state": "merged", "anchors": [], "faults": []}
    assert sync(run, published.reference) == (0, [line])


def test_sync_tells_of_a_forge_that_is_down_as_of_the_network(
    run: Run, asked: ForgeServer, published: Development
) -> None:
    asked.rows["GET", f"{REQUEST}/5"] = Reply(503, {})
    code, (line,) = sync(run)
    assert (code, line["state"], len(line["faults"])) == (3, "proposed", 1)


def test_sync_tells_of_a_repository_that_is_gone_as_a_finding(
    desk: Desk, run: Run, asked: ForgeServer, published: Development
) -> None:
    published.upstream_url = asked.url("harbour/gone.git")
    desk.commit()
    result = run("sync")
    said = result.stdout.splitlines()
    assert (result.exit_code, said[0], "knows no such repository" in said[1]) == (
        *(1, "CD-2026-0001: Proposed upstream"),
        True,
    )


@pytest.mark.parametrize(
    ("outcome", "status", "lines"),
    [
        (kinds.HELD, 0, ["CD-2026-0001: Published"]),
        (
            kinds.SILENT,
            3,
            [
                "CD-2026-0001: Published",
                "    Countersignature of the customer: No answer",
            ],
        ),
        (
            kinds.GONE,
            1,
            ["CD-2026-0001: Published", "    Countersignature of the customer: Gone"],
        ),
    ],
)
def test_sync_tells_of_anchors(
    desk: Desk, run: Run, published: Development, outcome: str, status: int, lines: list[str]
) -> None:
    anchored(desk, published, outcome)
    result = run("sync")
    assert (result.exit_code, result.stdout.splitlines()) == (status, lines)


def test_sync_is_german_where_the_installation_is(
    core: Core, desk: Desk, run: Run, published: Development
) -> None:
    anchored(desk, published, kinds.SILENT)
    core.config = replace(core.config, language="de")
    assert run("sync").stdout.splitlines() == [
        "CD-2026-0001: Veröffentlicht",
        "    Gegenzeichnung des Kunden: Keine Antwort",
    ]


def test_sync_of_all_settles_what_is_carried_nowhere(
    desk: Desk, run: Run, proposed: UpstreamProposal, published: Development
) -> None:
    proposed.state, proposed.release = states.MERGED, "4.3"
    published.state = developing.RELEASED
    desk.commit()
    before = run("sync", published.reference)
    desk.session.expire_all()
    assert (before.exit_code, queries.proposal(desk, proposed.id).fault) == (0, "")


def test_sync_of_what_is_not_there_ends_with_two(run: Run) -> None:
    result = run("sync", "CD-9")
    assert (result.exit_code, result.stderr) == (2, "There is no development CD-9.\n")
