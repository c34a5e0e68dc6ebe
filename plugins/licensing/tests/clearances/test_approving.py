# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two people approve, one of our house and one of the customer's, and never what was not seen."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from clearances.conftest import CLEAN, Amend, Look, closed, looked
from sqlalchemy import select
from tresen.sdk import Desk, Forbidden, Person, Refused
from tresen.testing import factories
from tresen_licensing.agreements import terms
from tresen_licensing.agreements.service import Document
from tresen_licensing.changes import service as changing
from tresen_licensing.clearances import approving, queries, states
from tresen_licensing.clearances.models import Approval
from tresen_licensing.clearances.queries import Review
from tresen_licensing.developments import states as way
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import broken_at, entries_of

Acting = Callable[[Person], Desk]
PAPER = Document("signed.pdf", "application/pdf", b"%PDF-1.7")


@pytest.fixture
def untested(look: Look) -> Review:
    """Return a look that found nothing but that there are no tests."""
    return look({name: body for name, body in CLEAN.items() if "test" not in name})


def test_two_people_clear_it(
    speaker: Desk, second: Desk, upstream: Development, clean: Review
) -> None:
    approving.approve(second, upstream, clean.clearance.id)
    before = upstream.state
    approving.agree(speaker, upstream, clean.clearance.id)
    kinds = [each.kind for each in entries_of(second, upstream.id)][-3:]
    assert (before, upstream.state, kinds) == (
        *(way.CLEARANCE, way.READY, ["approved", "approved", "stepped"]),
    )


def test_order_of_the_two_does_not_matter(
    speaker: Desk, second: Desk, upstream: Development, clean: Review
) -> None:
    approving.agree(speaker, upstream, clean.clearance.id)
    approving.approve(second, upstream, clean.clearance.id)
    assert upstream.state == way.READY


def test_journal_of_a_clearance_names_nobody(
    speaker: Desk, second: Desk, upstream: Development, clean: Review
) -> None:
    approving.approve(second, upstream, clean.clearance.id)
    approving.agree(speaker, upstream, clean.clearance.id)
    entries = entries_of(second, upstream.id)
    facts = [json.loads(each.facts) for each in entries if each.kind == "approved"]
    assert (facts, broken_at(upstream.reference, entries)) == (
        [
            {"side": "company", "ground": "by_hand", "version": 2},
            {"side": "customer", "ground": "portal", "version": 2},
        ],
        [],
    )


def test_who_sent_it_in_does_not_approve(
    agent_desk: Desk, upstream: Development, clean: Review
) -> None:
    with pytest.raises(Refused, match="who sent in the changes"):
        approving.approve(agent_desk, upstream, clean.clearance.id)


def test_author_does_not_approve(
    desk: Desk, acting: Acting, upstream: Development, clean: Review
) -> None:
    author = factories.make_person(desk, "Dora Developer", "dora@tresen.example", role="agent")
    desk.commit()
    with pytest.raises(Refused, match="who wrote the patches"):
        approving.approve(acting(author), upstream, clean.clearance.id)


def test_same_person_does_not_approve_twice(
    second: Desk, upstream: Development, clean: Review
) -> None:
    approving.approve(second, upstream, clean.clearance.id)
    with pytest.raises(Refused, match="two people"):
        approving.record_agreement(second, upstream, clean.clearance.id, "Their boss.", PAPER)


def test_side_approves_once(
    second: Desk, boss_desk: Desk, upstream: Development, clean: Review
) -> None:
    approving.approve(second, upstream, clean.clearance.id)
    with pytest.raises(Refused, match="approved already"):
        approving.approve(boss_desk, upstream, clean.clearance.id)


def test_nobody_approves_while_something_stands_against_it(
    second: Desk, speaker: Desk, upstream: Development, untested: Review
) -> None:
    for act in (
        lambda: approving.approve(second, upstream, untested.clearance.id),
        lambda: approving.agree(speaker, upstream, untested.clearance.id),
    ):
        with pytest.raises(Refused, match="still stands against it"):
            act()
    assert list(second.session.scalars(select(Approval))) == []


def test_next_version_takes_approvals_away(
    agent_desk: Desk, speaker: Desk, second: Desk, upstream: Development, clean: Review, look: Look
) -> None:
    approving.agree(speaker, upstream, clean.clearance.id)
    again = look({**CLEAN, "README": b"Another\n"})
    with pytest.raises(Refused, match="look again"):
        approving.approve(second, upstream, clean.clearance.id)
    approving.approve(second, upstream, again.clearance.id)
    assert (again.approvals, upstream.state) == ({}, way.CLEARANCE)


def test_changes_that_nobody_looked_at_are_not_approved(
    agent_desk: Desk, second: Desk, upstream: Development, clean: Review, series: bytes
) -> None:
    changing.add(agent_desk, upstream, [series], "")
    review = queries.review(agent_desk, upstream)
    assert review is not None
    with pytest.raises(Refused, match="look again"):
        approving.approve(second, upstream, clean.clearance.id)
    assert review.is_current is False


def test_other_terms_call_for_another_look(
    second: Desk, upstream: Development, clean: Review, amend: Amend
) -> None:
    amend(licence="MIT")
    with pytest.raises(Refused, match="look again"):
        approving.approve(second, upstream, clean.clearance.id)


def test_agreement_that_forbids_is_not_overruled(
    second: Desk, upstream: Development, clean: Review, amend: Amend
) -> None:
    amend(publishing=terms.NO, clause="Section 9.")
    with pytest.raises(Refused, match="No agreement allows"):
        approving.approve(second, upstream, clean.clearance.id)


def test_only_in_clearance_it_is_approved(
    second: Desk, upstream: Development, clean: Review
) -> None:
    closed(second, upstream, way.IN_DEVELOPMENT)
    with pytest.raises(Refused, match="not in clearance"):
        approving.approve(second, upstream, clean.clearance.id)


@pytest.mark.parametrize(("organisation", "sees"), [(None, True), (-1, True), (0, False)])
def test_only_who_speaks_for_the_customer_agrees(
    speaker: Desk, upstream: Development, clean: Review, organisation: int | None, sees: bool
) -> None:
    home = upstream.organisation_id if organisation == 0 else organisation
    actor = replace(speaker.actor, organisation_id=home, sees_organisation=sees)
    with pytest.raises(Forbidden):
        approving.agree(replace(speaker, actor=actor), upstream, clean.clearance.id)


SIGNED, UNSIGNED = (terms.YES, PAPER), (terms.YES, None)
ASKED = (terms.AFTER_ACCEPTANCE, PAPER)


@pytest.mark.parametrize(
    ("agreed", "document", "ground"),
    [
        (SIGNED, None, states.AGREED),
        (UNSIGNED, None, None),
        (UNSIGNED, PAPER, states.DOCUMENT),
        (ASKED, None, None),
        (ASKED, PAPER, states.DOCUMENT),
    ],
)
def test_word_of_the_customer_stands_on_paper(
    *,
    agent_desk: Desk,
    upstream: Development,
    clean: Review,
    amend: Amend,
    agreed: tuple[str, Document | None],
    document: Document | None,
    ground: str | None,
) -> None:
    amend(agreed[1], publishing=agreed[0])
    review = looked(agent_desk, upstream)
    with suppress(Refused):
        approving.record_agreement(
            agent_desk, upstream, review.clearance.id, "Their boss, by letter.", document
        )
    found = [each.ground for each in agent_desk.session.scalars(select(Approval))]
    assert found == ([ground] if ground else [])


def test_missing_document_is_named(agent_desk: Desk, upstream: Development, clean: Review) -> None:
    with pytest.raises(Refused, match="signed document in which the customer agrees"):
        approving.record_agreement(agent_desk, upstream, clean.clearance.id, "Boss.", None)


def test_who_agreed_is_written_down(agent_desk: Desk, upstream: Development, clean: Review) -> None:
    with pytest.raises(Refused, match="who agreed"):
        approving.record_agreement(agent_desk, upstream, clean.clearance.id, " ", PAPER)
