# SPDX-License-Identifier: AGPL-3.0-or-later
"""Of reviewers only the name is kept that is shown, and it goes with its bearer."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_licensing import hooks
from tresen_licensing.proposals.models import ReviewWord, UpstreamProposal

Propose = Callable[..., UpstreamProposal]


@pytest.fixture
def rita(desk: Desk) -> Person:
    """Return a reviewer who has an account with us."""
    made = factories.make_person(desk, "Rita Review", "rita@pier.example")
    desk.commit()
    return made


@pytest.fixture
def word(desk: Desk, proposed: UpstreamProposal, customer: Person) -> ReviewWord:
    """Return what she said, of a customer too."""
    made = ReviewWord(
        proposal_id=proposed.id,
        key="1",
        author="Rita Review",
        written_at=datetime(2026, 3, 1, tzinfo=UTC),
        text=f"Is this for {customer.name}?",
    )
    desk.session.add(made)
    desk.commit()
    return made


def titles(desk: Desk, person: Person) -> dict[str, int]:
    desk.session.refresh(person, ["addresses"])
    found = {str(each.title): len(each.rows) for each in hooks.personal_data(desk, person)}
    return {title: count for title, count in found.items() if count}


def test_export_names_words_under_the_name(desk: Desk, rita: Person, word: ReviewWord) -> None:
    assert titles(desk, rita) == {"Words of reviewers under this name": 1}


def test_export_names_what_an_agent_proposed(
    desk: Desk, agent: Person, proposed: UpstreamProposal
) -> None:
    assert titles(desk, agent)["Proposals to upstream"] == 1


def test_export_names_what_was_sent_to_an_address(
    desk: Desk, rita: Person, proposed: UpstreamProposal
) -> None:
    proposed.repository = "rita@pier.example"
    desk.commit()
    assert titles(desk, rita) == {"Proposals sent to the person's address": 1}


def test_erased_reviewer_leaves_what_was_said(desk: Desk, rita: Person, word: ReviewWord) -> None:
    factories.erase_person(desk, rita)
    desk.commit()
    desk.session.refresh(word)
    assert (word.author, word.text.startswith("Is this")) == ("", True)


def test_erased_customer_is_blotted_out_of_words(
    desk: Desk, customer: Person, word: ReviewWord, proposed: UpstreamProposal
) -> None:
    proposed.reason = f"{customer.name} must wait."
    desk.commit()
    factories.erase_person(desk, customer)
    desk.commit()
    desk.session.refresh(word)
    assert (word.text, proposed.reason) == ("Is this for […]?", "[…] must wait.")


def test_erased_agent_leaves_the_proposal(
    desk: Desk, agent: Person, proposed: UpstreamProposal
) -> None:
    factories.erase_person(desk, agent)
    desk.commit()
    desk.session.refresh(proposed)
    assert (proposed.proposed_by_id, proposed.title) == (None, "Add a berth")


def test_address_of_an_erased_maintainer_goes(
    desk: Desk, rita: Person, proposed: UpstreamProposal
) -> None:
    proposed.repository = "rita@pier.example"
    desk.commit()
    factories.erase_person(desk, rita)
    desk.commit()
    desk.session.refresh(proposed)
    assert proposed.repository == ""
