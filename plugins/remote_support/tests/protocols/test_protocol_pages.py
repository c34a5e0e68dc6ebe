# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent's page says what went out, and hands out the PDF."""

import hashlib
import sys
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from tresen.sdk import Core, Desk, Person
from tresen.testing.browser import assert_pages_usable
from tresen.testing.statements import recorded
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.protocols.models import Protocol

SignIn = Callable[[Person], FlaskClient]
NOTE = {"actions": "Set a tick.", "result": "solved", "minutes": "7"}
QUERIES = 13


def page_of(row: RemoteSession) -> str:
    return f"/remote_support/sessions/{row.reference}"


@pytest.fixture
def corrected(
    sign_in: SignIn, desk: Desk, agent: Person, ended: RemoteSession, sent: Protocol
) -> Callable[[dict[str, str]], int]:
    """Return a function that corrects the note on its page and counts the protocols then."""

    def go(ticked: dict[str, str]) -> int:
        sign_in(agent).post(f"{page_of(ended)}/document", data=NOTE | ticked)
        count = desk.session.scalar(select(func.count()).select_from(Protocol)) or 0
        desk.commit()
        return count

    return go


def test_page_says_when_the_protocol_went_out(
    sign_in: SignIn, agent: Person, ended: RemoteSession, sent: Protocol
) -> None:
    page = sign_in(agent).get(page_of(ended)).text
    told = "Protocol sent to the customer" in page, sent.sha256 in page
    assert told == (True, True)


def test_page_of_a_session_without_note_says_nothing_of_it(
    sign_in: SignIn, agent: Person, ended: RemoteSession
) -> None:
    assert "Protocol" not in sign_in(agent).get(page_of(ended)).text


def test_page_says_why_none_went_out(
    sign_in: SignIn, desk: Desk, agent: Person, documented: RemoteSession
) -> None:
    page = sign_in(agent).get(page_of(documented)).text
    assert "No protocol went out" in page


def test_page_says_what_to_install_where_no_pdf_can_be_made(
    sign_in: SignIn,
    agent: Person,
    ended: RemoteSession,
    sent: Protocol,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As on a system without it: an import of this name fails.
    monkeypatch.setitem(sys.modules, "typst", None)
    page = sign_in(agent).get(page_of(ended)).text
    told = 'pip install "tresen[pdf]"' in page.replace("&#34;", '"'), "protocol.pdf" in page
    assert told == (True, False)


def test_note_goes_out_without_a_pdf_where_none_can_be_made(
    sign_in: SignIn,
    desk: Desk,
    agent: Person,
    ended: RemoteSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    sign_in(agent).post(f"{page_of(ended)}/document", data=NOTE)
    assert desk.session.scalars(select(Protocol.sha256)).all() == [""]


def test_pdf_is_what_was_sent(
    sign_in: SignIn, agent: Person, ended: RemoteSession, sent: Protocol
) -> None:
    answer = sign_in(agent).get(f"{page_of(ended)}/protocol.pdf")
    got = answer.mimetype, hashlib.sha256(answer.data).hexdigest()
    assert got == ("application/pdf", sent.sha256)


def test_pdf_is_a_download_under_the_sessions_name(
    sign_in: SignIn, agent: Person, ended: RemoteSession, sent: Protocol
) -> None:
    answer = sign_in(agent).get(f"{page_of(ended)}/protocol.pdf")
    expected = f'attachment; filename="{ended.reference}.pdf"'
    assert answer.headers["Content-Disposition"] == expected


def test_pdf_of_a_session_without_note_is_missing(
    sign_in: SignIn, agent: Person, ended: RemoteSession
) -> None:
    assert sign_in(agent).get(f"{page_of(ended)}/protocol.pdf").status_code == 404


def test_pdf_is_not_for_customers(
    sign_in: SignIn, customer: Person, ended: RemoteSession, sent: Protocol
) -> None:
    assert sign_in(customer).get(f"{page_of(ended)}/protocol.pdf").status_code == 403


@pytest.mark.parametrize(("ticked", "expected"), [({}, 1), ({"is_sent_again": "y"}, 2)])
def test_correction_goes_out_when_it_is_ticked(
    corrected: Callable[[dict[str, str]], int], ticked: dict[str, str], expected: int
) -> None:
    assert corrected(ticked) == expected


def test_first_note_asks_for_no_tick(sign_in: SignIn, agent: Person, ended: RemoteSession) -> None:
    assert "is_sent_again" not in sign_in(agent).get(f"{page_of(ended)}/document").text


def test_number_of_queries_is_known(
    sign_in: SignIn, core: Core, agent: Person, ended: RemoteSession, sent: Protocol
) -> None:
    browser = sign_in(agent)
    browser.get(page_of(ended))
    with recorded(core.engine) as statements:
        browser.get(page_of(ended))
    assert len(statements) == QUERIES


@pytest.mark.timeout(300)
def test_pages_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any], agent: Person, ended: RemoteSession, sent: Protocol
) -> None:
    one = page_of(ended)
    assert_pages_usable(sign_in_page(agent), [one, f"{one}/document"])


def test_corrected_protocol_is_named_beside_the_first(
    sign_in: SignIn, agent: Person, ended: RemoteSession, corrected: Callable[[dict[str, str]], int]
) -> None:
    corrected({"is_sent_again": "y"})
    page = sign_in(agent).get(page_of(ended)).text
    said = ["Protocol sent to the customer", "Corrected protocol sent to the customer"]
    assert [page.count(each) for each in said] == [1, 1]
