# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page that somebody opens: usable by everybody, at any width, in any dress.

One world for each kind of reader, because a browser is dear.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from tresen.desk import Core, Desk
from tresen.hooks import specs
from tresen.mail.models import Mailbox
from tresen.people.models import Person
from tresen.people.service import add_organisation
from tresen.snippets.models import Snippet
from tresen.testing import factories
from tresen.testing.browser import assert_pages_usable
from tresen.tickets import links

SignIn = Callable[[Person], Page]
PAGES = (
    "/admin/health",
    "/admin/notices",
    "/admin/plugins",
    "/admin/settings",
    "/mail/",
    "/mail/out",
    "/mail/mailboxes",
    "/mail/mailboxes/new",
    "/mail/mailboxes/1",
)


@pytest.mark.timeout(300)
def test_every_page_of_the_administration_can_be_used_by_everybody(
    sign_in_page: SignIn, core: Core, desk: Desk, administrator: Person, customer: Person
) -> None:
    factories.make_ticket(desk, customer)
    desk.session.add(Mailbox(address="support@tresen.example", created_at=desk.now()))
    desk.commit()
    forms = core.plugins.collect(specs.settings_forms)
    settings = [f"/admin/settings/{form.name}" for form in forms]
    plugins = [f"/admin/plugins/{name}" for name in core.plugins.taken_in]
    assert_pages_usable(sign_in_page(administrator), [*PAGES, *settings, *plugins])


@pytest.mark.timeout(300)
def test_every_page_of_an_agents_day_can_be_used_by_everybody(
    sign_in_page: SignIn, desk: Desk, administrator: Person, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer, subject="Rechnungsanschrift im Kundenkonto")
    team = factories.make_team(desk, "First level", administrator)
    product = factories.make_product(desk)
    home = add_organisation(desk, "Holzbau Trattner Genossenschaft", "")
    factories.make_installation(desk, home.id, product)
    customer.organisation_id = home.id
    text = Snippet(title="Rechnungskorrektur", body="Guten Tag {{requester}}")
    text.changed_at = desk.now()
    desk.session.add(text)
    desk.commit()
    paths = [
        *("/texts/", "/texts/new", f"/texts/{text.id}", f"/texts/{text.id}/delete"),
        f"/tickets/{ticket.number}/texts",
        *("/tickets/", f"/tickets/{ticket.number}", "/tickets/new", "/search/?q=rechnung"),
        *("/people/", "/people/new", f"/people/{customer.id}", f"/people/{customer.id}/edit"),
        *(f"/people/{administrator.id}/rights", "/people/organisations/"),
        *("/people/organisations/new", f"/people/organisations/{home.id}"),
        *("/teams/", "/teams/new", f"/teams/{team.id}"),
        *("/products/", "/products/new", f"/products/{product.id}"),
        *(f"/products/{product.id}/edit", f"/products/{product.id}/versions/new"),
        f"/products/installations/at/{home.id}",
        *("/account/", "/account/password", "/account/sessions", "/account/tokens"),
    ]
    assert_pages_usable(sign_in_page(administrator), paths)


def test_every_page_of_a_customer_can_be_used_by_everybody(
    sign_in_page: SignIn, desk: Desk, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer, subject="Rechnungsanschrift im Kundenkonto")
    desk.commit()
    paths = ["/", "/requests/new", f"/requests/{ticket.number}", "/account/", "/account/sessions"]
    assert_pages_usable(sign_in_page(customer), paths)


def test_every_page_of_a_visitor_can_be_used_by_everybody(
    browser_page: Page, desk: Desk, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer, subject="Rechnungsanschrift im Kundenkonto")
    desk.commit()
    link = urlsplit(links.ticket_link(desk, ticket.id, customer.id)).path
    paths = ["/sign-in", "/sign-up", "/forgotten", "/requests/new", "/source", link]
    assert_pages_usable(browser_page, paths)
