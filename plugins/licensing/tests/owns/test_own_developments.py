# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers see what was developed for them, nothing of others, and what is asked of them."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import kinds, queries
from tresen_licensing.publications.models import Anchor
from tresen_licensing.repositories.models import SourceTree

Begin = Callable[..., Development]
Sign = Callable[[Development], Anchor]
SignIn = Callable[[Person], FlaskClient]

PAGE = "/licensing/portal/developments"


@pytest.fixture
def browser(customer: Person, sign_in: SignIn) -> FlaskClient:
    """Return the customer's browser."""
    return sign_in(customer)


@pytest.fixture
def confirm(ready: Development) -> str:
    """Return the address on which the source is confirmed."""
    return f"{PAGE}/{ready.reference}/confirm"


def signed(desk: Desk, row: Development) -> list[Anchor]:
    """Return the countersignatures of a development."""
    desk.session.expire_all()
    found = queries.anchors_of(desk, row.id)
    desk.commit()
    return [each for each in found if each.kind == kinds.COUNTERSIGNATURE]


def test_page_tells_what_why_state_licence_and_what_is_asked(
    agent_desk: Desk, browser: FlaskClient, ready: Development, confirm: str
) -> None:
    ready.description = "Ships had to wait."
    agent_desk.commit()
    shown = browser.get(PAGE).text
    expected = ("A fourth berth", "Ships had to wait.", ">Cleared<", "AGPL-3.0-or-later", confirm)
    assert [shown.count(each) for each in expected] == [1] * 5


def test_public_development_leads_to_its_public_page(
    browser: FlaskClient, public: Development, customer: Person
) -> None:
    shown = browser.get(PAGE).text
    assert (
        shown.count(f'href="/licensing/contributions/{public.reference}"'),
        shown.count(f"Confirmed by {customer.name}"),
        shown.count("/confirm"),
    ) == (1, 1, 0)


def test_customer_of_another_organisation_sees_nothing(
    sign_in: SignIn, other_customer: Person, ready: Development, confirm: str
) -> None:
    browser = sign_in(other_customer)
    shown = browser.get(PAGE).text
    assert (
        shown.count("A fourth berth"),
        shown.count("Nothing was developed for you yet"),
        browser.get(confirm).status_code,
        browser.post(confirm, data={"is_confirmed": "y"}).status_code,
    ) == (0, 1, 404, 404)


def test_who_belongs_nowhere_sees_nothing(desk: Desk, sign_in: SignIn, ready: Development) -> None:
    nobody = factories.make_person(desk, "Nina Nobody", "nina@nobody.example")
    desk.commit()
    assert sign_in(nobody).get(PAGE).text.count("A fourth berth") == 0


@pytest.mark.parametrize("role", ["agent", "administrator"])
def test_page_is_the_customers_alone(
    request: pytest.FixtureRequest, sign_in: SignIn, confirm: str, role: str
) -> None:
    browser = sign_in(request.getfixturevalue(role))
    assert [browser.get(each).status_code for each in (PAGE, confirm)] == [403, 403]


@pytest.mark.parametrize(
    ("state", "is_shown"),
    [(states.DRAFT, 0), (states.WITHDRAWN, 0), (states.IN_DEVELOPMENT, 1), (states.EXEMPT, 1)],
)
def test_drafts_were_promised_to_nobody(
    agent_desk: Desk, browser: FlaskClient, ready: Development, state: str, is_shown: int
) -> None:
    ready.state = state
    agent_desk.commit()
    assert browser.get(PAGE).text.count("A fourth berth") == is_shown


def test_page_shows_no_note_and_no_agent(
    agent_desk: Desk, browser: FlaskClient, ready: Development, agent: Person
) -> None:
    ready.owner_id = agent.id
    agent_desk.commit()
    shown = browser.get(PAGE).text
    assert (shown.count(agent.name), shown.count("Frame contract")) == (0, 0)


def test_words_name_tree_and_licence_plainly(
    browser: FlaskClient, confirm: str, tree: SourceTree
) -> None:
    shown = browser.get(confirm).text
    said = re.search(r"For Kunde GmbH I confirm: .*", shown)
    assert said is not None
    assert [each in said[0] for each in (tree.tree, "AGPL-3.0-or-later", "CD-2026-0001")] == [
        True
    ] * 3


def test_customer_confirms_in_two_clicks(
    desk: Desk,
    browser: FlaskClient,
    ready: Development,
    confirm: str,
    tree: SourceTree,
    customer: Person,
) -> None:
    answer = browser.post(
        confirm, data={"tree": tree.tree, "is_confirmed": "y"}, follow_redirects=True
    )
    (made,) = signed(desk, ready)
    assert (
        answer.text.count("Thank you: your confirmation is kept."),
        (made.observer_id, made.tree, made.words.startswith("For Kunde GmbH I confirm: ")),
    ) == (1, (customer.id, tree.tree, True))


def test_customer_confirms_in_their_own_language(
    desk: Desk,
    browser: FlaskClient,
    ready: Development,
    confirm: str,
    tree: SourceTree,
    customer: Person,
) -> None:
    customer.language = "de"
    desk.commit()
    browser.post(confirm, data={"tree": tree.tree, "is_confirmed": "y"})
    (made,) = signed(desk, ready)
    assert made.words.startswith("Für Kunde GmbH bestätige ich: ")


def test_nothing_is_confirmed_without_the_tick(
    desk: Desk, browser: FlaskClient, ready: Development, confirm: str, tree: SourceTree
) -> None:
    answer = browser.post(confirm, data={"tree": tree.tree})
    assert (answer.status_code, signed(desk, ready)) == (422, [])


def test_source_that_was_changed_meanwhile_is_read_again(
    desk: Desk, browser: FlaskClient, ready: Development, confirm: str, tree: SourceTree
) -> None:
    answer = browser.post(confirm, data={"tree": "5" * 40, "is_confirmed": "y"})
    assert (
        answer.status_code,
        answer.text.count("The source was changed meanwhile."),
        answer.text.count(f'value="{tree.tree}"'),
        signed(desk, ready),
    ) == (422, 1, 1, [])


def test_nothing_is_confirmed_twice(
    desk: Desk, browser: FlaskClient, ready: Development, confirm: str, tree: SourceTree
) -> None:
    for _each in range(2):
        answer = browser.post(
            confirm, data={"tree": tree.tree, "is_confirmed": "y"}, follow_redirects=True
        )
    assert (answer.text.count("There is nothing to confirm."), len(signed(desk, ready))) == (1, 1)


def test_who_left_cannot_confirm_any_more(
    desk: Desk,
    browser: FlaskClient,
    ready: Development,
    confirm: str,
    tree: SourceTree,
    customer: Person,
) -> None:
    customer.is_active = False
    desk.commit()
    answer = browser.post(confirm, data={"tree": tree.tree, "is_confirmed": "y"})
    assert (answer.status_code in (302, 401, 403), signed(desk, ready)) == (True, [])


@pytest.mark.parametrize("state", [states.CLEARANCE, states.IN_DEVELOPMENT, states.PILOTING])
def test_nothing_is_asked_before_it_is_cleared(
    agent_desk: Desk, browser: FlaskClient, ready: Development, confirm: str, state: str
) -> None:
    ready.state = state
    agent_desk.commit()
    answer = browser.get(confirm)
    assert (browser.get(PAGE).text.count("/confirm"), answer.status_code) == (0, 302)


def test_nothing_is_asked_without_an_agreement(
    agent_desk: Desk, browser: FlaskClient, ready: Development
) -> None:
    ready.agreement_id = None
    agent_desk.commit()
    assert browser.get(PAGE).text.count("/confirm") == 0


@pytest.mark.parametrize("is_there", [True, False])
def test_clearance_is_linked_where_there_is_one(
    app: Flask,
    agent_desk: Desk,
    browser: FlaskClient,
    ready: Development,
    monkeypatch: pytest.MonkeyPatch,
    is_there: bool,
) -> None:
    monkeypatch.setattr("tresen_licensing.owns.asking.CLEARANCE", _ENDPOINT[is_there])
    ready.state = states.CLEARANCE
    agent_desk.commit()
    asked = browser.get(PAGE).text.count("Say whether it may be published")
    assert asked == int(is_there)


# Another page of the plugin with a reference stands for the one that may be there.
_ENDPOINT = {True: "licensing.contribution", False: "licensing.nowhere"}


def test_start_page_shows_what_waits_first(
    agent_desk: Desk, browser: FlaskClient, ready: Development, begin: Begin, confirm: str
) -> None:
    for number in range(6):
        begin(title=f"Quay {number}").state = states.IN_DEVELOPMENT
    agent_desk.commit()
    shown = browser.get("/").text
    assert (
        shown.count("Your developments"),
        shown.count(confirm),
        len(re.findall(r"Quay \d", shown)),
        shown.index("A fourth berth") < shown.index("Quay 5"),
    ) == (1, 1, 4, True)


def test_start_page_without_developments_has_no_box(browser: FlaskClient) -> None:
    assert browser.get("/").text.count("Your developments") == 0


def test_page_asks_no_question_per_development(
    agent_desk: Desk, browser: FlaskClient, ready: Development, begin: Begin, sign: Sign
) -> None:
    def statements() -> int:
        browser.get(PAGE)
        with recorded(agent_desk.core.engine) as found:
            browser.get(PAGE)
        return len(found)

    sign(ready)
    one = statements()
    for _each in range(4):
        begin().state = states.READY
    agent_desk.commit()
    assert statements() == one


def test_licence_is_the_one_under_which_it_was_published(
    agent_desk: Desk, browser: FlaskClient, public: Development, agreement: Agreement
) -> None:
    agreement.licence = "MIT"
    agent_desk.commit()
    shown = browser.get(PAGE).text
    assert (shown.count("AGPL-3.0-or-later"), shown.count("MIT")) == (1, 0)


def test_confirmation_of_somebody_erased_names_nobody(
    desk: Desk, sign_in: SignIn, public: Development, customer: Person
) -> None:
    for each in signed(desk, public):
        each.observer_id = None
    home = desk.session.get_one(Organisation, customer.organisation_id)
    colleague = factories.make_customer(desk, "Aaron Colleague", "aaron@kunde.example", home)
    desk.commit()
    assert sign_in(colleague).get(PAGE).text.count("Confirmed by somebody who was erased") == 1
