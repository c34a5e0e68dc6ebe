# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page offers the steps that there are now, and none that nothing leads to."""

from collections.abc import Callable
from typing import Any

import pytest
from tresen.sdk import Desk
from tresen_licensing.changes import service as changing
from tresen_licensing.detections.records import DETECTORS, PATCH_ID, Findings, Hit
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import routes
from tresen_licensing.journals.models import Entry
from tresen_licensing.journals.words import sentence
from tresen_licensing.proposals import jobs, parts, queries, service, states
from tresen_licensing.proposals.forms import FORMS, begun
from tresen_licensing.proposals.models import UpstreamProposal

Propose = Callable[..., UpstreamProposal]
STEPS = [
    (developing.PROPOSED, states.OPEN, ["merged", "changes_requested", "declined"]),
    (developing.CHANGES_REQUESTED, states.CHANGES_REQUESTED, ["proposed", "declined"]),
    (developing.MERGED, states.MERGED, ["released"]),
    (developing.DECLINED, states.DECLINED, ["closed"]),
    (developing.RELEASED, states.MERGED, ["adopted"]),
    (developing.ADOPTED, states.MERGED, ["closed"]),
    (developing.CLOSED, states.MERGED, []),
]


def load(desk: Desk, row: Development) -> Any:
    return parts.PART.load(desk, row)


@pytest.mark.parametrize(("state", "own", "following"), STEPS)
def test_each_state_has_its_steps(
    proposed: UpstreamProposal,
    published: Development,
    agent_desk: Desk,
    state: str,
    own: str,
    following: list[str],
) -> None:
    published.state, proposed.state = state, own
    assert load(agent_desk, published)["following"] == following


def test_nothing_can_be_said_of_what_was_not_sent(
    proposed: UpstreamProposal, published: Development, agent_desk: Desk
) -> None:
    published.state, proposed.state = developing.PUBLISHED, states.SENDING
    found = load(agent_desk, published)
    assert (found["following"], found["may_propose"]) == (["closed"], False)


def test_what_is_public_alone_can_be_proposed_or_closed(
    published: Development, agent_desk: Desk
) -> None:
    found = load(agent_desk, published)
    told = found["following"], found["may_propose"], found["found"], found["words"]
    assert told == (["closed"], True, None, [])


@pytest.mark.parametrize("state", [states.FAILED, states.DECLINED])
def test_what_failed_or_was_declined_can_be_proposed_again(
    proposed: UpstreamProposal, published: Development, agent_desk: Desk, state: str
) -> None:
    published.state, proposed.state = developing.DECLINED, state
    assert load(agent_desk, published)["may_propose"] is True


def test_every_step_by_hand_has_a_form_and_a_state() -> None:
    assert set(FORMS) == set(states.BY_HAND)
    assert set(states.BY_HAND) <= set(developing.TITLES)


def test_every_state_of_a_proposal_has_a_title() -> None:
    assert {*states.RUNNING, *states.WAITING, *states.FOLLOWING, *states.TONES} <= set(
        states.TITLES
    )


def test_every_state_that_follows_can_follow() -> None:
    assert all(
        developing.may_follow(developing.PROPOSED, each) or each == developing.PROPOSED
        for each in states.FOLLOWING.values()
    )


def test_every_way_has_a_title_and_those_with_a_server_are_heard() -> None:
    assert set(routes.WITH_SERVER) < set(routes.HEARD) < set(routes.TITLES)


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        ("proposed", '{"route":"mail"}', "Proposed upstream: By mail"),
        ("proposed", '{"route":"pigeon"}', "Proposed upstream: pigeon"),
        ("proposed", '{"route":"mail","version":2}', "Version 2 sent upstream: By mail"),
        (
            "proposal_joined",
            '{"route":"gitlab"}',
            "Served by another development's proposal: GitLab",
        ),
        ("answered", '{"words":1}', "Upstream said something"),
        ("answered", '{"words":3}', "Upstream said something, 3 times"),
        (
            "found_upstream",
            '{"found":3,"total":5}',
            "Found in upstream's history: 3 of 5 patches",
        ),
        ("released", '{"version":"4.2"}', "Upstream's release 4.2 holds it"),
        ("reminded", '{"days":61}', "No word from upstream for 61 days"),
        ("reviewer_erased", "{}", "A reviewer's name was taken out"),
    ],
)
def test_entry_of_a_journal_can_be_read(kind: str, facts: str, words: str) -> None:
    assert sentence(Entry(kind=kind, facts=facts)) == words


def test_findings_say_whether_they_are_whole() -> None:
    hit = Hit("c" * 40, PATCH_ID)
    found = [Findings(5, dict.fromkeys(range(1, count + 1), hit)) for count in (0, 3, 5)]
    assert [(each.is_whole, each.is_partial) for each in found] == [
        (False, False),
        (False, True),
        (True, False),
    ]


def test_findings_of_nothing_are_not_whole() -> None:
    assert (Findings(0).is_whole, Findings(0).is_partial, PATCH_ID in DETECTORS) == (
        False,
        False,
        True,
    )


def test_every_job_bears_the_name_of_the_plugin_and_is_harmless_with_nothing(
    agent_desk: Desk,
) -> None:
    names = [each.name for each in jobs.JOBS]
    for each in jobs.JOBS[1:]:
        each.run(agent_desk)
    jobs.send(agent_desk, 4711)
    assert names == [
        service.SEND,
        service.LOOK,
        service.SEARCH,
        "licensing.settle_upstream",
    ]


@pytest.mark.parametrize(
    ("url", "way", "name"),
    [
        ("", "mail", ""),
        ("https://forge.example", "mail", ""),
        ("https://forge.example/harbour/pier", "directory", "harbour/pier"),
        ("https://forge.example/harbour/pier.git", "directory", "harbour/pier"),
        ("https://forge.example/group/sub/pier/", "directory", "group/sub/pier"),
    ],
)
def test_upstreams_address_tells_the_name(
    published: Development, url: str, way: str, name: str
) -> None:
    published.upstream_url = url
    found = begun(published, [])
    assert (found["way"], found["repository"], found["title"]) == (way, name, "A fourth berth")


def test_twin_whose_patches_are_a_part_is_served(
    propose: Propose,
    agent_desk: Desk,
    begin: Callable[..., Development],
    series: bytes,
) -> None:
    made = propose()
    other = begin(title="The berth alone")
    first = series[: series.index(b"\nFrom ", 10)].replace(b"[PATCH 1/2]", b"[PATCH]")
    base = made.change_set.base
    changing.add(agent_desk, other, [first], base)
    other.state = developing.PUBLISHED
    found = queries.twins_proposal(agent_desk, other)
    assert found is not None
    assert found.id == made.id


def test_development_without_patches_has_no_twin(
    agent_desk: Desk, begin: Callable[..., Development]
) -> None:
    assert queries.twins_proposal(agent_desk, begin()) is None


def test_latest_proposal_counts_for_each_of_several(
    propose: Propose, published: Development, agent_desk: Desk
) -> None:
    first = propose()
    service.decide(agent_desk, first, states.DECLINED, "No.")
    second = propose()
    found = queries.current_of(agent_desk, [published.id, 4711])
    assert {key: each.id for key, each in found.items()} == {published.id: second.id}
