# SPDX-License-Identifier: AGPL-3.0-or-later
"""The step into the public needs its conditions, names those that are missing, and no others."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from tresen.sdk import Desk, Organisation, Person, Refused
from tresen_licensing.agreements import terms
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.models import Entry
from tresen_licensing.journals.queries import broken_at, entries_of
from tresen_licensing.publications import kinds, publishing, queries, service
from tresen_licensing.publications.models import Anchor, Publication
from tresen_licensing.repositories.models import SourceTree

Sign = Callable[[Development], Anchor]
Elsewhere = Callable[..., Anchor]


def missing(desk: Desk, row: Development) -> list[str]:
    """Return what publishing still needs."""
    return [each.sentence for each in publishing.conditions(desk, row) if not each.is_met]


@pytest.fixture
def anchored(agent_desk: Desk, ready: Development, sign: Sign) -> Development:
    """Return the development with all that publishing needs."""
    service.offer(agent_desk, ready)
    sign(ready)
    return ready


def test_own_page_and_countersignature_are_enough_without_any_network(
    agent_desk: Desk, anchored: Development, tree: SourceTree, agent: Person
) -> None:
    made = publishing.publish(agent_desk, anchored)
    assert (
        (anchored.state, made.tree, made.licence, made.published_at, made.published_by_id),
        missing(agent_desk, anchored),
    ) == (
        (states.PUBLISHED, tree.tree, "AGPL-3.0-or-later", agent_desk.now(), agent.id),
        ["It is cleared."],
    )


def test_own_page_and_a_forge_of_others_are_enough(
    agent_desk: Desk, ready: Development, elsewhere_shown: Elsewhere
) -> None:
    service.offer(agent_desk, ready)
    elsewhere_shown(ready)
    publishing.publish(agent_desk, ready)
    assert ready.state == states.PUBLISHED


def test_journal_tells_what_was_published(agent_desk: Desk, anchored: Development) -> None:
    publishing.publish(agent_desk, anchored)
    entries = entries_of(agent_desk, anchored.id)
    assert ([each.kind for each in entries[-2:]], broken_at(anchored.reference, entries)) == (
        ["published", "stepped"],
        [],
    )


def test_all_that_is_missing_is_named_at_once(agent_desk: Desk, ready: Development) -> None:
    ready.agreement = None
    with pytest.raises(Refused) as refused:
        publishing.publish(agent_desk, ready)
    assert refused.value.sentence == (
        "Still missing: An agreement gives the right to publish it. Two anchors show this source. "
        "One of them is not ours: a repository of others, an archive, the customer's word."
    )


def test_two_anchors_of_our_own_are_not_enough(
    agent_desk: Desk, ready: Development, elsewhere_shown: Elsewhere
) -> None:
    service.offer(agent_desk, ready)
    elsewhere_shown(ready, is_ours=True)
    assert missing(agent_desk, ready) == [
        "One of them is not ours: a repository of others, an archive, the customer's word."
    ]


def test_two_anchors_of_others_are_enough(
    agent_desk: Desk, ready: Development, sign: Sign, elsewhere_shown: Elsewhere
) -> None:
    elsewhere_shown(ready)
    sign(ready)
    assert missing(agent_desk, ready) == []


def test_agreement_that_forbids_it_is_obeyed(
    agent_desk: Desk, anchored: Development, agreement: Agreement
) -> None:
    agreement.publishing, agreement.clause = terms.NO, "§ 7"
    with pytest.raises(Refused, match="right to publish"):
        publishing.publish(agent_desk, anchored)


def test_after_acceptance_the_customer_has_to_confirm(
    agent_desk: Desk,
    ready: Development,
    agreement: Agreement,
    sign: Sign,
    elsewhere_shown: Elsewhere,
) -> None:
    agreement.publishing = terms.AFTER_ACCEPTANCE
    service.offer(agent_desk, ready)
    elsewhere_shown(ready)
    before = missing(agent_desk, ready)
    sign(ready)
    assert (before, missing(agent_desk, ready)) == (
        ["The customer confirmed it, as the agreement asks for."],
        [],
    )


@pytest.mark.parametrize(("days", "is_held"), [(-1, False), (0, True), (5, True)])
def test_embargo_in_force_holds_it_back_to_its_last_day(
    agent_desk: Desk, anchored: Development, days: int, is_held: bool
) -> None:
    anchored.embargoed_until = agent_desk.today() + timedelta(days=days)
    assert bool(missing(agent_desk, anchored)) == is_held


def test_embargo_is_named_with_its_day(agent_desk: Desk, anchored: Development) -> None:
    anchored.embargoed_until = agent_desk.today()
    with pytest.raises(Refused, match=r"this one does until Mar"):
        publishing.publish(agent_desk, anchored)


@pytest.mark.parametrize("text", ["title", "description", "component"])
def test_words_that_name_the_customer_are_not_published(
    agent_desk: Desk, anchored: Development, text: str
) -> None:
    setattr(anchored, text, "A berth for KUNDE  GmbH.")
    with pytest.raises(Refused, match="do not name the customer"):
        publishing.publish(agent_desk, anchored)


@pytest.mark.parametrize("credit", [terms.NAMED, terms.FUNDER])
def test_words_may_name_a_customer_who_agreed(
    agent_desk: Desk, anchored: Development, agreement: Agreement, credit: str
) -> None:
    agreement.credit, anchored.title = credit, "A berth for Kunde GmbH"
    assert missing(agent_desk, anchored) == []


def test_part_of_a_word_names_nobody(
    agent_desk: Desk, desk: Desk, anchored: Development, customer: Person
) -> None:
    desk.session.get_one(Organisation, customer.organisation_id).name = "Ber"
    anchored.title = "A fourth berth"
    assert missing(agent_desk, anchored) == []


def test_nothing_is_published_while_its_source_is_not_known(
    agent_desk: Desk, anchored: Development, tree: SourceTree
) -> None:
    agent_desk.session.delete(tree)
    agent_desk.session.flush()
    assert missing(agent_desk, anchored) == [
        "It is known which source the changes give on their base.",
        "Two anchors show this source.",
        "One of them is not ours: a repository of others, an archive, the customer's word.",
    ]


def test_anchors_of_an_earlier_source_do_not_count(
    agent_desk: Desk, anchored: Development, tree: SourceTree
) -> None:
    tree.tree = "4" * 40
    agent_desk.session.flush()
    assert missing(agent_desk, anchored)[0] == "Two anchors show this source."


def test_own_page_is_looked_at_before_the_step(
    agent_desk: Desk, anchored: Development, tree: SourceTree, elsewhere_shown: Elsewhere
) -> None:
    tree.tree = "4" * 40
    agent_desk.session.flush()
    elsewhere_shown(anchored)
    publishing.publish(agent_desk, anchored)
    assert anchored.state == states.PUBLISHED


def test_nothing_is_published_twice(agent_desk: Desk, public: Development) -> None:
    with pytest.raises(Refused, match="It is cleared"):
        publishing.publish(agent_desk, public)


def test_what_is_public_is_known_by_what_was_published(
    agent_desk: Desk, public: Development, tree: SourceTree
) -> None:
    source = queries.source(agent_desk, public)
    assert (source.tree, source.change.version if source.change else 0) == (tree.tree, 1)


def test_source_that_was_published_is_known_without_its_repository(
    agent_desk: Desk, public: Development, tree: SourceTree
) -> None:
    known = tree.tree
    agent_desk.session.delete(tree)
    source = queries.source(agent_desk, public)
    assert (source.tree, source.head, source.archive_sha512) == (known, "", "")


ANCHORS = st.lists(
    st.fixed_dictionaries(
        {
            "is_same": st.booleans(),
            "outcome": st.sampled_from(list(kinds.OUTCOMES)),
            "is_ours": st.booleans(),
            "is_withdrawn": st.booleans(),
            "held_days": st.sampled_from([None, 0, 28, 29]),
        }
    ),
    max_size=4,
)


def counts(anchor: dict[str, Any]) -> bool:
    """Tell whether an anchor shows the source, in the words of the design."""
    is_silent = anchor["outcome"] == kinds.SILENT and anchor["held_days"] in (0, 28)
    is_seen = anchor["outcome"] == kinds.HELD or is_silent
    return bool(anchor["is_same"] and is_seen and not anchor["is_withdrawn"])


def put(desk: Desk, row: Development, tree: str, anchors: list[dict[str, Any]]) -> None:
    """Let the development have these anchors and no others."""
    desk.session.execute(delete(Anchor).where(Anchor.development_id == row.id))
    for number, given_ in enumerate(anchors):
        days = given_["held_days"]
        desk.session.add(
            Anchor(
                development_id=row.id,
                kind=kinds.FORGE,
                place=f"git.example/{number}",
                is_ours=given_["is_ours"],
                added_at=desk.now(),
                outcome=given_["outcome"],
                tree=tree if given_["is_same"] else "5" * 40,
                held_at=desk.now() - timedelta(days=days) if days is not None else None,
                withdrawn_at=desk.now() if given_["is_withdrawn"] else None,
            )
        )
    desk.session.flush()


@given(anchors=ANCHORS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_published_is_what_two_anchors_show_of_which_one_is_not_ours(
    agent_desk: Desk, ready: Development, tree: SourceTree, anchors: list[dict[str, Any]]
) -> None:
    """Invariant 4, whatever anchors there are."""
    ready.state = states.READY
    put(agent_desk, ready, tree.tree, anchors)
    shown = [each for each in anchors if counts(each)]
    expected = len(shown) >= 2 and any(not each["is_ours"] for each in shown)
    try:
        publishing.publish(agent_desk, ready)
    except Refused:
        is_public = False
    else:
        is_public = True
        # For the next example.
        agent_desk.session.execute(delete(Publication))
        agent_desk.session.execute(delete(Entry).where(Entry.kind.in_(("published", "stepped"))))
    assert (is_public, ready.state == states.PUBLISHED) == (expected, expected)
