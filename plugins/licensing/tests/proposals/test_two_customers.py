# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two customers with the same patch: one proposal, found once, and both developments go on."""

from collections.abc import Callable

import pytest
from dulwich.repo import Repo
from gits import Repository
from proposals.conftest import Built
from tresen.sdk import Desk, Organisation, Refused
from tresen_licensing.changes import service as changing
from tresen_licensing.deployments import service as deployments
from tresen_licensing.detections.records import Sought
from tresen_licensing.developments import service as developing_service
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.patches.series import read_series
from tresen_licensing.proposals import adoption, queries, searching, service, states
from tresen_licensing.proposals.models import UpstreamProposal
from tresen_licensing.proposals.searching import Searched

Search = Callable[[], Searched]


@pytest.fixture
def second(
    agent_desk: Desk, elsewhere: Organisation, series: bytes, proposed: UpstreamProposal
) -> Development:
    """Return the other customer's development, which joined the proposal of the first one."""
    given = {"title": "Their berth", "kind": developing.FEATURE}
    made = developing_service.begin(agent_desk, elsewhere.id, given)
    changing.add(agent_desk, made, [series], "")
    made.state = developing.PUBLISHED
    agent_desk.session.flush()
    service.join(agent_desk, made, proposed)
    agent_desk.commit()
    return made


@pytest.fixture
def search(repo: Repository, built: Built, published: Development) -> Search:
    """Return a function that looks through upstream as it is now."""
    series = read_series([built.series])

    def go() -> Searched:
        sought = Sought(published.reference, series.base, series.patches)
        tags = {each: repo.text("rev-parse", each) for each in repo.text("tag").split()}
        store = Repo(str(repo.folder)).object_store
        return searching.searched_in(store, repo.text("rev-parse", "main"), sought, tags)

    return go


def test_merge_is_written_down_for_both(
    second: Development,
    published: Development,
    proposed: UpstreamProposal,
    repo: Repository,
    search: Search,
    agent_desk: Desk,
) -> None:
    repo.git("merge", "-q", "--ff-only", "ours")
    repo.git("tag", "4.2")
    searching.note(agent_desk, proposed, search())
    assert (published.state, second.state, proposed.release) == (
        developing.RELEASED,
        developing.RELEASED,
        "4.2",
    )


def test_each_is_in_use_from_upstream_by_itself(
    second: Development,
    published: Development,
    proposed: UpstreamProposal,
    agent_desk: Desk,
) -> None:
    service.decide(agent_desk, proposed, states.MERGED, "")
    service.release(agent_desk, proposed, "4.2", agent_desk.today())
    place = deployments.Place(published.organisation_id, None, agent_desk.today())
    deployments.deploy(agent_desk, published, proposed.change_set, place)
    adoption.adopt(agent_desk, second)
    with pytest.raises(Refused, match="At one place"):
        adoption.adopt(agent_desk, published)
    assert (second.state, published.state) == (developing.ADOPTED, developing.RELEASED)


def test_proposal_counts_for_both(
    second: Development, published: Development, proposed: UpstreamProposal, agent_desk: Desk
) -> None:
    found = queries.current_of(agent_desk, [second.id, published.id])
    own = [each.id for each in queries.served(agent_desk, proposed)]
    assert ({each.id for each in found.values()}, own) == (
        {proposed.id},
        [published.id, second.id],
    )


def test_history_without_it_gives_no_release(search: Search, repo: Repository) -> None:
    repo.git("tag", "4.1")
    found = search()
    assert found.findings is not None
    assert (found.findings.is_whole, found.release) == (False, "")


def test_part_of_it_gives_no_release(search: Search, repo: Repository) -> None:
    repo.git("cherry-pick", "ours~1")
    repo.git("tag", "4.2")
    found = search()
    assert found.findings is not None
    assert (found.findings.is_partial, found.release) == (True, "")


def test_fault_of_a_search_is_noted_and_decides_nothing(
    proposed: UpstreamProposal, agent_desk: Desk
) -> None:
    searching.note(agent_desk, proposed, Searched(fault="It is gone."))
    assert (proposed.fault, proposed.state) == ("It is gone.", states.OPEN)
