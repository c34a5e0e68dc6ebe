# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was published since goes upstream in place of the version before, on the same way."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from forge_server import ForgeServer, Reply
from gits import Repository
from proposals.conftest import FORK, NEWS, REQUEST
from tresen.sdk import Core, Desk, Refused, read_file
from tresen.testing.fixtures import SteppedClock
from tresen.testing.outgoing import delivered
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.connections.models import Connection
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import routes
from tresen_licensing.journals.queries import entries_of
from tresen_licensing.proposals import queries, sending, service, states
from tresen_licensing.proposals.models import UpstreamProposal
from upstreams import now

Propose = Callable[..., UpstreamProposal]
Better = Callable[..., ChangeSet]
Send = Callable[[], UpstreamProposal]
LIST = "pier-devel@lists.example"
FOUND = f"{REQUEST}?state=open&limit=100&page=1"
FORKS = "/api/v1/repos/harbour/pier/forks"
COMMENTS = "/api/v1/repos/harbour/pier/issues/5/comments"
WORDS = f"{COMMENTS}?limit=100&page=1"
REVIEWS = f"{REQUEST}/5/reviews?limit=100&page=1"
HEAD = {"ref": "contribution/cd-2026-0001", "repo": {"owner": {"login": "tresen"}}}
PULL = {"number": 5, "html_url": "https://forge.example/harbour/pier/pulls/5"}


@pytest.fixture
def ready(forge: ForgeServer, served: Development) -> ForgeServer:
    """Return a forge, on which it can be proposed and spoken of."""
    forge.rows |= {
        ("GET", FOUND): [],
        ("POST", FORKS): Reply(202, {"clone_url": forge.url(FORK)}),
        ("POST", REQUEST): Reply(201, PULL),
        ("GET", WORDS): [],
        ("GET", REVIEWS): [],
        ("POST", COMMENTS): Reply(201, {"id": 71}),
    }
    return forge


@pytest.fixture
def at_forge(
    ready: ForgeServer, propose: Propose, connection: Connection, agent_desk: Desk
) -> UpstreamProposal:
    """Return a proposal that a forge has, for which changes are requested."""
    made = propose(routes.GITEA, connection_id=connection.id)
    service.decide(agent_desk, made, states.CHANGES_REQUESTED, "Five berths, please.")
    agent_desk.commit()
    ready.rows["GET", FOUND] = [PULL | {"head": HEAD}]
    ready.asked.clear()
    return made


def test_next_version_takes_the_place_of_the_first(
    objected: UpstreamProposal,
    better: Better,
    send: Send,
    published: Development,
    clock: SteppedClock,
) -> None:
    first, change = objected.proposed_at, better()
    clock.go(hours=5)
    found = send()
    assert (found.version, found.change_set_id, found.proposed_at, found.renewed_at) == (
        *(2, change.id, first, clock.moment),
    )
    assert (found.state, found.next_version, found.news, now(published).state) == (
        *(states.OPEN, None, "", developing.PROPOSED),
    )


def test_archive_holds_the_next_version_as_git_numbers_it(
    objected: UpstreamProposal, better: Better, send: Send, agent_desk: Desk
) -> None:
    better()
    found = send()
    assert found.file is not None
    with ZipFile(BytesIO(read_file(agent_desk, found.file))) as archive:
        cover = archive.read("0000-cover-letter.patch").decode()
        third = archive.read("0003-Make-it-five.patch").decode()
    told = found.file.name, "Subject: [PATCH v2 0/3] Add a berth" in cover, NEWS in cover
    assert told == ("CD-2026-0001-v2-patches.zip", True, True)
    assert "Subject: [PATCH v2 3/3] Make it five" in third.splitlines()


def test_journal_tells_the_version(
    objected: UpstreamProposal,
    better: Better,
    send: Send,
    published: Development,
    agent_desk: Desk,
) -> None:
    better()
    send()
    facts = [each.facts for each in entries_of(agent_desk, published.id) if each.kind == "proposed"]
    assert facts == ['{"route":"directory"}', '{"route":"directory","version":2}']


def test_third_version_follows_the_second(
    objected: UpstreamProposal, better: Better, send: Send, series: bytes
) -> None:
    better()
    send()
    better(series)
    found = send()
    assert found.file is not None
    assert (found.version, found.file.name) == (3, "CD-2026-0001-v3-patches.zip")


def test_mails_go_out_on_the_ticket_of_the_first(
    core: Core, propose: Propose, better: Better, send: Send
) -> None:
    before = propose(routes.MAIL, repository=LIST).ticket_id
    better()
    found = send()
    mails = [each.mail for each in delivered(core) if each.receivers == [LIST]][3:]
    firsts = [str(each.get_body(("plain",)).get_content()).splitlines()[0] for each in mails]
    assert (found.ticket_id, firsts) == (
        before,
        [
            "[PATCH v2 0/3] Add a berth (CD-2026-0001)",
            *["From: Dora Developer <dora@tresen.example>"] * 3,
        ],
    )


def test_git_takes_the_mails_of_the_next_version(
    core: Core, propose: Propose, better: Better, send: Send, repo: Repository, tmp_path: Path
) -> None:
    propose(routes.MAIL, repository=LIST)
    better()
    send()
    mails = [each.mail for each in delivered(core) if each.receivers == [LIST]][4:]
    names = []
    for number, mail in enumerate(mails):
        path = tmp_path / f"{number}.eml"
        path.write_bytes(mail.as_bytes())
        names.append(str(path))
    repo.git("am", "-q", *names)
    assert (len(names), repo.tree()) == (3, repo.tree("better"))


def test_ticket_that_is_gone_is_opened_anew(
    propose: Propose, better: Better, send: Send, agent_desk: Desk
) -> None:
    made = propose(routes.MAIL, repository=LIST)
    before, made.ticket_id = made.ticket_id, None
    better()
    found = send()
    assert found.ticket is not None
    assert (found.ticket.subject, found.ticket_id == before) == (
        *("[PATCH v2 0/3] Add a berth (CD-2026-0001)", False),
    )


def test_forge_gets_the_branch_anew_and_is_told_what_is_new(
    ready: ForgeServer, at_forge: UpstreamProposal, better: Better, send: Send
) -> None:
    better()
    found = send()
    said = [each.given for each in ready.asked if (each.method, each.path) == ("POST", COMMENTS)]
    subject = ready.git(FORK, "log", "-1", "--format=%s", f"refs/heads/{HEAD['ref']}")
    assert (found.state, found.version, said, subject, REQUEST in ready.paths("POST")) == (
        *(states.OPEN, 2, [{"body": NEWS}], "Make it five", False),
    )


def test_news_is_said_once(
    ready: ForgeServer, at_forge: UpstreamProposal, better: Better, send: Send
) -> None:
    own = {"id": 71, "user": {"login": "tresen"}, "body": f"{NEWS}\n"}
    ready.rows["GET", WORDS] = [own | {"created_at": "2026-03-10T09:00:00Z"}]
    better()
    send()
    assert COMMENTS not in ready.paths("POST")


def test_request_that_was_closed_meanwhile_waits_for_somebody(
    ready: ForgeServer, at_forge: UpstreamProposal, better: Better, send: Send
) -> None:
    ready.rows["GET", FOUND] = []
    before = at_forge.change_set_id
    better()
    found = send()
    assert (found.state, found.fault, found.version, found.change_set_id, found.news) == (
        states.CHANGES_REQUESTED,
        "On Harbour's forge no request of it is open: ask how it stands.",
        *(1, before, NEWS),
    )
    ready.rows["GET", FOUND] = [PULL | {"head": HEAD}]
    again = send()
    assert (again.state, again.fault, again.version) == (states.OPEN, "", 2)


def test_forge_that_is_down_is_tried_again_for_a_time(
    ready: ForgeServer, at_forge: UpstreamProposal, better: Better, send: Send
) -> None:
    ready.rows["POST", FORKS] = Reply(503)
    better()
    seen = [send().state for _each in range(sending.MOST_TRIES)]
    assert seen == [
        *[states.SENDING] * (sending.MOST_TRIES - 1),
        states.CHANGES_REQUESTED,
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"route": routes.ELSEWHERE}, "bring it there, and write it down"),
        ({"state": states.SENDING}, "publish the next version first"),
        ({"state": states.MERGED}, "publish the next version first"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    objected: UpstreamProposal, better: Better, agent_desk: Desk, given: dict[str, str], words: str
) -> None:
    better()
    for name, value in given.items():
        setattr(objected, name, value)
    with pytest.raises(Refused, match=words):
        service.renew(agent_desk, objected, NEWS)


def test_version_that_upstream_has_is_not_sent_again(
    objected: UpstreamProposal, agent_desk: Desk
) -> None:
    with pytest.raises(Refused, match="publish the next version first"):
        service.renew(agent_desk, objected, NEWS)


def test_patches_that_are_gone_are_not_sent(
    objected: UpstreamProposal, better: Better, agent_desk: Desk
) -> None:
    better().file_id = None
    with pytest.raises(Refused, match="not here any more"):
        service.renew(agent_desk, objected, NEWS)


def test_version_without_news_is_not_sent(
    objected: UpstreamProposal, better: Better, agent_desk: Desk
) -> None:
    better()
    with pytest.raises(Refused, match="What is new in it"):
        service.renew(agent_desk, objected, " ")


def test_what_upstream_got_by_hand_is_counted(
    objected: UpstreamProposal, better: Better, agent_desk: Desk, clock: SteppedClock
) -> None:
    change = better()
    service.again(agent_desk, objected, "")
    told = objected.version, objected.change_set_id, objected.renewed_at, objected.state
    assert told == (2, change.id, clock.moment, states.OPEN)
    assert queries.next_version(agent_desk, objected) is None


def test_word_of_the_forge_alone_sends_nothing(
    objected: UpstreamProposal, better: Better, agent_desk: Desk
) -> None:
    better()
    before = objected.change_set_id
    service.decide(agent_desk, objected, states.OPEN, "")
    assert (objected.version, objected.change_set_id, objected.renewed_at) == (1, before, None)
