# SPDX-License-Identifier: AGPL-3.0-or-later
"""Upstream's history tells by itself that it was merged, how much of it, and in which release."""

import pytest
from forge_server import ForgeServer
from gits import Repository
from proposals.conftest import UPSTREAM
from tresen.sdk import Desk
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.detections.records import PATCH_ID, TRAILER
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import entries_of
from tresen_licensing.proposals import queries, searching, service, states
from tresen_licensing.proposals.models import UpstreamProposal


@pytest.fixture
def waiting(proposed: UpstreamProposal, served: Development, desk: Desk) -> UpstreamProposal:
    """Return a proposal whose upstream is to be searched now."""
    proposed.next_search_at = desk.now()
    desk.commit()
    return proposed


def search(desk: Desk, row: UpstreamProposal) -> UpstreamProposal:
    searching.search(desk)
    desk.commit()
    desk.session.expire_all()
    return queries.proposal(desk, row.id)


def push(repo: Repository, forge: ForgeServer) -> None:
    repo.git("push", "-q", "--tags", str(forge.folder / UPSTREAM), "main")


def merged(desk: Desk, row: UpstreamProposal) -> list[tuple[int, str]]:
    return [(each.position, each.detector) for each in queries.merged_patches(desk, row.id)]


def test_nothing_is_found_before_it_was_merged(waiting: UpstreamProposal, agent_desk: Desk) -> None:
    found = search(agent_desk, waiting)
    assert (found.state, found.fault, merged(agent_desk, found)) == (states.OPEN, "", [])


def test_merge_is_found_and_leads_on(
    waiting: UpstreamProposal,
    repo: Repository,
    forge: ForgeServer,
    agent_desk: Desk,
    published: Development,
) -> None:
    repo.git("merge", "-q", "--no-ff", "-m", "Merge", "ours")
    push(repo, forge)
    found = search(agent_desk, waiting)
    agent_desk.session.refresh(published)
    assert (found.state, found.commit, published.state, merged(agent_desk, found)) == (
        states.MERGED,
        repo.text("rev-parse", "ours"),
        developing.MERGED,
        [(1, PATCH_ID), (2, PATCH_ID)],
    )


def test_release_is_found_with_it(
    waiting: UpstreamProposal,
    repo: Repository,
    forge: ForgeServer,
    agent_desk: Desk,
    published: Development,
) -> None:
    repo.git("merge", "-q", "--squash", "ours")
    repo.git("commit", "-q", "-m", f"A berth\n\nContribution-Id: {published.reference}")
    repo.git("tag", "4.2")
    push(repo, forge)
    found = search(agent_desk, waiting)
    agent_desk.session.refresh(published)
    assert (found.release, published.state, merged(agent_desk, found)) == (
        "4.2",
        developing.RELEASED,
        [(1, TRAILER), (2, TRAILER)],
    )


def test_release_that_comes_later_is_found_later(
    waiting: UpstreamProposal,
    repo: Repository,
    forge: ForgeServer,
    agent_desk: Desk,
    clock: SteppedClock,
) -> None:
    repo.git("merge", "-q", "--ff-only", "ours")
    push(repo, forge)
    first = search(agent_desk, waiting).release
    repo.git("tag", "-a", "-m", "Four point two", "v4.2")
    push(repo, forge)
    clock.go(days=1)
    assert (first, search(agent_desk, waiting).release) == ("", "v4.2")


def test_some_of_it_is_counted_and_left_to_a_person(
    waiting: UpstreamProposal,
    repo: Repository,
    forge: ForgeServer,
    agent_desk: Desk,
    published: Development,
) -> None:
    repo.git("cherry-pick", "ours~1")
    push(repo, forge)
    found = search(agent_desk, waiting)
    last = entries_of(agent_desk, published.id)[-1]
    assert (found.state, merged(agent_desk, found), last.facts) == (
        states.OPEN,
        [(1, PATCH_ID)],
        '{"found":1,"total":2}',
    )


def test_what_was_found_is_told_once(
    waiting: UpstreamProposal,
    repo: Repository,
    forge: ForgeServer,
    agent_desk: Desk,
    published: Development,
    clock: SteppedClock,
) -> None:
    repo.git("cherry-pick", "ours~1")
    push(repo, forge)
    search(agent_desk, waiting)
    clock.go(days=1)
    search(agent_desk, waiting)
    kinds = [each.kind for each in entries_of(agent_desk, published.id)]
    assert kinds.count("found_upstream") == 1


def test_other_way_of_upstream_is_shown_and_left_to_a_person(
    waiting: UpstreamProposal,
    repo: Repository,
    forge: ForgeServer,
    agent_desk: Desk,
    published: Development,
) -> None:
    words = f"Berths by table\n\nContribution-Id: {published.reference}"
    made = repo.commit({"src/quay.py": b"BERTHS = TABLE\n"}, words)
    push(repo, forge)
    found = search(agent_desk, waiting)
    assert (found.state, found.differently, merged(agent_desk, found)) == (states.OPEN, made, [])


def test_repository_that_is_gone_is_told_and_nothing_lost(
    waiting: UpstreamProposal, published: Development, forge: ForgeServer, agent_desk: Desk
) -> None:
    published.upstream_url = forge.url("harbour/gone.git")
    agent_desk.commit()
    found = search(agent_desk, waiting)
    assert (found.state, "knows no such repository" in found.fault) == (states.OPEN, True)


def test_what_is_not_due_is_not_searched(
    waiting: UpstreamProposal, forge: ForgeServer, agent_desk: Desk
) -> None:
    search(agent_desk, waiting)
    count = len(forge.asked)
    search(agent_desk, waiting)
    assert (count > 0, len(forge.asked)) == (True, count)


def test_one_can_be_searched_for_at_once(
    waiting: UpstreamProposal, forge: ForgeServer, agent_desk: Desk
) -> None:
    waiting.next_search_at = None
    agent_desk.commit()
    searching.search(agent_desk, waiting.id)
    assert len(forge.asked) > 0


def test_merge_that_the_forge_told_is_looked_for_in_releases(
    waiting: UpstreamProposal, repo: Repository, forge: ForgeServer, agent_desk: Desk
) -> None:
    repo.git("cherry-pick", "ours~1")
    repo.git("tag", "4.3")
    push(repo, forge)
    facts = {"commit": repo.text("rev-parse", "main")}
    service.decide(agent_desk, waiting, states.MERGED, "One of two.", facts)
    agent_desk.commit()
    assert search(agent_desk, waiting).release == "4.3"
