# SPDX-License-Identifier: AGPL-3.0-or-later
"""Perks are set for a programme, said in words, and shown to whom they belong while they hold."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Core, Desk, Person, Refused, add_minutes
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_pilot_service import service as programmes
from tresen_pilot_service import steps
from tresen_pilot_service.models import Base, Participation, Programme
from tresen_pilot_service.perks import queries, service, words
from tresen_pilot_service.perks.models import Perks

SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/1/perks"
SENT = {
    "answer_minutes": "60",
    "solve_minutes": "480",
    "support_days": ["1", "2", "3", "4", "5"],
    "support_from": "08:00",
    "support_to": "18:00",
    "remote_minutes": "240",
    "direct_line": "+49 30 1234567",
}

# As a browser sends it: no box is ticked.
EMPTY = dict.fromkeys(SENT, "") | {"support_days": []}


def fields(**given: Any) -> dict[str, Any]:
    """Return the fields of an office that answers within an hour and solves within a day."""
    targets = {"answer_minutes": 60, "solve_minutes": 600, "remote_minutes": 240}
    hours = {"support_days": list("12345"), "support_from": time(8), "support_to": time(18)}
    return targets | hours | {"direct_line": "+49 30 1234567"} | given


@pytest.fixture
def perks(desk: Desk, programme: Programme) -> Perks:
    """Return the perks of the programme."""
    made = service.keep_perks(desk, programme, fields())
    desk.commit()
    return made


def settings(browser: FlaskClient, place: str) -> Any:
    """Send the settings of the plugin with a place of holidays."""
    sent = {"warn_days": "14", "giveback_days": "30", "holidays_of": place}
    return browser.post("/admin/settings/pilot_service", data=sent)


def history(desk: Desk) -> list[tuple[str, str, object, object]]:
    """Return what the journal tells of the perks of programme 1."""
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    statement = (
        select(entry.action, entry.field, entry.old, entry.new)
        .where(entry.subject_kind == service.PERKS, entry.subject_id == 1)
        .order_by(entry.id)
    )
    return [tuple(row) for row in desk.session.execute(statement)]


def test_programme_without_perks_has_none(desk: Desk, participation: Participation) -> None:
    assert queries.perks_of(desk, [1]) == {}
    assert queries.in_force(desk, participation, desk.now()) is None


def test_perks_are_found_by_programme(desk: Desk, perks: Perks) -> None:
    assert queries.perks_of(desk, [1, 2]) == {1: perks}


def test_journal_tells_what_was_set(desk: Desk, programme: Programme) -> None:
    service.keep_perks(desk, programme, fields(solve_minutes=None, remote_minutes=None))
    service.keep_perks(desk, programme, fields(solve_minutes=None, remote_minutes=30))
    service.keep_perks(desk, programme, fields(solve_minutes=None, remote_minutes=30))
    assert sorted(history(desk)) == [
        ("changed", "answer_minutes", None, 60),
        ("changed", "direct_line", "", "+49 30 1234567"),
        ("changed", "remote_minutes", None, 30),
        ("changed", "support_days", "", "12345"),
        ("changed", "support_from", None, "08:00"),
        ("changed", "support_to", None, "18:00"),
    ]


def test_days_stand_in_the_order_of_the_week(desk: Desk, programme: Programme) -> None:
    made = service.keep_perks(desk, programme, fields(support_days=["5", "1", "3"]))
    assert made.support_days == "135"


@pytest.mark.parametrize(
    "wrong",
    [{"support_days": []}, {"support_from": None}, {"support_to": None, "support_days": []}],
)
def test_hours_are_whole_or_none(desk: Desk, programme: Programme, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="fill in all three, or none"):
        service.keep_perks(desk, programme, fields(**wrong))


@pytest.mark.parametrize("until", [time(8), time(7, 30)])
def test_hours_end_after_they_begin(desk: Desk, programme: Programme, until: time) -> None:
    with pytest.raises(Refused, match="Support must end later on the day than it begins"):
        service.keep_perks(desk, programme, fields(support_to=until))


def test_hours_may_last_until_midnight(desk: Desk, programme: Programme) -> None:
    made = service.keep_perks(desk, programme, fields(support_from=time(0), support_to=time(0)))
    night = datetime(2026, 3, 10, 3, tzinfo=UTC)
    found = add_minutes(queries.hours_of(desk, made, night), night, 60)
    assert found == night + timedelta(hours=1)


def test_without_hours_every_minute_counts(desk: Desk, programme: Programme) -> None:
    none: dict[str, Any] = {"support_days": [], "support_from": None, "support_to": None}
    made = service.keep_perks(desk, programme, fields(**none))
    sunday = datetime(2026, 3, 15, 3, tzinfo=UTC)
    hours = queries.hours_of(desk, made, sunday)
    assert add_minutes(hours, sunday, 60) == sunday + timedelta(hours=1)
    assert words.hours(desk, made) == "Round the clock"


@pytest.mark.parametrize(
    ("days", "until", "wanted"),
    [
        ("12345", time(18), "Monday to Friday, 08:00 to 18:00 (Europe/Berlin)"),
        ("1234567", time(0), "Every day, 08:00 to 24:00 (Europe/Berlin)"),
        ("12", time(12, 30), "Monday, Tuesday, 08:00 to 12:30 (Europe/Berlin)"),
        ("1356", time(12), "Monday, Wednesday, Friday, Saturday, 08:00 to 12:00 (Europe/Berlin)"),
        ("1567", time(12), "Monday, Friday to Sunday, 08:00 to 12:00 (Europe/Berlin)"),
    ],
)
def test_hours_are_said_in_words(
    desk: Desk, programme: Programme, days: str, until: time, wanted: str
) -> None:
    made = service.keep_perks(desk, programme, fields(support_days=list(days), support_to=until))
    assert words.hours(desk, made) == wanted


@pytest.mark.parametrize(
    ("minutes", "wanted"),
    [(1, "one minute"), (45, "45 minutes"), (60, "one hour"), (90, "90 minutes"), (480, "8 hours")],
)
def test_durations_are_said_in_words(desk: Desk, minutes: int, wanted: str) -> None:
    assert words.duration(minutes) == wanted


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), True),
        (date(2026, 3, 31), True),
        (date(2026, 4, 1), False),
    ],
)
def test_perks_hold_from_the_first_day_through_the_last(
    desk: Desk, participation: Participation, perks: Perks, day: date, holds: bool
) -> None:
    # Noon in Berlin.
    moment = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
    assert queries.in_force(desk, participation, moment) is (perks if holds else None)


def test_prolonged_programme_prolongs_the_perks(
    desk: Desk, participation: Participation, perks: Perks
) -> None:
    participation.programme.ends_on = date(2026, 4, 30)
    april = datetime(2026, 4, 30, 20, tzinfo=UTC)
    assert queries.in_force(desk, participation, april) is perks


def test_perks_end_on_the_day_on_which_the_participant_leaves(
    desk: Desk, participation: Participation, perks: Perks
) -> None:
    assert queries.in_force(desk, participation, desk.now()) is perks
    programmes.move(desk, participation, steps.WITHDRAWN)
    assert queries.in_force(desk, participation, desk.now()) is None
    assert queries.ended_with(desk, participation) == date(2026, 3, 9)


def test_whoever_is_only_invited_has_no_perks(
    desk: Desk, invited: Participation, perks: Perks
) -> None:
    assert queries.in_force(desk, invited, desk.now()) is None
    assert queries.ended_with(desk, invited) is None


def test_whoever_left_on_the_first_day_never_had_perks(
    desk: Desk, invited: Participation, perks: Perks, activate: Callable[[Participation], object]
) -> None:
    activate(invited)
    programmes.move(desk, invited, steps.WITHDRAWN)
    assert queries.ended_with(desk, invited) is None


def test_form_keeps_the_perks(
    desk: Desk, programme: Programme, administrator: Person, sign_in: SignIn
) -> None:
    browser = sign_in(administrator)
    answer = browser.post(PAGE, data=SENT)
    assert (answer.status_code, answer.location) == (302, "/pilot_service/1")
    desk.session.expire_all()
    found = queries.perks_of(desk, [1])[1]
    assert (found.answer_minutes, found.solve_minutes, found.remote_minutes) == (60, 480, 240)
    assert (found.support_days, found.support_from, found.support_to) == (
        "12345",
        time(8),
        time(18),
    )
    page = browser.get("/pilot_service/1").text
    wanted = ("within one hour", "within 8 hours", "Monday to Friday", "4 hours for each")
    assert [word in page for word in wanted] == [True] * 4


def test_form_begins_with_what_is_kept(
    perks: Perks, administrator: Person, sign_in: SignIn
) -> None:
    page = sign_in(administrator).get(PAGE).text
    wanted = ('value="60"', 'value="08:00"', 'value="+49 30 1234567"')
    assert [word in page for word in wanted] == [True, True, True]
    assert page.count(" checked ") == 5


def test_empty_form_is_no_perk_at_all(
    desk: Desk, perks: Perks, administrator: Person, sign_in: SignIn
) -> None:
    assert sign_in(administrator).post(PAGE, data=EMPTY).status_code == 302
    desk.session.expire_all()
    found = queries.perks_of(desk, [1])[1]
    assert (found.answer_minutes, found.support_days, found.support_to) == (None, "", None)
    assert (found.remote_minutes, found.direct_line) == (None, "")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"support_to": ""}, "fill in all three, or none."),
        ({"support_to": "07:00"}, "Support must end later on the day than it begins"),
        ({"answer_minutes": "0"}, "Number must be between 1 and 86400."),
        ({"remote_minutes": "-1"}, "Number must be between 0 and 86400."),
        ({"solve_minutes": "soon"}, "Not a valid integer value."),
        ({"support_days": ["8"]}, "is not a valid choice for this field."),
        ({"direct_line": "1" * 61}, "Field cannot be longer than 60 characters."),
    ],
)
def test_wrong_perks_come_back_with_what_was_typed(
    desk: Desk,
    programme: Programme,
    administrator: Person,
    sign_in: SignIn,
    wrong: dict[str, Any],
    sentence: str,
) -> None:
    sent = SENT | wrong
    answer = sign_in(administrator).post(PAGE, data=sent)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert f'value="{sent["direct_line"]}"' in answer.text
    assert queries.perks_of(desk, [1]) == {}


def test_agent_reads_the_perks_and_sets_none(perks: Perks, agent: Person, sign_in: SignIn) -> None:
    browser = sign_in(agent)
    page = browser.get("/pilot_service/1").text
    assert ("within one hour" in page, "Set the perks" in page) == (True, False)
    assert [browser.get(PAGE).status_code, browser.post(PAGE, data=SENT).status_code] == [403, 403]


def test_perks_of_no_programme_are_not_there(administrator: Person, sign_in: SignIn) -> None:
    assert sign_in(administrator).get("/pilot_service/9/perks").status_code == 404


@pytest.mark.parametrize("place", ["", "de", " DE-BY ", "AT"])
def test_settings_take_a_country_and_its_part(
    administrator: Person, sign_in: SignIn, place: str
) -> None:
    assert settings(sign_in(administrator), place).status_code == 302


@pytest.mark.parametrize("place", ["Bavaria", "DE-XX", "QQ", "-BY"])
def test_settings_refuse_a_place_without_a_calendar(
    administrator: Person, sign_in: SignIn, place: str
) -> None:
    answer = settings(sign_in(administrator), place)
    assert (answer.status_code, "No public holidays are known of" in answer.text) == (422, True)
    assert f'value="{place.upper()}"' in answer.text


def test_public_holidays_are_no_days_of_support(
    desk: Desk, perks: Perks, programme: Programme, administrator: Person, sign_in: SignIn
) -> None:
    browser = sign_in(administrator)
    settings(browser, "DE-BY")
    programme.ends_on = date(2026, 4, 30)
    desk.commit()
    # Good Friday and Easter Monday.
    off = [date(2026, 4, 3), date(2026, 4, 6)]
    assert queries.days_off(desk, perks, date(2026, 3, 10), date(2026, 4, 30)) == off
    thursday = datetime(2026, 4, 2, 15, tzinfo=UTC)
    found = add_minutes(queries.hours_of(desk, perks, thursday), thursday, 120)
    assert found == datetime(2026, 4, 7, 7, tzinfo=UTC)
    desk.commit()
    assert "Apr 3, 2026, Apr 6, 2026" in browser.get("/pilot_service/1").text


def test_holidays_on_which_nobody_works_anyway_are_not_named(
    desk: Desk, perks: Perks, administrator: Person, sign_in: SignIn
) -> None:
    settings(sign_in(administrator), "DE")
    # German Unity Day of 2026 is a Saturday.
    desk.session.expire_all()
    assert queries.days_off(desk, perks, date(2026, 10, 1), date(2026, 10, 31)) == []


def test_customer_reads_the_perks_while_they_hold(
    perks: Perks, participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    page = sign_in(customer).get("/pilot_service/portal/1").text
    wanted = (
        "Monday to Friday, 08:00 to 18:00 (Europe/Berlin)",
        "within one hour in these hours",
        "within 10 hours in these hours",
        'href="tel:+49301234567"',
        "This holds until March 31, 2026.",
    )
    assert [word in page for word in wanted] == [True] * 5


def test_customer_reads_the_perks_in_german(
    desk: Desk, perks: Perks, participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    customer.language = "de"
    desk.commit()
    page = sign_in(customer).get("/pilot_service/portal/1").text
    wanted = ("Montag bis Freitag, 08:00 bis 18:00", "innerhalb von 1 Stunde", "Direktwahl")
    assert [word in page for word in wanted] == [True, True, True]


def test_customer_reads_after_the_phase_with_which_day_it_ended(
    clock: SteppedClock,
    perks: Perks,
    participation: Participation,
    customer: Person,
    sign_in: SignIn,
) -> None:
    clock.go(days=22)
    page = sign_in(customer).get("/pilot_service/portal/1").text
    said = "What you had in this pilot ended on March 31, 2026. Regular support goes on"
    assert (said in page, "within one hour" in page, "tel:" in page) == (True, False, False)


def test_customer_reads_nothing_of_perks_before_the_phase(
    perks: Perks, invited: Participation, customer: Person, sign_in: SignIn
) -> None:
    assert 'id="perks"' not in sign_in(customer).get("/pilot_service/portal/1").text


def test_customer_of_a_programme_without_perks_reads_of_none(
    participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    assert 'id="perks"' not in sign_in(customer).get("/pilot_service/portal/1").text


def test_perks_are_found_with_one_statement(
    desk: Desk, core: Core, perks: Perks, participation: Participation
) -> None:
    with recorded(core.engine) as statements:
        queries.perks_of(desk, [1, 2, 3])
    assert len(statements) == 1
