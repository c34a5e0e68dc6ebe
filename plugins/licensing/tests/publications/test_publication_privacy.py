# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is erased leaves anchors and confirmations; that the customer confirmed stays."""

from collections.abc import Callable

from tresen.sdk import Desk, Person
from tresen_licensing import hooks
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import broken_at, entries_of
from tresen_licensing.publications import kinds, queries, service
from tresen_licensing.publications.models import Anchor

Elsewhere = Callable[..., Anchor]


def counts(desk: Desk, person: Person) -> dict[str, int]:
    """Return how much is said to be kept of the person, by title, of this part of the plugin."""
    titles = (
        "Sources that the person confirmed",
        "Anchors that the person added or looked at",
        "Developments that the person published",
    )
    desk.session.refresh(person, ["addresses"])
    found = {str(each.title): len(each.rows) for each in hooks.personal_data(desk, person)}
    return {each: found[each] for each in titles}


def test_agent_added_looked_and_published(desk: Desk, public: Development, agent: Person) -> None:
    assert list(counts(desk, agent).values()) == [0, 1, 1]


def test_customer_confirmed(desk: Desk, public: Development, customer: Person) -> None:
    assert list(counts(desk, customer).values()) == [1, 0, 0]


def test_others_did_nothing(desk: Desk, public: Development, other_customer: Person) -> None:
    assert list(counts(desk, other_customer).values()) == [0, 0, 0]


def test_confirmation_stays_without_the_name(
    desk: Desk, public: Development, customer: Person
) -> None:
    (signed,) = [e for e in queries.anchors_of(desk, public.id) if e.kind == kinds.COUNTERSIGNATURE]
    signed.words = f"I, {customer.name}, confirm it."
    desk.commit()
    desk.session.refresh(customer, ["addresses"])
    hooks.person_erased(desk, customer)
    desk.commit()
    entries = entries_of(desk, public.id)
    assert (
        (signed.observer_id, signed.added_by_id, customer.name in signed.words),
        (signed.outcome, signed.held_at, broken_at(public.reference, entries)),
    ) == ((None, None, False), (kinds.HELD, desk.now(), []))


def test_agent_leaves_anchors_and_publication(
    desk: Desk, public: Development, agent: Person, elsewhere_shown: Elsewhere
) -> None:
    elsewhere_shown(public)
    desk.session.refresh(agent, ["addresses"])
    hooks.person_erased(desk, agent)
    desk.commit()
    rows, published = queries.anchors_of(desk, public.id), queries.publication(desk, public.id)
    named = [each.id for each in rows if agent.id in (each.added_by_id, each.observer_id)]
    assert (named, published.published_by_id if published else 0) == ([], None)


def test_addresses_of_others_say_nothing_of_the_customer(
    desk: Desk, agent_desk: Desk, public: Development, customer: Person
) -> None:
    place = service.Place(kinds.FORGE, "https://git.example/berth", "main")
    service.add(agent_desk, public, place)
    agent_desk.commit()
    assert list(counts(desk, customer).values()) == [1, 0, 0]
