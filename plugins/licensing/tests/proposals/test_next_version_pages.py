# SPDX-License-Identifier: AGPL-3.0-or-later
"""The next version on the pages: offered, read, sent; and what was asked for before it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from proposals.conftest import NEWS
from tresen.sdk import Desk
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.forges.records import Standing, Word
from tresen_licensing.proposals import hearing, parts, service, states
from tresen_licensing.proposals.hearing import Heard
from tresen_licensing.proposals.models import UpstreamProposal
from upstreams import last

Better = Callable[..., ChangeSet]
Send = Callable[[], UpstreamProposal]


START = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def said(moment: datetime, *, is_own: bool = False) -> Word:
    return Word("note-1", "rita", moment, "Please split it.", is_own=is_own)


@pytest.mark.parametrize(
    ("asked_at", "words", "state"),
    [
        (START - HOUR, [], states.OPEN),
        (START - HOUR, [said(START + HOUR)], states.OPEN),
        (START + HOUR, [said(START - HOUR)], states.CHANGES_REQUESTED),
        (None, [said(START - HOUR)], states.OPEN),
        (None, [said(START + HOUR, is_own=True)], states.OPEN),
        (None, [said(START + HOUR)], states.CHANGES_REQUESTED),
        (None, [], states.OPEN),
    ],
)
def test_changes_that_were_asked_for_before_are_not_asked_for_again(
    objected: UpstreamProposal,
    better: Better,
    agent_desk: Desk,
    asked_at: datetime | None,
    words: list[Word],
    state: str,
) -> None:
    better()
    service.again(agent_desk, objected, "")
    standing = Standing(states.CHANGES_REQUESTED, asked_at=asked_at)
    hearing.hear(agent_desk, objected, Heard(standing, words))
    assert objected.state == state


def test_merge_counts_whenever_it_was(
    objected: UpstreamProposal, better: Better, agent_desk: Desk
) -> None:
    better()
    service.again(agent_desk, objected, "")
    hearing.hear(agent_desk, objected, Heard(Standing(states.MERGED, "c" * 40)))
    assert (objected.state, objected.commit) == (states.MERGED, "c" * 40)


def test_page_offers_the_next_version(
    objected: UpstreamProposal, better: Better, agent_desk: Desk, published: Development
) -> None:
    before = parts.PART.load(agent_desk, published)["next"]
    change = better()
    after = parts.PART.load(agent_desk, published)["next"]
    assert (before, after.id) == (None, change.id)


def test_development_that_joined_does_not_send(
    objected: UpstreamProposal, better: Better, agent_desk: Desk, begin: Callable[..., Development]
) -> None:
    better()
    row: Any = begin(title="The same elsewhere")
    row.state = developing.PUBLISHED
    agent_desk.session.flush()
    assert parts.PART.load(agent_desk, row)["next"] is None


def test_agent_reads_the_patches_and_sends_them(
    objected: UpstreamProposal,
    better: Better,
    browser: FlaskClient,
    page: str,
    show: Callable[[], str],
    agent_desk: Desk,
) -> None:
    better()
    address = f"{page}/proposals/{objected.id}/next"
    agent_desk.commit()
    link, shown = address in show(), browser.get(address).text
    answer = browser.post(address, data={"news": NEWS})
    found = last(agent_desk)
    assert (link, "Make it five" in shown, answer.status_code) == (True, True, 302)
    assert (found.state, found.news, found.next_version) == (states.SENDING, NEWS, 2)


def test_words_that_are_refused_are_kept(
    objected: UpstreamProposal, browser: FlaskClient, page: str
) -> None:
    address = f"{page}/proposals/{objected.id}/next"
    empty = browser.post(address, data={"news": ""})
    refused = browser.post(address, data={"news": NEWS})
    assert (empty.status_code, refused.status_code, NEWS in refused.text) == (422, 422, True)


def test_page_tells_which_version_upstream_has(
    objected: UpstreamProposal, better: Better, send: Send, show: Callable[[], str]
) -> None:
    before = "<dt>Version</dt>" in show()
    better()
    send()
    assert (before, "<dt>Version</dt>" in show()) == (False, True)
