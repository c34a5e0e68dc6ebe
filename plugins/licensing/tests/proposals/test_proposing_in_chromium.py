# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proposing upstream in a real browser: in three clicks, and usable by everybody."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tresen.sdk import Desk, Person
from tresen.testing.browser import assert_pages_usable
from tresen_licensing.connections.models import Connection
from tresen_licensing.developments.models import Development
from tresen_licensing.proposals.models import MergedPatch, ReviewWord, UpstreamProposal

Page = Any


@pytest.mark.timeout(300)
def test_three_clicks_propose_it(
    sign_in_page: Callable[[Person], Page], agent: Person, published: Development
) -> None:
    page = sign_in_page(agent)
    page.goto(f"/licensing/developments/{published.reference}")
    page.get_by_role("link", name="Propose upstream").click()
    page.get_by_label("On which way").select_option("As files to take along")
    page.get_by_role("button", name="Propose").click()
    page.get_by_text("Is being sent").wait_for()
    assert page.get_by_role("link", name="Propose upstream").count() == 0


@pytest.mark.timeout(300)
def test_every_page_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Page],
    administrator: Person,
    connection: Connection,
    proposed: UpstreamProposal,
    published: Development,
    desk: Desk,
) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    word = {"author": "Rita", "written_at": at, "text": "Why four berths? " * 20}
    desk.session.add(ReviewWord(proposal_id=proposed.id, key="1", **word))
    hit = {"position": 1, "commit": "c" * 40, "detector": "patch_id"}
    desk.session.add(MergedPatch(proposal_id=proposed.id, **hit))
    proposed.fault, proposed.differently = "The forge does not answer.", "d" * 40
    one = f"/licensing/developments/{published.reference}"
    other = f"/licensing/connections/{connection.id}"
    desk.commit()
    pages = [
        *(one, f"{one}/proposals/new", f"{one}/proposals/record"),
        *(f"{one}/upstream/merged", f"{one}/upstream/released", f"{one}/upstream/declined"),
        *("/licensing/connections/", "/licensing/connections/new"),
        *(f"{other}/edit", f"{other}/remove"),
    ]
    assert_pages_usable(sign_in_page(administrator), pages)
