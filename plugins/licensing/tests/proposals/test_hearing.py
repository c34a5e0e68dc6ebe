# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reviewers' words come home in their order, states follow, and a forge is not asked too often."""

from datetime import timedelta
from typing import Any

import pytest
from forge_server import ForgeServer, Reply
from proposals.conftest import REQUEST
from sqlalchemy import select
from tresen.sdk import Desk, Message, Person, Ticket
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.connections.models import Connection
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments import service as developing_service
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import routes
from tresen_licensing.proposals import hearing, queries, states
from tresen_licensing.proposals.models import UpstreamProposal

OPEN = {"state": "open", "merged": False}
WORDS = f"{REQUEST.replace('pulls', 'issues')}/5/comments?limit=100&page=1"
REVIEWS = f"{REQUEST}/5/reviews?limit=100&page=1"


def word(number: int, body: str, login: str = "rita", hour: int = 9) -> dict[str, Any]:
    return {
        "id": number,
        "user": {"login": login},
        "body": body,
        "html_url": f"https://forge.example/harbour/pier/pulls/5#{number}",
        "created_at": f"2026-03-10T{hour:02}:00:00Z",
    }


def review(state: str, body: str) -> dict[str, Any]:
    about = {"id": 40, "user": {"login": "rita"}, "state": state, "body": body}
    return about | {"html_url": "", "submitted_at": "2026-03-10T12:00:00Z", "comments_count": 0}


@pytest.fixture
def upstream(forge: ForgeServer, proposed: UpstreamProposal) -> ForgeServer:
    """Return the forge, which knows the request and has nothing to say of it."""
    forge.rows |= {("GET", f"{REQUEST}/5"): OPEN, ("GET", WORDS): [], ("GET", REVIEWS): []}
    return forge


@pytest.fixture
def ticket(desk: Desk, agent_desk: Desk, customer: Person, published: Development) -> Ticket:
    """Return the ticket that the development came out of."""
    made = factories.make_ticket(desk, customer)
    developing_service.link(agent_desk, published, made)
    agent_desk.commit()
    return made


def look(desk: Desk) -> UpstreamProposal:
    hearing.look(desk)
    desk.commit()
    desk.session.expire_all()
    return desk.session.scalars(select(UpstreamProposal)).one()


def notes(desk: Desk, ticket: Ticket) -> list[str]:
    wanted = select(Message.body).where(Message.ticket_id == ticket.id, Message.kind == "note")
    return list(desk.session.scalars(wanted.order_by(Message.id)))


def test_words_are_kept_once_in_their_order(upstream: ForgeServer, agent_desk: Desk) -> None:
    upstream.rows["GET", WORDS] = [word(2, "And why 4?", hour=10), word(1, "Why?")]
    found = look(agent_desk)
    found.next_look_at = agent_desk.now()
    agent_desk.commit()
    look(agent_desk)
    said = [(each.author, each.text) for each in queries.words_of(agent_desk, found.id)]
    assert said == [("rita", "Why?"), ("rita", "And why 4?")]


def test_words_move_the_development(
    upstream: ForgeServer, agent_desk: Desk, published: Development, clock: SteppedClock
) -> None:
    clock.go(days=70)
    row = developments.development(agent_desk, published.reference)
    was_stale = developments.standings(agent_desk, [row])[row.id].is_stale
    upstream.rows["GET", WORDS] = [word(1, "Why?")]
    look(agent_desk)
    row = developments.development(agent_desk, published.reference)
    is_stale = developments.standings(agent_desk, [row])[row.id].is_stale
    assert (was_stale, is_stale) == (True, False)


def test_words_stand_on_the_ticket_as_a_note(
    upstream: ForgeServer, agent_desk: Desk, ticket: Ticket
) -> None:
    upstream.rows["GET", WORDS] = [word(1, "Why?"), word(2, "Done.", login="tresen")]
    look(agent_desk)
    assert notes(agent_desk, ticket) == ["Upstream says of “Add a berth”:\n\nrita:\nWhy?"]


def test_own_words_are_no_news_from_upstream(
    upstream: ForgeServer, agent_desk: Desk, ticket: Ticket
) -> None:
    upstream.rows["GET", WORDS] = [word(1, "Any news?", login="tresen")]
    found = look(agent_desk)
    assert (notes(agent_desk, ticket), found.last_word_at) == ([], None)


def test_changes_that_are_asked_for_become_the_state_with_the_reason(
    upstream: ForgeServer, agent_desk: Desk, published: Development
) -> None:
    upstream.rows["GET", REVIEWS] = [review("REQUEST_CHANGES", "Please split it.")]
    found = look(agent_desk)
    agent_desk.session.refresh(published)
    assert (found.state, found.reason, published.state) == (
        states.CHANGES_REQUESTED,
        "Please split it.",
        developing.CHANGES_REQUESTED,
    )


def test_approval_gives_upstream_the_word_again(
    upstream: ForgeServer, agent_desk: Desk, published: Development
) -> None:
    upstream.rows["GET", REVIEWS] = [review("REQUEST_CHANGES", "Please split it.")]
    found = look(agent_desk)
    found.next_look_at = agent_desk.now()
    agent_desk.commit()
    upstream.rows["GET", REVIEWS] = [review("APPROVED", "Fine.")]
    found = look(agent_desk)
    assert (found.state, published.state) == (states.OPEN, developing.PROPOSED)


def test_merge_is_told_with_its_commit(
    upstream: ForgeServer, agent_desk: Desk, published: Development
) -> None:
    merged = {"state": "closed", "merged": True, "merge_commit_sha": "c" * 40}
    upstream.rows["GET", f"{REQUEST}/5"] = merged
    found = look(agent_desk)
    assert (found.state, found.commit, found.next_look_at, published.state) == (
        states.MERGED,
        "c" * 40,
        None,
        developing.MERGED,
    )


@pytest.mark.parametrize(
    ("words", "reason"),
    [([], "Upstream gave no reason."), ([word(1, "Out of scope.")], "Out of scope.")],
)
def test_decline_keeps_the_last_word_as_its_reason(
    upstream: ForgeServer,
    agent_desk: Desk,
    published: Development,
    words: list[Any],
    reason: str,
) -> None:
    upstream.rows |= {
        ("GET", f"{REQUEST}/5"): {"state": "closed", "merged": False},
        ("GET", WORDS): words,
    }
    found = look(agent_desk)
    assert (found.state, found.reason, published.state) == (
        states.DECLINED,
        reason,
        developing.DECLINED,
    )


def test_silence_is_asked_about_ever_less_often(
    upstream: ForgeServer, agent_desk: Desk, clock: SteppedClock
) -> None:
    waits = []
    for _each in range(6):
        found = look(agent_desk)
        assert found.next_look_at is not None
        waits.append((found.next_look_at - agent_desk.now()) // timedelta(hours=1))
        clock.go(days=1)
    assert waits == [2, 4, 8, 16, 24, 24]


def test_what_is_not_due_is_not_asked(
    upstream: ForgeServer, agent_desk: Desk, proposed: UpstreamProposal
) -> None:
    proposed.next_look_at = agent_desk.now() + timedelta(minutes=1)
    agent_desk.commit()
    look(agent_desk)
    assert upstream.asked == []


def test_one_can_be_asked_about_at_once(
    upstream: ForgeServer, agent_desk: Desk, proposed: UpstreamProposal
) -> None:
    proposed.next_look_at = agent_desk.now() + timedelta(days=1)
    agent_desk.commit()
    hearing.look(agent_desk, proposed.id)
    assert len(upstream.asked) > 0


def test_state_that_did_not_change_is_known_by_its_tag(
    upstream: ForgeServer, agent_desk: Desk, clock: SteppedClock
) -> None:
    upstream.rows["GET", f"{REQUEST}/5"] = lambda asked: Reply(
        304 if asked.headers.get("If-None-Match") == '"a"' else 200, OPEN, {"ETag": '"a"'}
    )
    look(agent_desk)
    first = len(upstream.asked)
    clock.go(days=1)
    look(agent_desk)
    assert len(upstream.asked) - first == 1


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(503), "has a fault of its own"),
        (Reply(404), "knows no such repository or proposal"),
        (Reply(200, {"state": "open"}), ""),
        (Reply(200, []), "something else than its API does"),
        (Reply(200, None), "something else than its API does"),
    ],
)
def test_fault_is_noted_and_asked_again_later(
    upstream: ForgeServer, agent_desk: Desk, reply: Reply, words: str
) -> None:
    upstream.rows["GET", f"{REQUEST}/5"] = reply
    found = look(agent_desk)
    assert found.next_look_at is not None
    told = words in found.fault, found.state, found.next_look_at > agent_desk.now()
    assert told == (True, states.OPEN, True)


def test_pause_that_a_forge_asks_for_is_kept(upstream: ForgeServer, agent_desk: Desk) -> None:
    upstream.rows["GET", f"{REQUEST}/5"] = Reply(429, None, {"Retry-After": "40000"})
    found = look(agent_desk)
    assert found.next_look_at == agent_desk.now() + timedelta(seconds=40_000)


def test_flood_of_words_is_cut(
    upstream: ForgeServer, agent_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "MOST_WORDS", 2)
    monkeypatch.setattr(hearing, "MOST_SIGNS", 3)
    upstream.rows["GET", WORDS] = [word(number, "Why\0 not?") for number in range(5)]
    found = look(agent_desk)
    assert [each.text for each in queries.words_of(agent_desk, found.id)] == ["Why", "Why"]


def test_address_of_a_word_that_is_no_page_is_left_out(
    upstream: ForgeServer, agent_desk: Desk
) -> None:
    evil = word(1, "Look") | {"html_url": "javascript:alert(1)"}
    upstream.rows["GET", WORDS] = [evil]
    found = look(agent_desk)
    assert [each.address for each in queries.words_of(agent_desk, found.id)] == [""]


GITHUB = "/api/v3/repos/harbour/pier"
GITLAB = "/api/v4/projects/harbour%2Fpier/merge_requests/5"
PAGE = "?per_page=100&page=1"


def test_github_is_heard(
    forge: ForgeServer,
    proposed: UpstreamProposal,
    connection: Connection,
    agent_desk: Desk,
) -> None:
    proposed.route = connection.kind = routes.GITHUB
    agent_desk.commit()
    forge.rows |= {
        ("GET", f"{GITHUB}/pulls/5"): OPEN,
        ("GET", f"{GITHUB}/pulls/5/reviews{PAGE}"): [review("CHANGES_REQUESTED", "Split it.")],
        ("GET", f"{GITHUB}/pulls/5/comments{PAGE}"): [],
        ("GET", f"{GITHUB}/issues/5/comments{PAGE}"): [word(1, "Why?")],
    }
    found = look(agent_desk)
    said = [each.text for each in queries.words_of(agent_desk, found.id)]
    assert (found.state, found.reason, said) == (
        states.CHANGES_REQUESTED,
        "Split it.",
        ["Why?", "Split it."],
    )


def test_gitlab_is_heard(
    forge: ForgeServer,
    proposed: UpstreamProposal,
    connection: Connection,
    agent_desk: Desk,
) -> None:
    proposed.route = connection.kind = routes.GITLAB
    agent_desk.commit()
    note = {"id": 1, "body": "Thank you!", "author": {"name": "Rita"}, "system": False}
    note["created_at"] = "2026-03-10T09:00:00.000Z"
    forge.rows |= {
        ("GET", GITLAB): {"state": "merged", "merge_commit_sha": "c" * 40},
        ("GET", f"{GITLAB}/notes?sort=asc&order_by=created_at&per_page=100&page=1"): [note],
    }
    found = look(agent_desk)
    assert (found.state, found.commit, found.reason) == (
        states.MERGED,
        "c" * 40,
        "Thank you!",
    )
