# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which contact finds what: their own organisation's developments, as long as they belong to it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from publishings import acting_for
from tresen.sdk import Desk, Missing, Organisation, Person
from tresen.testing import factories
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.owns import asking, queries
from tresen_licensing.publications import queries as publications
from tresen_licensing.publications import service as anchors
from tresen_licensing.publications.models import Anchor
from tresen_licensing.repositories.models import SourceTree

Begin = Callable[..., Development]
Sign = Callable[[Development], Anchor]
SignIn = Callable[[Person], FlaskClient]

PAGE = "/licensing/portal/developments"
HIDDEN = (states.DRAFT, states.WITHDRAWN)


def found(desk: Desk, reference: str) -> bool:
    """Tell whether somebody finds a development of their own."""
    try:
        return queries.own_one(desk, reference).reference == reference
    except Missing:
        return False


@pytest.fixture
def colleague(desk: Desk, customer: Person) -> Person:
    """Return somebody else of the customer."""
    home = desk.session.get_one(Organisation, customer.organisation_id)
    made = factories.make_customer(desk, "Aaron Colleague", "aaron@kunde.example", home)
    desk.commit()
    return made


def test_contact_who_changed_the_employer_finds_nothing_of_the_old_one(
    desk: Desk,
    sign_in: SignIn,
    customer: Person,
    other_customer: Person,
    ready: Development,
    tree: SourceTree,
) -> None:
    browser = sign_in(customer)
    before = browser.get(PAGE).text.count(ready.title)
    customer.organisation_id = other_customer.organisation_id
    desk.commit()
    path = f"{PAGE}/{ready.reference}/confirm"
    given = {"tree": tree.tree, "is_confirmed": "y"}
    answers = [browser.get(path), browser.post(path, data=given)]
    assert (
        before,
        browser.get(PAGE).text.count(ready.title),
        [each.status_code for each in answers],
        publications.anchors_of(desk, ready.id),
    ) == (1, 0, [404, 404], [])


def test_development_that_passes_to_another_customer_is_theirs_alone(
    desk: Desk, customer: Person, other_customer: Person, ready: Development
) -> None:
    desks = [acting_for(desk, each) for each in (customer, other_customer)]
    before = [found(each, ready.reference) for each in desks]
    ready.organisation_id = other_customer.organisation_id
    desk.commit()
    after = [found(each, ready.reference) for each in desks]
    assert (before, after) == ([True, False], [False, True])


@pytest.mark.parametrize("kind", ["agent", "system", "anonymous"])
def test_who_is_no_customer_owns_nothing(
    desk: Desk, customer: Person, ready: Development, kind: str
) -> None:
    actor = replace(acting_for(desk, customer).actor, kind=kind)
    other = replace(desk, actor=actor)
    assert (list(queries.own(other)), found(other, ready.reference)) == ([], False)


@pytest.mark.parametrize("state", [*states.TITLES])
def test_each_state_is_shown_or_hidden_as_it_was_promised(
    desk: Desk, customer: Person, ready: Development, state: str
) -> None:
    ready.state = state
    desk.commit()
    own = acting_for(desk, customer)
    shown = [each.reference for each in queries.own(own)]
    is_shown = state not in HIDDEN
    assert (shown, found(own, ready.reference)) == ([ready.reference] * is_shown, is_shown)


@pytest.mark.parametrize("reference", ["", "CD-2026-9999", "cd-2026-0001", "%", "CD-2026-0001 "])
def test_reference_is_taken_to_the_letter(
    desk: Desk, customer: Person, ready: Development, reference: str
) -> None:
    assert found(acting_for(desk, customer), reference) is False


def test_colleague_sees_who_confirmed_and_is_not_asked_again(
    desk: Desk,
    sign_in: SignIn,
    ready: Development,
    sign: Sign,
    customer: Person,
    colleague: Person,
) -> None:
    sign(ready)
    shown = sign_in(colleague).get(PAGE).text
    assert (shown.count(f"Confirmed by {customer.name}"), shown.count("/confirm")) == (1, 0)


def test_colleague_is_asked_again_once_the_source_is_another(
    desk: Desk,
    sign_in: SignIn,
    ready: Development,
    sign: Sign,
    tree: SourceTree,
    colleague: Person,
) -> None:
    sign(ready)
    tree.tree = "5" * 40
    desk.commit()
    browser, path = sign_in(colleague), f"{PAGE}/{ready.reference}/confirm"
    asked = browser.get(PAGE).text.count(path)
    browser.post(path, data={"tree": "5" * 40, "is_confirmed": "y"})
    desk.session.expire_all()
    signed = [each.tree for each in queries.signed(desk, [ready.id])[ready.id]]
    assert (asked, signed[1:], signed[0] != "5" * 40) == (1, ["5" * 40], True)


def test_confirmation_of_who_is_gone_counts_and_names_nobody(
    desk: Desk,
    sign_in: SignIn,
    ready: Development,
    sign: Sign,
    customer: Person,
    colleague: Person,
) -> None:
    sign(ready)
    name = customer.name
    factories.erase_person(desk, customer)
    desk.commit()
    shown = sign_in(colleague).get(PAGE).text
    assert (
        *(shown.count(name), shown.count("Confirmed by somebody who was erased")),
        shown.count("/confirm"),
    ) == (0, 1, 0)


def test_words_that_are_signed_name_no_person(
    desk: Desk, ready: Development, sign: Sign, customer: Person, colleague: Person
) -> None:
    own = acting_for(desk, colleague)
    (one,) = publications.sources(own, [ready.id]).values()
    shown = asking.Own(ready, one, "MIT", (), is_public=False, confirm_url="", clearance_url="")
    said = asking.words(shown)
    assert [each in said for each in (customer.name, colleague.name, one.tree, "MIT")] == [
        *(False, False, True, True),
    ]


def test_developments_are_listed_the_latest_first_and_signed_each_for_itself(
    desk: Desk, agent_desk: Desk, customer: Person, ready: Development, begin: Begin, sign: Sign
) -> None:
    sign(ready)
    other = begin(title="Another quay")
    other.state = states.READY
    agent_desk.commit()
    rows = queries.own(acting_for(desk, customer))
    signed = queries.signed(desk, [row.id for row in rows])
    assert [(row.reference, len(signed[row.id])) for row in rows] == [
        *((other.reference, 0), (ready.reference, 1)),
    ]


def test_anchors_of_other_kinds_are_no_signatures(
    agent_desk: Desk, ready: Development, elsewhere_shown: Callable[..., Anchor]
) -> None:
    anchors.offer(agent_desk, ready)
    elsewhere_shown(ready)
    assert queries.signed(agent_desk, [ready.id]) == {ready.id: []}
