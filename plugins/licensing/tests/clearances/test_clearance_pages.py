# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a clearance: for agents on the development's page, for customers their own."""

from collections.abc import Callable
from io import BytesIO

import pytest
from clearances.conftest import CLEAN, SPDX, Amend, Look, closed
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_licensing.agreements import terms
from tresen_licensing.clearances.models import Approval
from tresen_licensing.clearances.queries import Review
from tresen_licensing.developments import states as way
from tresen_licensing.developments.models import Development

SignIn = Callable[[Person], FlaskClient]
Count = Callable[[FlaskClient, str], int]
SECRET = b'password = "S0mmer-2026"\n'


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of the agent who sent in the changes."""
    return sign_in(agent)


@pytest.fixture
def boss(administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of somebody else of our house."""
    return sign_in(administrator)


@pytest.fixture
def theirs(desk: Desk, customer: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of who speaks for the customer."""
    customer.sees_organisation = True
    desk.commit()
    return sign_in(customer)


@pytest.fixture
def path(upstream: Development) -> str:
    """Return where the development's page is."""
    return f"/licensing/developments/{upstream.reference}"


@pytest.fixture
def own(upstream: Development) -> str:
    """Return where the customer's page is."""
    return f"/licensing/own/{upstream.reference}/clearance"


def test_checks_are_run_by_a_button(browser: FlaskClient, desk: Desk, path: str) -> None:
    shown = browser.post(f"{path}/clearance/check", follow_redirects=True).text
    assert (shown.count("The changes were looked at."), shown.count("Look again")) == (1, 1)


def test_findings_stand_with_file_and_line(browser: FlaskClient, look: Look, path: str) -> None:
    look({**CLEAN, "src/quay.py": SPDX + SECRET})
    shown = browser.get(path).text
    assert [shown.count(each) for each in ("src/quay.py:2", "One finding", "S0mmer-2026")] == [
        *(1, 1, 0),
    ]


def test_line_is_shown_where_it_is_judged(
    boss: FlaskClient, desk: Desk, look: Look, path: str
) -> None:
    review = look({**CLEAN, "src/quay.py": SPDX + SECRET})
    page = f"{path}/findings/{review.open[0].id}/answer"
    shown = boss.get(page).text
    told = boss.post(page, data={"answer": "A word of the manual."}, follow_redirects=True).text
    counts = (
        shown.count("S0mmer-2026"),
        told.count("A word of the manual."),
        told.count(">answered<"),
    )
    assert counts == (1, 2, 1)


def test_refusal_of_an_answer_is_said(browser: FlaskClient, look: Look, path: str) -> None:
    review = look({**CLEAN, "src/quay.py": SPDX + SECRET})
    page = f"{path}/findings/{review.open[0].id}/answer"
    answer = browser.post(page, data={"answer": "It is mine."})
    assert (answer.status_code, answer.text.count("Four eyes")) == (422, 1)


def test_finding_of_an_earlier_look_is_gone(browser: FlaskClient, look: Look, path: str) -> None:
    before = look(signed=False)
    look({**CLEAN, "README": b"Another\n"})
    page = f"{path}/findings/{before.open[0].id}/answer"
    assert browser.get(page).status_code == 404


def test_two_browsers_clear_it(
    boss: FlaskClient, theirs: FlaskClient, desk: Desk, clean: Review, path: str
) -> None:
    look_id = clean.clearance.id
    boss.post(f"{path}/clearances/{look_id}/approve")
    own = path.replace("developments", "own") + "/clearance"
    told = theirs.post(own, data={"clearance": str(look_id)}, follow_redirects=True).text
    shown = boss.get(path).text
    assert (told.count("Agreed for your organisation"), shown.count(">approved<")) == (1, 2)


def test_agreement_on_paper_is_kept_with_its_document(
    browser: FlaskClient, desk: Desk, clean: Review, path: str
) -> None:
    given = {"note": "Their boss.", "document": (BytesIO(b"%PDF-1.7"), "signed.pdf")}
    browser.post(f"{path}/clearances/{clean.clearance.id}/customer", data=given)
    answer = browser.get(f"{path}/clearance/document")
    assert (answer.status_code, answer.data) == (200, b"%PDF-1.7")


def test_document_that_is_not_there_is_said(browser: FlaskClient, path: str) -> None:
    assert browser.get(f"{path}/clearance/document").status_code == 404


def test_customer_sees_what_would_be_public(theirs: FlaskClient, clean: Review, own: str) -> None:
    shown = theirs.get(own).text
    words = ("src/quay.py", "AGPL-3.0-or-later", "I agree for my organisation", "Run the checks")
    assert [shown.count(each) for each in words] == [1, 1, 1, 0]


def test_customer_takes_the_patches_along(theirs: FlaskClient, clean: Review, own: str) -> None:
    answer = theirs.get(f"{own}.mbox")
    assert (answer.status_code, answer.data.count(b"diff --git")) == (200, 3)


def test_nothing_is_agreed_while_something_stands_against_it(
    theirs: FlaskClient, desk: Desk, look: Look, own: str
) -> None:
    review = look(signed=False)
    theirs.post(own, data={"clearance": str(review.clearance.id)})
    shown = theirs.get(own).text
    approvals = list(desk.session.scalars(select(Approval)))
    assert (shown.count("You will be asked here"), approvals) == (1, [])


@pytest.mark.parametrize("sent", ["", "x", "99", "9" * 20])
def test_only_what_was_shown_is_agreed_to(
    theirs: FlaskClient, desk: Desk, clean: Review, own: str, sent: str
) -> None:
    theirs.post(own, data={"clearance": sent})
    assert list(desk.session.scalars(select(Approval))) == []


@pytest.mark.parametrize("tail", ["", ".mbox"])
def test_others_do_not_find_it(
    desk: Desk, other_customer: Person, sign_in: SignIn, clean: Review, own: str, tail: str
) -> None:
    other_customer.sees_organisation = True
    desk.commit()
    assert sign_in(other_customer).get(own + tail).status_code == 404


def test_contact_who_does_not_speak_for_them_does_not_find_it(
    customer: Person, sign_in: SignIn, clean: Review, own: str
) -> None:
    assert sign_in(customer).get(own).status_code == 404


def test_customer_before_the_first_changes(
    theirs: FlaskClient, desk: Desk, development: Development
) -> None:
    own = f"/licensing/own/{development.reference}/clearance"
    counts = theirs.get(own).text.count("Nothing was handed in yet."), theirs.get(f"{own}.mbox")
    assert (counts[0], counts[1].status_code) == (1, 404)


def test_agreement_that_forbids_is_said(
    browser: FlaskClient, clean: Review, amend: Amend, path: str
) -> None:
    amend(publishing=terms.NO, clause="Section 9.")
    shown = browser.get(path).text
    assert (shown.count("it cannot be cleared"), shown.count(">Approve<")) == (1, 0)


def test_what_is_cleared_is_not_looked_at_again(
    browser: FlaskClient, desk: Desk, upstream: Development, clean: Review, path: str
) -> None:
    closed(desk, upstream, way.READY)
    assert browser.get(path).text.count("Look again") == 0


def test_more_findings_take_no_more_queries(
    browser: FlaskClient, look: Look, path: str, count: Count
) -> None:
    look({**CLEAN, "src/quay.py": SPDX + SECRET})
    few = count(browser, path)
    look({**CLEAN, "src/quay.py": SPDX + SECRET * 50})
    assert count(browser, path) == few


def test_who_is_erased_leaves_the_approvals(
    desk: Desk, sign_in: SignIn, clean: Review, path: str
) -> None:
    bea = factories.make_person(desk, "Bea Boss", "bea@tresen.example", role="agent")
    desk.commit()
    sign_in(bea).post(f"{path}/clearances/{clean.clearance.id}/approve")
    factories.erase_person(desk, bea)
    desk.commit()
    (kept,) = desk.session.scalars(select(Approval))
    assert (kept.person_id, kept.side) == (None, "company")
