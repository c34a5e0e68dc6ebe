# SPDX-License-Identifier: AGPL-3.0-or-later
"""Known attacks where a stranger's text shows beside the ticket: lists, search, people, portal.

What comes in over REST and by the visitors' form is attacked on the way in, too.
"""

from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest
from browser.test_strangers_text import listening, spread, write
from flask import Flask
from flask.testing import FlaskClient
from mail.letters import letter, store_all
from mail.servers import queue_to
from playwright.sync_api import Page
from sqlalchemy import select
from tresen.access import tokens
from tresen.access.service import start_session
from tresen.desk import Core, Desk
from tresen.mail.models import InboundMail, OutboundRecipient
from tresen.people.models import Person
from tresen.people.service import add_organisation
from tresen.testing.factories import change_ticket, make_customer, make_product, make_ticket
from tresen.tickets.links import ticket_link
from tresen.tickets.models import FIRST_NUMBER
from tresen.web.text import one_line
from web.vectors import vectors

SignIn = Callable[[Person], Page]
COUNT = 20


def attacks() -> list[str]:
    """Return attacks from all over two collections."""
    half = COUNT // 2
    return spread(vectors("dompurify"), half) + spread(vectors("h5sc"), half)


def visit(page: Page, *paths: str) -> None:
    """Open each page; all must be there."""
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert (path, answer.status) == (path, 200)


def test_attack_in_lists_search_and_people_does_nothing(
    sign_in_page: SignIn, administrator: Person, desk: Desk
) -> None:
    paths = ["/tickets/", "/people/", "/people/organisations/"]
    for number, attack in enumerate(attacks()):
        home = add_organisation(desk, one_line(attack, 200) or "x", attack)
        customer = make_customer(desk, "x", f"eve{number}@kunde.example", home)
        customer.phone = customer.job_title = one_line(attack, 60)
        write(desk, customer, f"needle {attack}")
        paths += [
            f"/people/{customer.id}",
            f"/people/{customer.id}/edit",
            f"/people/organisations/{home.id}",
        ]
    desk.commit()
    page = sign_in_page(administrator)
    heard = listening(page)
    visit(page, *paths, "/search/?q=needle")
    assert heard == []


def test_attack_as_a_question_of_the_search_does_nothing(
    sign_in_page: SignIn, agent: Person
) -> None:
    page = sign_in_page(agent)
    heard = listening(page)
    for attack in attacks():
        page.goto("/search/")
        page.locator("#top-search").fill(one_line(attack, 200))
        page.locator("#top-search").press("Enter")
        page.wait_for_url("**/search/?q=*")
    assert heard == []


def test_attack_in_the_portal_does_nothing(
    sign_in_page: SignIn, customer: Person, desk: Desk
) -> None:
    numbers = [write(desk, customer, attack) for attack in attacks()]
    desk.commit()
    page = sign_in_page(customer)
    heard = listening(page)
    visit(page, "/", *(f"/requests/{number}" for number in numbers))
    assert heard == []


def test_attack_by_the_visitors_form_does_nothing(
    client: FlaskClient, sign_in_page: SignIn, agent: Person
) -> None:
    for number, attack in enumerate(attacks()):
        text = one_line(attack, 100) or "x"
        given = {"subject": text, "body": attack, "name": text}
        sent = client.post("/requests/new", data=given | {"address": f"eve{number}@a.example"})
        assert sent.status_code == 200
    page = sign_in_page(agent)
    heard = listening(page)
    visit(page, "/tickets/", *(f"/tickets/{10_001 + number}" for number in range(COUNT)))
    assert heard == []


def test_attack_over_rest_does_nothing(
    app: Flask, sign_in_page: SignIn, agent: Person, desk: Desk
) -> None:
    token = tokens.make_token(desk, agent, "test", ("tickets.read", "tickets.work"))
    desk.commit()
    program = app.test_client()
    for attack in attacks():
        given = {"subject": one_line(attack, 200) or "x", "body": attack, "tags": [attack[:60]]}
        head = {"Authorization": f"Bearer {token}"}
        assert program.post("/api/v1/tickets/", json=given, headers=head).status_code == 201
    page = sign_in_page(agent)
    heard = listening(page)
    visit(page, "/tickets/", *(f"/tickets/{10_001 + number}" for number in range(COUNT)))
    assert heard == []


def test_attack_in_mails_that_came_and_went_does_nothing(
    sign_in_page: SignIn, agent: Person, core: Core, desk: Desk
) -> None:
    lines = [one_line(attack, 200) or "x" for attack in attacks()]
    store_all(core, [letter(subject=str(number)) for number, _line in enumerate(lines)])
    for line in lines:
        queue_to(desk, "eve@kunde.example", subject=line).last_reply = line
    desk.session.flush()
    for recipient in desk.session.scalars(select(OutboundRecipient)):
        recipient.state, recipient.reply = "failed", lines[0]
    for mail, line in zip(desk.session.scalars(select(InboundMail)), lines, strict=True):
        mail.outcome, mail.reason, mail.subject, mail.sender = "held", line, line, line
    desk.commit()
    page = sign_in_page(agent)
    heard = listening(page)
    visit(page, "/mail/", "/mail/?outcome=", "/mail/out?state=", "/mail/out?state=waiting")
    assert heard == []


def test_attack_by_the_name_of_a_browser_does_nothing(
    sign_in_page: SignIn, agent: Person, core: Core, desk: Desk
) -> None:
    page = sign_in_page(agent)
    for attack in attacks():
        start_session(desk, agent, "127.0.0.1", one_line(attack, 300))
    desk.commit()
    heard = listening(page)
    visit(page, "/account/sessions")
    assert heard == []


def test_attack_on_who_follows_a_signed_link_does_nothing(
    browser_page: Page, customer: Person, desk: Desk
) -> None:
    paths = []
    for attack in attacks():
        number = write(desk, customer, attack)
        paths.append(urlsplit(ticket_link(desk, number - FIRST_NUMBER, customer.id)).path)
    desk.commit()
    heard = listening(browser_page)
    visit(browser_page, *paths)
    assert heard == []


def test_attack_in_names_of_products_and_in_the_journal_does_nothing(
    sign_in_page: SignIn, administrator: Person, customer: Person, desk: Desk
) -> None:
    paths = ["/products/", "/tickets/new"]
    for number, attack in enumerate(attacks()):
        product = make_product(desk, f"p{number}", one_line(attack, 120) or "x")
        ticket = make_ticket(desk, customer)
        change_ticket(desk, ticket, subject=one_line(attack, 200) or "x", product_id=product.id)
        paths += [f"/products/{product.id}", f"/tickets/{ticket.number}"]
    desk.commit()
    page = sign_in_page(administrator)
    heard = listening(page)
    visit(page, *paths)
    assert heard == []


@pytest.mark.parametrize("path", ["/people/?q=", "/tickets/?q=", "/tickets/new?subject="])
def test_attack_in_an_address_does_nothing(sign_in_page: SignIn, agent: Person, path: str) -> None:
    page = sign_in_page(agent)
    heard = listening(page)
    for attack in attacks():
        visit(page, path + quote(one_line(attack, 200)))
    assert heard == []
