# SPDX-License-Identifier: AGPL-3.0-or-later
"""Access profiles: what fits together, where their agreements stand, and when they may be used."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Missing, Person, Refused, Ticket, minutes_between
from tresen.testing import factories
from tresen_remote_support import scopes
from tresen_remote_support.models import Base, RemoteSession
from tresen_remote_support.profiles import privacy, queries, service, states, words
from tresen_remote_support.profiles.models import AccessProfile, Approver
from tresen_remote_support.providers.models import Tool

Ask = Callable[..., RemoteSession]
Values = Callable[..., dict[str, Any]]
DAY = date(2026, 3, 10)
NO_STANDING: dict[str, Any] = {
    "needs_consent": True,
    "standing_basis": "",
    "standing_from": None,
    "standing_until": None,
    "devices": "",
}
NO_HOURS: dict[str, Any] = {"days": [], "opens": None, "closes": None}


def history(desk: Desk) -> list[tuple[str, str, object, object]]:
    """Return what the journal tells of profiles."""
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    statement = select(entry.action, entry.field, entry.old, entry.new).order_by(entry.id)
    own = entry.subject_kind == service.PROFILE
    return [tuple(row) for row in desk.session.execute(statement.where(own))]


def test_profile_is_found_whole(desk: Desk, access: AccessProfile) -> None:
    found = queries.profile(desk, access.id)
    assert found.installation.organisation.name == "Kunde GmbH"
    assert words.place(found.installation) == "Lagerwerk (Production)"


def test_profile_that_is_none_is_missing(desk: Desk) -> None:
    with pytest.raises(Missing):
        queries.profile(desk, 1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"secret_place": "Winter2026!"}, "A password itself does not belong here"),
        ({"note": "Passwort: Winter2026"}, "No password is kept here"),
        ({"devices": "lager-1.example:3389\npassword=x"}, "No password is kept here"),
        ({"target_id": "-x"}, "is no device's number"),
        ({"days": []}, "fill in all three, or none"),
        ({"closes": time(8)}, "must end later on the day"),
        ({"standing_basis": ""}, "names its paper"),
        ({"devices": "lager-2.example:3389"}, "must stand in the list"),
        ({"standing_until": date(2027, 3, 2)}, "twelve months at most"),
        ({"standing_until": date(2026, 3, 1)}, "twelve months at most"),
        ({"approvers": []}, "Say who approves"),
        (NO_STANDING | {"needs_consent": False}, "the customer is asked each time"),
        ({"provider": "browser"}, "cannot work while nobody is there"),
        ({"may_record": True, "recording_days": 14}, "does not record"),
        (NO_STANDING | {"provider": "guacamole", "may_record": True}, "after how many days"),
        (NO_STANDING | {"provider": "guacamole", "target_id": ""}, "Say which device"),
        ({"installation_id": 999}, "Choose an installation of this customer"),
        ({"approvers": [999]}, "people of this customer"),
    ],
)
def test_what_does_not_fit_is_refused(
    desk: Desk, customer: Person, profile_values: Values, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        service.add_profile(desk, customer.organisation_id or 0, profile_values(**wrong))
    assert desk.session.scalars(select(AccessProfile)).all() == []


def test_permission_of_a_whole_year_is_kept(
    desk: Desk, customer: Person, profile_values: Values
) -> None:
    values = profile_values(standing_until=date(2027, 3, 1))
    made = service.add_profile(desk, customer.organisation_id or 0, values)
    assert made.standing_until == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (date(2026, 3, 2), date(2027, 3, 1)),
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_year_ends_on_the_day_before(begins: date, ends: date) -> None:
    assert states.latest_end(begins) == ends


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 3, 1), states.AHEAD),
        (date(2026, 3, 2), states.ENDING),
        (date(2026, 3, 31), states.ENDING),
        (date(2026, 4, 1), states.EXPIRED),
    ],
)
def test_permission_stands_by_its_days(access: AccessProfile, day: date, state: str) -> None:
    assert states.standing_state(access, day) == state


@pytest.mark.parametrize(
    ("number", "until", "state"),
    [
        ("", None, states.NONE),
        ("AVV-17", None, states.RUNNING),
        ("AVV-17", DAY + timedelta(days=30), states.RUNNING),
        ("AVV-17", DAY + timedelta(days=29), states.ENDING),
        ("AVV-17", DAY, states.ENDING),
        ("AVV-17", DAY - timedelta(days=1), states.EXPIRED),
    ],
)
def test_agreement_stands_by_its_end(number: str, until: date | None, state: str) -> None:
    profile = AccessProfile(agreement_number=number, agreement_until=until)
    assert states.agreement_state(profile, DAY) == state


def test_hours_are_those_of_the_operator(desk: Desk, access: AccessProfile) -> None:
    found = service.hours_of(desk, access, desk.now())
    assert found is not None
    # A Tuesday in winter: 8 to 18 in Berlin.
    morning, night = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC)
    assert minutes_between(found, morning, night) == 600
    seven = morning + timedelta(hours=7)
    assert minutes_between(found, seven, seven + timedelta(hours=1)) == 60
    assert words.hours(desk, access).endswith("Friday, 08:00 to 18:00 (Europe/Berlin)")


def test_without_hours_it_may_be_used_at_any_time(
    desk: Desk, access: AccessProfile, profile_values: Values
) -> None:
    service.change_profile(desk, access, profile_values(**NO_HOURS))
    assert service.hours_of(desk, access, desk.now()) is None
    assert words.hours(desk, access) == "At any time"


def test_journal_tells_what_changed(
    desk: Desk, customer: Person, access: AccessProfile, profile_values: Values
) -> None:
    service.change_profile(desk, access, profile_values())
    service.change_profile(desk, access, profile_values(closes=time(17), title="Lager"))
    service.remove_profile(desk, access)
    assert sorted(history(desk), key=str) == [
        ("added", "approvers", None, [customer.id]),
        ("added", "title", None, "Lager 1"),
        ("changed", "closes", "18:00", "17:00"),
        ("changed", "title", "Lager 1", "Lager"),
        ("removed", "title", "Lager", None),
    ]


def test_profiles_of_a_ticket_are_those_of_its_installation(
    desk: Desk, ticket: Ticket, customer: Person, access: AccessProfile, profile_values: Values
) -> None:
    product = factories.make_product(desk, "kasse", "Kasse")
    assert customer.organisation_id is not None
    other = factories.make_installation(desk, customer.organisation_id, product)
    values = profile_values(title="Kasse", installation_id=other.id)
    second = service.add_profile(desk, customer.organisation_id, values)
    assert queries.of_ticket(desk, ticket) == [access]
    ticket.installation_id = None
    assert queries.of_ticket(desk, ticket) == [second, access]
    ticket.organisation_id = None
    assert list(queries.of_ticket(desk, ticket)) == []


def test_profile_of_another_customer_is_refused(
    desk: Desk, ask: Ask, ticket: Ticket, access: AccessProfile
) -> None:
    ticket.installation_id = ticket.organisation_id = None
    desk.session.flush()
    with pytest.raises(Refused, match="belongs to another installation"):
        ask()


def test_recording_needs_the_profiles_word(ask: Ask, desk: Desk, access: AccessProfile) -> None:
    desk.session.add(Tool(key="guacamole", is_offered=True))
    access.provider = "guacamole"
    desk.session.flush()
    with pytest.raises(Refused, match="does not allow to record"):
        ask(scopes.VIEW, scopes.RECORD)
    access.may_record = True
    assert ask(scopes.VIEW, scopes.RECORD).scope == "view record"


def test_review_lists_what_is_open_and_what_runs_out(
    desk: Desk, access: AccessProfile, ask: Ask, profile_values: Values
) -> None:
    row = ask(scopes.VIEW)
    row.started_at = desk.now()
    desk.session.flush()
    assert queries.unattended(desk) == [access]
    assert queries.last_used(desk, [access.id]) == {access.id: desk.now()}
    assert list(queries.with_ending_agreement(desk, DAY)) == []
    soon = profile_values(agreement_until=DAY + timedelta(days=29))
    service.change_profile(desk, access, soon)
    assert queries.with_ending_agreement(desk, DAY) == [access]
    service.change_profile(desk, access, profile_values(**NO_STANDING))
    assert list(queries.unattended(desk)) == []


def test_approver_reads_of_what_they_approve(
    desk: Desk, customer: Person, access: AccessProfile
) -> None:
    (found,) = privacy.data_sets(desk, customer)
    assert [dict(row) for row in found.rows] == [
        {
            "title": "Lager 1",
            "target": "lager-1.example:3389",
            "standing_until": date(2026, 3, 31),
        }
    ]


def test_erased_person_approves_no_more_and_stands_in_no_word(
    desk: Desk, customer: Person, access: AccessProfile
) -> None:
    factories.erase_person(desk, customer)
    assert desk.session.scalars(select(Approver)).all() == []
    assert access.standing_basis == "Letter of […], 2 March 2026"
