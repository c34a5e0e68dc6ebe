# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was agreed with the customer binds: its hours, and the agreement on processing data."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from tresen.sdk import Desk, Refused
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import scopes, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.policy import rules
from tresen_remote_support.profiles.models import AccessProfile

Ask = Callable[..., RemoteSession]
BERLIN = ZoneInfo("Europe/Berlin")


def berlin(text: str) -> datetime:
    """Return a moment of the operator's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-10 08:00", True),
        ("2026-03-10 17:59", True),
        ("2026-03-10 18:00", False),
        ("2026-03-10 07:59", False),
        ("2026-03-14 10:00", False),
    ],
)
def test_access_is_used_within_its_hours(
    ask: Ask, clock: SteppedClock, moment: str, is_open: bool
) -> None:
    clock.moment = berlin(moment)
    try:
        ask(scopes.VIEW)
        found = True
    except Refused as refused:
        found = "“Lager 1” was not agreed on for this time" not in refused.sentence
    assert found == is_open


def test_appointment_is_judged_at_its_time(ask: Ask) -> None:
    late = {"planned_from": berlin("2026-03-11 17:30"), "planned_to": berlin("2026-03-11 18:30")}
    with pytest.raises(Refused, match="not agreed on for this time"):
        ask(scopes.VIEW, **late)


def test_appointment_within_the_hours_is_taken(ask: Ask) -> None:
    early = {"planned_from": berlin("2026-03-11 17:00"), "planned_to": berlin("2026-03-11 18:00")}
    assert ask(scopes.VIEW, **early).planned_from == early["planned_from"]


def test_access_without_hours_is_open_at_any_time(
    desk: Desk, ask: Ask, access: AccessProfile, clock: SteppedClock
) -> None:
    access.opens = access.closes = None
    desk.commit()
    clock.moment = berlin("2026-03-14 03:00")
    assert ask(scopes.VIEW).profile_id == access.id


@pytest.mark.parametrize(("last_day", "holds"), [(9, False), (10, True), (11, True)])
def test_agreement_on_data_holds_through_its_last_day(
    desk: Desk, ask: Ask, access: AccessProfile, last_day: int, holds: bool
) -> None:
    access.agreement_until = date(2026, 3, last_day)
    desk.commit()
    try:
        ask(scopes.VIEW)
        found = True
    except Refused as refused:
        found = "AVV-17 ended on" not in refused.sentence
    assert found == holds


def test_refusal_names_the_way_out(desk: Desk, ask: Ask, access: AccessProfile) -> None:
    access.agreement_until = date(2026, 3, 1)
    desk.commit()
    with pytest.raises(Refused, match="Renew it and write its new end into the access profile"):
        ask(scopes.VIEW)


def test_profile_without_an_agreement_is_not_refused(
    desk: Desk, ask: Ask, access: AccessProfile
) -> None:
    access.agreement_number, access.agreement_until = "", None
    desk.commit()
    assert ask(scopes.VIEW).profile_id == access.id


def test_access_is_judged_again_when_it_is_offered(
    agent_desk: Desk, ask: Ask, clock: SteppedClock
) -> None:
    row = ask(scopes.VIEW)
    clock.moment = berlin("2026-03-10 18:30")
    with pytest.raises(Refused, match="not agreed on for this time"):
        service.offer(agent_desk, row)


def test_nobody_goes_beyond_what_was_agreed(
    agent_desk: Desk, ask: Ask, clock: SteppedClock
) -> None:
    row = ask(scopes.VIEW)
    clock.moment = berlin("2026-03-10 18:30")
    reasons = rules.judge(agent_desk, rules.case_of(agent_desk, row))
    assert [each.may_be_passed for each in reasons] == [False]
