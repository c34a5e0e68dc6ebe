# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where profiles appear beside their own pages: the organisation's box, the forms, the demo."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from tresen.sdk import Actor, Desk, Installation, Organisation, Page, Person, Ticket
from tresen.testing import factories
from tresen_remote_support import hooks
from tresen_remote_support.profiles import demo, jobs, panels, queries, service, states, words
from tresen_remote_support.profiles.forms import ProfileForm, begun
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.providers.models import Tool

Values = Callable[..., dict[str, Any]]


def organisation(desk: Desk, customer: Person) -> Organisation:
    """Return the customer's organisation."""
    return desk.session.get_one(Organisation, customer.organisation_id)


def test_box_lists_the_accesses_of_an_organisation(
    desk: Desk, customer: Person, access: AccessProfile
) -> None:
    (panel,) = panels.organisation_panels(desk, organisation(desk, customer))
    assert panel.values["rows"] == [access]


def test_box_of_an_organisation_without_accesses_is_empty(desk: Desk, customer: Person) -> None:
    (panel,) = panels.organisation_panels(desk, organisation(desk, customer))
    assert list(panel.values["rows"]) == []


def test_box_is_for_those_who_read_remote_sessions(
    desk: Desk, customer: Person, access: AccessProfile
) -> None:
    desk.actor = Actor("Somebody", "agent", 1)
    assert hooks.page_panels(desk, Page.ORGANISATION, organisation(desk, customer)) == []


def test_accesses_of_another_organisation_are_not_listed(desk: Desk, access: AccessProfile) -> None:
    other = factories.make_customer(desk, "Arno", "arno@other.example")
    assert other.organisation_id is not None
    assert list(queries.of_organisation(desk, other.organisation_id)) == []


def test_form_keeps_a_tool_that_is_not_offered_any_more(
    app: Flask, desk: Desk, customer: Person, access: AccessProfile, rdp: Tool
) -> None:
    rdp.is_offered = False
    desk.session.flush()
    assert customer.organisation_id is not None
    with app.test_request_context():
        form = ProfileForm(data=begun(access, [customer.id]))
        form.offer(desk, customer.organisation_id, access.provider)
        new = ProfileForm()
        new.offer(desk, customer.organisation_id)
    assert [key for key, *_more in form.provider.choices] == ["browser", "phone", "rdp"]
    assert [key for key, *_more in new.provider.choices] == ["browser", "phone"]


def test_form_begins_with_what_is_kept(
    customer: Person, access: AccessProfile, profile_values: Values
) -> None:
    assert begun(access, [customer.id]) == profile_values()


def test_form_offers_who_is_active_alone(
    desk: Desk, customer: Person, installation: Installation
) -> None:
    gone = factories.make_customer(desk, "Arno", "arno@kunde.example", organisation(desk, customer))
    gone.is_active = False
    desk.session.flush()
    assert [each.name for each in queries.people(desk, customer.organisation_id or 0)] == [
        "Karla Kundin"
    ]


@pytest.mark.parametrize(
    ("name", "said"), [("", "Lagerwerk (Production)"), ("Nord", "Lagerwerk (Production, Nord)")]
)
def test_place_is_said_in_words(
    desk: Desk, installation: Installation, access: AccessProfile, name: str, said: str
) -> None:
    installation.name = name
    assert words.place(queries.profile(desk, access.id).installation) == said


def test_demo_shows_a_permission_that_ends_soon(
    desk: Desk, customer: Person, installation: Installation
) -> None:
    demo.fill(desk, customer)
    row = desk.session.scalars(select(AccessProfile)).one()
    day = desk.today()
    assert states.standing_state(row, day) == states.ENDING
    assert states.agreement_state(row, day) == states.RUNNING
    assert row.standing_until == day + timedelta(days=20)
    assert [each.name for each in queries.approvers(desk, [row.id])[row.id]] == ["Karla Kundin"]


def test_demo_leaves_out_who_runs_nothing(desk: Desk, customer: Person) -> None:
    demo.fill(desk, customer)
    assert desk.session.scalars(select(AccessProfile)).all() == []


def test_profile_goes_with_its_installation(
    desk: Desk, installation: Installation, access: AccessProfile, ticket: Ticket
) -> None:
    desk.session.delete(installation)
    desk.session.flush()
    desk.session.expire_all()
    assert desk.session.scalars(select(AccessProfile)).all() == []


def test_job_without_lapsed_permissions_does_nothing(desk: Desk, access: AccessProfile) -> None:
    jobs.end_lapsed(desk)
    assert service.hours_of(desk, access, desk.now()) is not None
