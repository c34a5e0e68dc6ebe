# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of access profiles: set by administrators, read by agents, chosen for a session."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Installation, Person, Ticket
from tresen.testing.browser import assert_pages_usable
from tresen.testing.statements import recorded
from tresen_remote_support import states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles import service
from tresen_remote_support.profiles.models import AccessProfile

SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]


@pytest.fixture
def sent(profile_values: Values) -> dict[str, Any]:
    """Return the fields as a browser sends them: what is not ticked is left out."""
    values = profile_values(opens="08:00", closes="18:00")
    dates = {name: each.isoformat() for name, each in values.items() if isinstance(each, date)}
    ticks = ("needs_consent", "may_record")
    values = {name: each for name, each in values.items() if name not in ticks}
    return values | dates | {"recording_days": ""}


def profiles(desk: Desk) -> list[tuple[str, str]]:
    """Return the titles and devices that are kept, read anew."""
    desk.rollback()
    rows = desk.session.scalars(select(AccessProfile).order_by(AccessProfile.id))
    return [(row.title, row.target_id) for row in rows]


def test_administrator_adds_changes_and_removes_a_profile(
    desk: Desk, sign_in: SignIn, administrator: Person, customer: Person, sent: dict[str, Any]
) -> None:
    browser = sign_in(administrator)
    new = f"/remote_support/organisations/{customer.organisation_id}/profiles/new"
    assert browser.get(new).status_code == 200
    assert browser.post(new, data=sent).status_code == 302
    assert profiles(desk) == [("Lager 1", "lager-1.example:3389")]
    desk.commit()
    assert "Lager 1" in browser.get("/remote_support/profiles/1/edit").text
    browser.post("/remote_support/profiles/1/edit", data=sent | {"title": "Lager"})
    assert profiles(desk) == [("Lager", "lager-1.example:3389")]
    desk.commit()
    assert "Remove “Lager”?" in browser.get("/remote_support/profiles/1/remove").text
    browser.post("/remote_support/profiles/1/remove")
    assert profiles(desk) == []


def test_password_is_refused_and_nothing_typed_is_lost(
    desk: Desk, sign_in: SignIn, administrator: Person, customer: Person, sent: dict[str, Any]
) -> None:
    new = f"/remote_support/organisations/{customer.organisation_id}/profiles/new"
    answer = sign_in(administrator).post(new, data=sent | {"secret_place": "Winter2026!"})
    assert (answer.status_code, "A password itself does not belong here" in answer.text) == (
        422,
        True,
    )
    assert "Orders with names" in answer.text
    assert profiles(desk) == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("profiles", 200),
        ("profiles/1", 200),
        ("profiles/1/edit", 403),
        ("profiles/1/remove", 403),
        ("organisations/1/profiles/new", 403),
    ],
)
def test_agents_read_what_administrators_agree_on(
    sign_in: SignIn, agent: Person, access: AccessProfile, path: str, status: int
) -> None:
    assert sign_in(agent).get(f"/remote_support/{path}").status_code == status


@pytest.mark.parametrize("path", ["profiles", "profiles/1"])
def test_customers_do_not_read_profiles(
    sign_in: SignIn, customer: Person, access: AccessProfile, path: str
) -> None:
    assert sign_in(customer).get(f"/remote_support/{path}").status_code == 403


@pytest.mark.parametrize("path", ["profiles/9", "profiles/9/edit", "organisations/9/profiles/new"])
def test_what_is_not_there_is_not_found(sign_in: SignIn, administrator: Person, path: str) -> None:
    assert sign_in(administrator).get(f"/remote_support/{path}").status_code == 404


def test_organisation_shows_how_it_is_reached(
    sign_in: SignIn, agent: Person, customer: Person, access: AccessProfile
) -> None:
    page = sign_in(agent).get(f"/people/organisations/{customer.organisation_id}").text
    assert ("Lager 1" in page, "Ends soon" in page) == (True, True)


def test_session_by_standing_permission_asks_nobody(
    desk: Desk, sign_in: SignIn, agent: Person, ticket: Ticket, access: AccessProfile
) -> None:
    sent = {
        "purpose": "Update of the night",
        "profile_id": str(access.id),
        "scope": ["view", "unattended"],
        "provider": "browser",
        "second_agent_id": "",
    }
    path = f"/remote_support/tickets/{ticket.number}/new"
    page = sign_in(agent).post(path, data=sent).text
    desk.rollback()
    row = desk.session.scalars(select(RemoteSession)).one()
    assert (row.state, row.provider, row.profile_id) == (states.CONSENTED, "rdp", access.id)
    found = ("Hand this on" in page, "by standing permission" in page, access.title in page)
    assert found == (False, True, True)


def test_customer_is_offered_what_no_permission_covers(
    desk: Desk, sign_in: SignIn, agent: Person, ticket: Ticket, access: AccessProfile
) -> None:
    sent = {
        "purpose": "Look together",
        "profile_id": str(access.id),
        "scope": ["view"],
        "provider": "browser",
        "second_agent_id": "",
    }
    sign_in(agent).post(f"/remote_support/tickets/{ticket.number}/new", data=sent)
    desk.rollback()
    row = desk.session.scalars(select(RemoteSession)).one()
    assert (row.state, row.provider) == (states.OFFERED, "rdp")


def test_form_without_profiles_does_not_ask_for_one(
    sign_in: SignIn, agent: Person, ticket: Ticket
) -> None:
    page = sign_in(agent).get(f"/remote_support/tickets/{ticket.number}/new").text
    assert "Agreed access" not in page


def test_review_asks_as_much_for_many_as_for_one(
    desk: Desk,
    sign_in: SignIn,
    agent: Person,
    installation: Installation,
    access: AccessProfile,
    profile_values: Values,
) -> None:
    browser = sign_in(agent)

    def count() -> int:
        with recorded(desk.core.engine) as found:
            assert browser.get("/remote_support/profiles").status_code == 200
        return len(found)

    count()
    one = count()
    for number in range(5):
        values = profile_values(title=f"Lager {number}", agreement_number="")
        service.add_profile(desk, installation.organisation_id, values)
    desk.commit()
    assert (count(), access.title) == (one, "Lager 1")


@pytest.mark.timeout(300)
def test_pages_of_profiles_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any],
    administrator: Person,
    customer: Person,
    ticket: Ticket,
    access: AccessProfile,
) -> None:
    pages = [
        "/remote_support/profiles",
        "/remote_support/profiles/1",
        "/remote_support/profiles/1/edit",
        "/remote_support/profiles/1/remove",
        f"/people/organisations/{customer.organisation_id}",
        f"/remote_support/tickets/{ticket.number}/new",
    ]
    assert_pages_usable(sign_in_page(administrator), pages)
