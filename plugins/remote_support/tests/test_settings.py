# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator decides: bounds that hold, and what follows from each."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, read_settings
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import jobs, queries, service, states
from tresen_remote_support.models import RemoteSession

SignIn = Callable[[Person], FlaskClient]
PAGE = "/admin/settings/remote_support"
USUAL = {
    "offer_minutes": "30",
    "idle_minutes": "30",
    "consent_en": "",
    "consent_de": "",
    "hours_days": "",
    "hours_from": "08:00",
    "hours_to": "17:00",
    "holidays_of": "",
    "quota_minutes": "0",
}


@pytest.fixture
def boss(administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the administrator's browser."""
    return sign_in(administrator)


@pytest.mark.parametrize(
    ("field", "value", "is_taken"),
    [
        ("offer_minutes", "14", False),
        ("offer_minutes", "15", True),
        ("offer_minutes", "1440", True),
        ("offer_minutes", "1441", False),
        ("idle_minutes", "4", False),
        ("idle_minutes", "5", True),
        ("idle_minutes", "240", True),
        ("idle_minutes", "241", False),
        ("hours_days", "7654321", False),
        ("hours_from", "25:00", False),
        ("hours_to", "00:00", True),
        ("hours_to", "08:00", False),
        ("holidays_of", "de-by", True),
        ("holidays_of", "Atlantis", False),
        ("quota_minutes", "-1", False),
        ("quota_minutes", "0", True),
    ],
)
def test_setting_is_taken_within_its_bounds(
    boss: FlaskClient, field: str, value: str, is_taken: bool
) -> None:
    answer = boss.post(PAGE, data=USUAL | {field: value})
    assert answer.status_code == (302 if is_taken else 422)


def test_offer_holds_as_long_as_the_operator_says(
    boss: FlaskClient, agent_desk: Desk, ask: Callable[[], RemoteSession]
) -> None:
    boss.post(PAGE, data=USUAL | {"offer_minutes": "60"})
    row = ask()
    service.offer(agent_desk, row)
    assert row.open_until == agent_desk.now() + timedelta(minutes=60)


@pytest.mark.parametrize(("minutes", "state"), [(9, states.ACTIVE), (10, states.ENDED)])
def test_session_ends_when_it_stood_still_as_long_as_the_operator_says(
    boss: FlaskClient,
    desk: Desk,
    running: RemoteSession,
    clock: SteppedClock,
    minutes: int,
    state: str,
) -> None:
    boss.post(PAGE, data=USUAL | {"idle_minutes": "10"})
    clock.go(minutes=minutes)
    jobs.tidy(desk)
    assert running.state == state


def test_place_of_holidays_is_kept_as_calendars_know_it(boss: FlaskClient, desk: Desk) -> None:
    boss.post(PAGE, data=USUAL | {"holidays_of": " de-by "})
    assert read_settings(desk, queries.SETTINGS)["holidays_of"] == "DE-BY"


def test_refused_settings_keep_what_was_typed(boss: FlaskClient) -> None:
    given = USUAL | {"consent_en": "Our own words.", "idle_minutes": "1"}
    assert "Our own words." in boss.post(PAGE, data=given).text


def test_agents_do_not_decide(agent: Person, sign_in: SignIn) -> None:
    assert sign_in(agent).post(PAGE, data=USUAL).status_code == 403
