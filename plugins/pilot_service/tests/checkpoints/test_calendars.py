# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calendar files are read back as any calendar program reads them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from tresen.sdk import Desk, Organisation, Person
from tresen.testing import factories
from tresen_pilot_service import steps
from tresen_pilot_service.checkpoints import service
from tresen_pilot_service.checkpoints.models import Checkpoint
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
Plan = Callable[..., Checkpoint]
ONE = "/pilot_service/checkpoints/1.ics"


@pytest.fixture
def plan(desk: Desk, participation: Participation) -> Plan:
    """Return a function that plans a checkpoint of the programme for a typed time."""

    def go(typed: str = "2026-03-12 10:00", **given: Any) -> Checkpoint:
        words = {"title": "Überblick, Woche 2", "place": "Raum 2; Halle", "agenda": "Ä\nÖ"}
        who = {"is_for_all": True, "asked": []}
        when = {"starts_at": datetime.fromisoformat(typed), "duration": 90}
        made = service.plan(desk, participation.programme, words | who | when | given)
        desk.commit()
        return made

    return go


def events(browser: FlaskClient, path: str) -> list[Any]:
    """Return the events of a calendar file."""
    answer = browser.get(path)
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_file_says_what_it_is(plan: Plan, agent: Person, sign_in: SignIn) -> None:
    plan()
    answer = sign_in(agent).get(ONE)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="checkpoint-1.ics"'
    read: Any = Calendar.from_ical(answer.data)
    found = [str(read[name]) for name in ("version", "method", "x-wr-calname")]
    assert found == ["2.0", "PUBLISH", "Lagerwerk 5"]


def test_event_is_read_back_as_it_was_planned(
    desk: Desk, plan: Plan, agent: Person, sign_in: SignIn
) -> None:
    made = plan()
    (event,) = events(sign_in(agent), ONE)
    names = ("uid", "summary", "location", "description", "status", "url")
    assert [str(event[name]) for name in names] == [
        made.uid,
        "Überblick, Woche 2",
        "Raum 2; Halle",
        "Ä\nÖ",
        "CONFIRMED",
        "http://127.0.0.1:8080/pilot_service/checkpoints/1",
    ]
    moments = [event[name].dt for name in ("dtstart", "dtend", "dtstamp", "last-modified")]
    start = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
    assert moments == [start, start + timedelta(minutes=90), desk.now(), desk.now()]
    assert event["sequence"] == 0


@pytest.mark.parametrize(
    ("typed", "hour", "ends"),
    [
        ("2026-03-28 10:00", 9, "11:30"),
        ("2026-03-29 01:00", 0, "03:30"),
        ("2026-03-29 10:00", 8, "11:30"),
        ("2026-03-30 10:00", 8, "11:30"),
    ],
)
def test_time_is_right_on_the_days_around_the_change_of_clocks(
    plan: Plan, agent: Person, sign_in: SignIn, typed: str, hour: int, ends: str
) -> None:
    plan(typed)
    (event,) = events(sign_in(agent), ONE)
    zone = ZoneInfo("Europe/Berlin")
    begins = event["dtstart"].dt.astimezone(zone)
    assert (event["dtstart"].dt.hour, f"{begins:%Y-%m-%d %H:%M}") == (hour, typed)
    assert f"{event['dtend'].dt.astimezone(zone):%H:%M}" == ends


def test_moved_and_cancelled_keep_their_name_and_count_on(
    desk: Desk, plan: Plan, agent: Person, sign_in: SignIn
) -> None:
    made = plan()
    browser, found = sign_in(agent), []
    found += events(browser, ONE)
    words = {"title": "Moved", "place": "", "agenda": "", "is_for_all": True, "asked": []}
    when = {"starts_at": datetime.fromisoformat("2026-03-13 10:00"), "duration": 90}
    service.change_plan(desk, made, words | when)
    desk.commit()
    found += events(browser, ONE)
    service.cancel(desk, made)
    desk.commit()
    found += events(browser, ONE)
    assert {str(each["uid"]) for each in found} == {made.uid}
    assert [each["sequence"] for each in found] == [0, 1, 2]
    assert [str(each["status"]) for each in found] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert ["location" in each for each in found] == [True, False, False]


def test_programme_has_one_file_of_all(plan: Plan, agent: Person, sign_in: SignIn) -> None:
    for typed in ("2026-03-12 10:00", "2026-03-19 10:00"):
        plan(typed)
    browser = sign_in(agent)
    found = events(browser, "/pilot_service/1/checkpoints.ics")
    assert [each["dtstart"].dt.day for each in found] == [12, 19]
    assert len({str(each["uid"]) for each in found}) == 2


def test_programme_without_checkpoints_has_an_empty_file(
    participation: Participation, agent: Person, sign_in: SignIn
) -> None:
    assert events(sign_in(agent), "/pilot_service/1/checkpoints.ics") == []


def test_customer_has_files_that_lead_to_their_own_page(
    plan: Plan, customer: Person, sign_in: SignIn
) -> None:
    plan()
    browser = sign_in(customer)
    for path in ("checkpoints.ics", "checkpoints/1.ics"):
        (event,) = events(browser, f"/pilot_service/portal/1/{path}")
        assert str(event["url"]) == "http://127.0.0.1:8080/pilot_service/portal/1"


def test_customer_has_no_file_of_what_they_are_not_asked_to(
    desk: Desk, plan: Plan, customer: Person, sign_in: SignIn, participation: Participation
) -> None:
    home = Organisation(name="Fern", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(home)
    desk.session.flush()
    other = Participation(
        programme_id=participation.programme_id,
        organisation_id=home.id,
        state=steps.ACTIVE,
        created_at=desk.now(),
    )
    desk.session.add(other)
    desk.session.flush()
    plan(is_for_all=False, asked=[other.id])
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example", home)
    desk.commit()
    browser = sign_in(customer)
    assert events(browser, "/pilot_service/portal/1/checkpoints.ics") == []
    assert browser.get("/pilot_service/portal/1/checkpoints/1.ics").status_code == 404
    others = sign_in(stranger)
    own = f"/pilot_service/portal/{other.id}/checkpoints.ics"
    assert len(events(others, own)) == 1
    paths = (own, "/pilot_service/1/checkpoints.ics", ONE)
    assert [browser.get(path).status_code for path in paths] == [404, 403, 403]
