# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is public is proposed once, on any way; what cannot be sent says why."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from forge_server import ForgeServer, Reply
from proposals.conftest import FORK, REQUEST, SECRET
from sqlalchemy import func, select
from tresen.sdk import Desk, Refused, read_file
from tresen_licensing.changes import service as changing
from tresen_licensing.connections.models import Connection
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import routes
from tresen_licensing.journals.queries import entries_of
from tresen_licensing.proposals import queries, sending, service, states
from tresen_licensing.proposals.models import UpstreamProposal
from tresen_licensing.proposals.service import Wish

Propose = Callable[..., UpstreamProposal]
LIST = f"{REQUEST}?state=open&limit=100&page=1"
FORKS = "/api/v1/repos/harbour/pier/forks"
PULL = {"number": 5, "html_url": "https://forge.example/harbour/pier/pulls/5"}
FILES = Wish(routes.DIRECTORY, "", "Add a berth", "Hello.")


@pytest.fixture
def ready(forge: ForgeServer, served: Development) -> ForgeServer:
    """Return the forge, on which it can be proposed."""
    forge.rows["GET", LIST] = []
    forge.rows["POST", FORKS] = Reply(202, {"clone_url": forge.url(FORK)})
    forge.rows["POST", REQUEST] = Reply(201, PULL)
    return forge


def kinds(desk: Desk, row: Development) -> list[str]:
    return [each.kind for each in entries_of(desk, row.id)]


def test_files_are_an_archive_and_the_development_is_proposed(
    propose: Propose, published: Development
) -> None:
    made = propose()
    told = made.state, made.file is not None, published.state, made.next_look_at
    assert told == (states.OPEN, True, developing.PROPOSED, None)


def test_archive_can_be_read_by_git(propose: Propose, desk: Desk) -> None:
    made = propose()
    assert made.file is not None
    with ZipFile(BytesIO(read_file(desk, made.file))) as archive:
        assert archive.namelist() == [
            "README",
            "0000-cover-letter.patch",
            "0001-Add-a-berth.patch",
            "0002-Say-so.patch",
        ]


def test_journal_tells_the_way_and_the_step(
    propose: Propose, published: Development, agent_desk: Desk
) -> None:
    propose()
    entries = [(each.kind, each.facts) for each in entries_of(agent_desk, published.id)][-2:]
    assert entries == [
        ("proposed", '{"route":"directory"}'),
        ("stepped", '{"from":"published","to":"proposed"}'),
    ]


def test_forge_gets_branch_and_request(
    ready: ForgeServer, propose: Propose, connection: Connection, published: Development
) -> None:
    made = propose(routes.GITEA, connection_id=connection.id)
    branch = f"refs/heads/contribution/{published.reference.lower()}"
    subject = ready.git(FORK, "log", "-1", "--format=%s", branch)
    assert (made.state, made.number, made.address, subject) == (
        states.OPEN,
        "5",
        PULL["html_url"],
        "Say so",
    )


def test_nothing_is_opened_twice(
    propose: Propose, published: Development, agent_desk: Desk
) -> None:
    propose()
    published.state = developing.PUBLISHED
    with pytest.raises(Refused, match="nothing is opened twice"):
        service.propose(agent_desk, published, FILES)


def test_job_that_runs_twice_sends_once(
    ready: ForgeServer, propose: Propose, connection: Connection, agent_desk: Desk
) -> None:
    made = propose(routes.GITEA, connection_id=connection.id)
    count = len(ready.asked)
    sending.send(agent_desk, made.id)
    assert len(ready.asked) == count


def test_answer_that_was_lost_finds_the_request(
    ready: ForgeServer, propose: Propose, connection: Connection
) -> None:
    head = {"ref": "contribution/cd-2026-0001", "repo": {"owner": {"login": "tresen"}}}
    ready.rows["GET", LIST] = [PULL | {"head": head}]
    made = propose(routes.GITEA, connection_id=connection.id)
    assert (made.number, REQUEST in ready.paths("POST")) == ("5", False)


@pytest.mark.parametrize("state", [developing.READY, developing.PROPOSED, developing.MERGED])
def test_only_what_is_public_is_proposed(
    published: Development, agent_desk: Desk, state: str
) -> None:
    published.state = state
    with pytest.raises(Refused, match="publish it first"):
        service.propose(agent_desk, published, FILES)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"route": "carrier pigeon"}, "There is no such way"),
        ({"route": routes.ELSEWHERE}, "There is no such way"),
        ({"route": routes.GITLAB}, "needs a connection"),
        ({"route": routes.MAIL, "repository": " "}, "Where does it go?"),
        ({"route": routes.MAIL, "repository": "harbour/pier"}, "it goes to an address"),
    ],
)
def test_wish_that_leads_nowhere_is_refused(
    published: Development, agent_desk: Desk, given: dict[str, str], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        service.propose(agent_desk, published, replace(FILES, **given))


@pytest.mark.parametrize(
    "name",
    [
        "pier",
        "harbour/..",
        "../user/keys",
        "harbour/../../admin",
        "harbour//pier",
        "./pier",
        "harbour/pier/..",
    ],
)
def test_name_that_leads_elsewhere_is_refused(
    published: Development, agent_desk: Desk, connection: Connection, name: str
) -> None:
    wish = replace(FILES, route=routes.GITEA, repository=name, connection_id=connection.id)
    with pytest.raises(Refused, match="owner/name"):
        service.propose(agent_desk, published, wish)


def test_patches_that_are_gone_are_not_proposed(
    published: Development, agent_desk: Desk, change: object
) -> None:
    change.file_id = None  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="not here any more"):
        service.propose(agent_desk, published, FILES)


def test_refusal_of_a_forge_waits_for_somebody(
    ready: ForgeServer, propose: Propose, connection: Connection, published: Development
) -> None:
    ready.rows["POST", FORKS] = Reply(401, {"message": "bad token"})
    made = propose(routes.GITEA, connection_id=connection.id)
    assert (made.state, made.fault, published.state) == (
        states.FAILED,
        "Harbour's forge does not accept the token: it is wrong, or its time is over.",
        developing.PUBLISHED,
    )


def test_token_that_is_not_set_is_named(
    ready: ForgeServer,
    propose: Propose,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(SECRET)
    made = propose(routes.GITEA, connection_id=connection.id)
    assert (made.state, SECRET in made.fault, ready.asked) == (states.FAILED, True, [])


def test_fault_that_may_pass_is_tried_again_for_a_time(
    ready: ForgeServer, propose: Propose, connection: Connection, agent_desk: Desk
) -> None:
    ready.rows["POST", FORKS] = Reply(503)
    made = propose(routes.GITEA, connection_id=connection.id)
    seen = [made.state]
    for _each in range(sending.MOST_TRIES - 1):
        sending.send(agent_desk, made.id)
        agent_desk.commit()
        seen.append(queries.proposal(agent_desk, made.id).state)
    assert seen == [states.SENDING] * (sending.MOST_TRIES - 1) + [states.FAILED]


def test_what_failed_is_sent_again(
    ready: ForgeServer, propose: Propose, connection: Connection, agent_desk: Desk
) -> None:
    ready.rows["POST", FORKS] = Reply(401)
    made = propose(routes.GITEA, connection_id=connection.id)
    ready.rows["POST", FORKS] = Reply(202, {"clone_url": ready.url(FORK)})
    service.send_again(agent_desk, made)
    agent_desk.commit()
    sending.send(agent_desk, made.id)
    found = queries.proposal(agent_desk, made.id)
    assert (found.state, found.fault) == (states.OPEN, "")


def test_what_went_out_is_not_sent_again(propose: Propose, agent_desk: Desk) -> None:
    made = propose()
    with pytest.raises(Refused, match="sent already"):
        service.send_again(agent_desk, made)


def test_other_way_takes_the_place_of_one_that_failed(
    ready: ForgeServer, propose: Propose, connection: Connection, desk: Desk
) -> None:
    ready.rows["POST", FORKS] = Reply(403)
    propose(routes.GITEA, connection_id=connection.id)
    made = propose()
    count = desk.session.scalar(select(func.count()).select_from(UpstreamProposal))
    assert (made.state, made.route, count) == (states.OPEN, routes.DIRECTORY, 1)


def test_connection_that_was_removed_is_told(
    ready: ForgeServer, published: Development, agent_desk: Desk, connection: Connection
) -> None:
    wish = replace(FILES, route=routes.GITEA, repository="a/b", connection_id=connection.id)
    made = service.propose(agent_desk, published, wish)
    agent_desk.session.delete(connection)
    agent_desk.commit()
    agent_desk.session.expire_all()
    sending.send(agent_desk, made.id)
    assert queries.proposal(agent_desk, made.id).fault == "The connection was removed."


def test_proposal_made_elsewhere_is_written_down(published: Development, agent_desk: Desk) -> None:
    made = service.record(agent_desk, published, " https://list.example/42 ", "A berth")
    told = made.route, made.address, made.state, published.state
    assert told == (
        routes.ELSEWHERE,
        "https://list.example/42",
        states.OPEN,
        developing.PROPOSED,
    )


def test_declined_one_is_proposed_again(
    propose: Propose, published: Development, agent_desk: Desk
) -> None:
    first = propose()
    service.decide(agent_desk, first, states.DECLINED, "Out of scope.")
    second = propose()
    rows = queries.proposals_of(agent_desk, published.id)
    assert ([each.id for each in rows], published.state) == (
        [second.id, first.id],
        developing.PROPOSED,
    )


@pytest.fixture
def twin(
    agent_desk: Desk, begin: Callable[..., Development], series: bytes, published: Development
) -> Development:
    """Return a development of another contract with the same patches, public as well."""
    made = begin(title="The same berth")
    changing.add(agent_desk, made, [series], "")
    made.state = developing.PUBLISHED
    agent_desk.commit()
    return made


def test_one_proposal_serves_two_developments(
    propose: Propose, twin: Development, published: Development, agent_desk: Desk
) -> None:
    made = propose()
    service.join(agent_desk, twin, made)
    service.decide(agent_desk, made, states.MERGED, "", {"commit": "c" * 40})
    both = [each.state for each in queries.served(agent_desk, made)]
    assert (both, queries.current(agent_desk, twin.id)) == ([developing.MERGED] * 2, made)


def test_joined_development_says_so(propose: Propose, twin: Development, agent_desk: Desk) -> None:
    service.join(agent_desk, twin, propose())
    assert kinds(agent_desk, twin)[-2:] == ["proposal_joined", "stepped"]


def test_proposal_of_other_patches_is_not_joined(
    propose: Propose, begin: Callable[..., Development], series: bytes, agent_desk: Desk
) -> None:
    made = propose()
    other = begin(title="Another one")
    changing.add(agent_desk, other, [series.replace(b"BERTHS = 4", b"BERTHS = 5")], "")
    other.state = developing.PUBLISHED
    with pytest.raises(Refused, match="does not hold all of its patches"):
        service.join(agent_desk, other, made)


def test_merged_proposal_is_joined_as_merged(
    propose: Propose, twin: Development, agent_desk: Desk
) -> None:
    made = propose()
    service.decide(agent_desk, made, states.MERGED, "")
    service.join(agent_desk, twin, made)
    assert twin.state == developing.MERGED
