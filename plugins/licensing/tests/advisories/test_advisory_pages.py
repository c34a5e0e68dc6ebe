# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of advisories: what is found, one of them, one release, and a finding to judge."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from bills_of_tests import CRANE, ROPE
from flask.testing import FlaskClient
from records_of_osv import affected, record
from tresen.sdk import Desk, Installation, Person, ProductVersion
from tresen_licensing.advisories import queries
from tresen_licensing.advisories.models import AdvisoryFinding
from tresen_licensing.advisories.service import Taken
from tresen_licensing.components.models import Bom

Know = Callable[..., Taken]
Look = Callable[[], Sequence[AdvisoryFinding]]
SignIn = Callable[[Person], FlaskClient]
Count = Callable[[FlaskClient, str], int]
TakeIn = Callable[..., Bom]
LIST = "/licensing/advisories"
JUSTIFICATION = "inline_mitigations_already_exist"


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def finding(agent_desk: Desk, finding: AdvisoryFinding) -> AdvisoryFinding:
    """Return the finding as it stands, so that the agent's desk keeps no page waiting."""
    agent_desk.session.expunge_all()
    agent_desk.rollback()
    return finding


@pytest.fixture
def release(version: ProductVersion) -> str:
    """Return the address below which the version's pages stand."""
    return f"/licensing/portfolio/versions/{version.id}"


@pytest.fixture
def form(finding: AdvisoryFinding) -> str:
    """Return the address of the finding's form."""
    return f"{LIST}/findings/{finding.id}"


def shown(page: str, *words: str) -> list[bool]:
    """Tell of each of the words whether the page has it."""
    return [each in page for each in words]


def test_list_without_an_advisory_leads_to_the_import(browser: FlaskClient) -> None:
    page = browser.get(LIST).text
    assert shown(page, "No advisory is known yet", f"{LIST}/import") == [True, True]


def test_list_shows_gravity_releases_and_customers(
    browser: FlaskClient, installation: Installation, finding: AdvisoryFinding, agent_desk: Desk
) -> None:
    page = browser.get(LIST).text
    customer = queries.installations(agent_desk, [finding.version_id])[0].organisation.name
    words = ("TEST-1", "9.8 critical", "4.1", "harbour/crane 2.0", "under investigation", customer)
    assert shown(page, *words) == [True] * 6


@pytest.mark.parametrize(("which", "is_there"), [("settled", False), ("ended", False), ("x", True)])
def test_list_shows_what_is_asked_for(
    browser: FlaskClient, finding: AdvisoryFinding, which: str, *, is_there: bool
) -> None:
    page = browser.get(f"{LIST}?state={which}").text
    assert shown(page, f'href="{LIST}/{finding.advisory_id}"') == [is_there]


def test_list_turns_its_pages(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch, bom: Bom, know: Know, look: Look
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    know(*(record(f"TEST-{each}") for each in range(3)))
    look()
    first, second = browser.get(LIST).text, browser.get(f"{LIST}?page=2").text
    assert shown(first, 'rel="next"', "TEST-2", "TEST-0") == [True, True, False]
    assert shown(second, 'rel="prev"', "TEST-2", "TEST-0") == [True, False, True]


def test_list_names_answers_that_were_left_out(
    browser: FlaskClient, knower: Any, bom: Bom, look: Look
) -> None:
    knower.answer = [{"id": "<b>"}]
    look()
    page = browser.get(LIST).text
    assert shown(page, "&lt;b&gt;", "<b>", "It does not say when it was modified.") == [
        *(True, False, True),
    ]


def test_list_asks_no_question_per_finding(
    browser: FlaskClient, take_in: TakeIn, know: Know, look: Look, count: Count
) -> None:
    take_in(CRANE)
    know()
    look()
    few = count(browser, LIST)
    more = [
        {**ROPE, "bom-ref": f"r{each}", "name": f"r{each}", "purl": f"pkg:pypi/r{each}@1.1"}
        for each in range(6)
    ]
    take_in(CRANE, *more)
    know(*(record(f"MORE-{each}", affected=[affected(name=f"r{each}")]) for each in range(6)))
    look()
    assert count(browser, LIST) == few


def test_advisory_shows_what_it_says_and_where_it_runs(
    browser: FlaskClient, installation: Installation, finding: AdvisoryFinding
) -> None:
    page = browser.get(f"{LIST}/{finding.advisory_id}").text
    words = (
        *("The crane drops what it lifts", "CVE-2026-1", "CVSS:3.1/AV:N", "lager-1"),
        *("https://crane.example/1", "Open a ticket", "Judge"),
    )
    assert shown(page, *words) == [True] * 7


def test_advisory_links_to_the_web_alone(
    browser: FlaskClient, bom: Bom, know: Know, look: Look
) -> None:
    know(record(references=[{"type": "WEB", "url": "javascript:alert(1)"}], details="<i>x</i>"))
    (found,) = look()
    page = browser.get(f"{LIST}/{found.advisory_id}").text
    assert shown(page, "javascript:", "<i>x", "&lt;i&gt;x") == [False, False, True]


def test_advisory_that_is_withdrawn_says_so(
    browser: FlaskClient, know: Know, look: Look, finding: AdvisoryFinding
) -> None:
    moment = "2026-03-05T10:00:00Z"
    know(record(modified=moment, withdrawn=moment))
    look()
    page = browser.get(f"{LIST}/{finding.advisory_id}").text
    words = "is withdrawn: it counts no more", "no longer found", "Open a ticket"
    assert shown(page, *words) == [True, True, False]


def test_ticket_is_opened_from_the_page_and_named_there(
    browser: FlaskClient, agent_desk: Desk, finding: AdvisoryFinding, product: Any
) -> None:
    own = f"{LIST}/{finding.advisory_id}"
    answer = browser.post(f"{own}/tickets/{product.id}")
    again = browser.post(f"{own}/tickets/{product.id}")
    page = browser.get(own).text
    ticket = queries.tickets(agent_desk, finding.advisory_id)[product.id].ticket
    assert (answer.location, again.location) == (own, own)
    assert shown(page, f'href="/tickets/{ticket.number}"', "Open a ticket") == [True, False]
    assert page.count(f"Ticket {ticket.number} is about it already.") == 1


def test_finding_is_judged_on_its_form(
    browser: FlaskClient, agent_desk: Desk, form: str, finding: AdvisoryFinding, release: str
) -> None:
    data = {"status": "not_affected", "justification": JUSTIFICATION, "note": "Guarded <here>."}
    answer = browser.post(form, data=data)
    page, again = browser.get(f"{release}/advisories").text, browser.get(form).text
    assert answer.location == f"{LIST}/{finding.advisory_id}"
    assert shown(page, "not affected", "Guarded &lt;here&gt;.") == [True, True]
    assert shown(again, "Guarded &lt;here&gt;.", f'selected value="{JUSTIFICATION}"') == [
        True,
        True,
    ]
    assert browser.get(f"{LIST}?state=settled").text.count("TEST-1") > 0


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"status": "affected"}, "Please say what is to be done about it."),
        ({"status": "not_affected", "note": "typed"}, "Please choose why the release is not"),
        ({"status": "sound", "note": "typed"}, "Not a valid choice"),
    ],
)
def test_form_that_lacks_something_keeps_what_was_typed(
    browser: FlaskClient, form: str, data: dict[str, str], sentence: str
) -> None:
    answer = browser.post(form, data=data)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert data.get("note", "") in answer.text


def test_release_says_what_cannot_be_looked_up(
    browser: FlaskClient, release: str, finding: AdvisoryFinding
) -> None:
    page = browser.get(f"{release}/advisories").text
    assert shown(page, "TEST-1", "2 components have no package URL", "vex.json") == [True] * 3


def test_release_without_findings_or_bill_says_so(
    browser: FlaskClient, release: str, take_in: TakeIn
) -> None:
    before = browser.get(f"{release}/advisories").text
    take_in(CRANE)
    after = browser.get(f"{release}/advisories").text
    vex = browser.get(f"{release}/vex.json")
    assert shown(before, "Nobody imported an SBOM yet") == [True]
    assert shown(after, "No known advisory names a component", "vex.json") == [True, False]
    assert vex.status_code == 404


def test_document_comes_as_a_file(
    browser: FlaskClient, release: str, finding: AdvisoryFinding, version: ProductVersion
) -> None:
    answer = browser.get(f"{release}/vex.json")
    name = answer.headers["Content-Disposition"]
    assert (answer.mimetype, "attachment" in name, "-4.1.openvex.json" in name) == (
        *("application/json", True, True),
    )
    assert answer.json["statements"][0]["status"] == "under_investigation"


def test_components_and_product_bear_marks(
    browser: FlaskClient, release: str, finding: AdvisoryFinding, version: ProductVersion
) -> None:
    page = browser.get(f"{release}/components").text
    product = browser.get(f"/licensing/portfolio/{version.product_id}").text
    assert (page.count("one advisory"), product.count("one finding open")) == (1, 1)


def test_portfolio_leads_to_advisories(browser: FlaskClient, product: Any) -> None:
    assert browser.get("/licensing/portfolio").text.count(f'href="{LIST}"') == 1


@pytest.mark.parametrize("path", ["advisories/999", "advisories/findings/999"])
def test_what_is_not_there_is_missing(browser: FlaskClient, path: str) -> None:
    assert browser.get(f"/licensing/{path}").status_code == 404


def test_version_that_cannot_be_compared_is_marked(
    browser: FlaskClient, release: str, take_in: TakeIn, know: Know, look: Look
) -> None:
    take_in({**CRANE, "version": "trunk", "purl": "pkg:pypi/crane@trunk"})
    know()
    look()
    pages = [browser.get(each).text for each in (LIST, f"{release}/advisories")]
    assert [each.count("version not comparable") for each in pages] == [1, 1]


def test_advisory_that_changed_after_it_was_judged_is_marked(
    browser: FlaskClient, form: str, finding: AdvisoryFinding, know: Know
) -> None:
    browser.post(form, data={"status": "fixed"})
    before = browser.get(f"{LIST}/{finding.advisory_id}").text
    know(record(modified="2036-03-05T10:00:00Z"))
    after = browser.get(f"{LIST}/{finding.advisory_id}").text
    assert [each.count("advisory changed since") for each in (before, after)] == [0, 1]


def test_pages_are_read_in_german(browser: FlaskClient, finding: AdvisoryFinding) -> None:
    browser.set_cookie("language", "de")
    page = browser.get(LIST).text
    assert shown(page, "Sicherheitsmeldungen", "9,8 kritisch", "wird untersucht") == [True] * 3
