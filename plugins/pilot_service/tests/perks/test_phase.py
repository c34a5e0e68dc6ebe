# SPDX-License-Identifier: AGPL-3.0-or-later
"""Perks never outlive the phase: in any zone, for any days, at any moment around midnight."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen.sdk import Desk
from tresen_pilot_service.models import Participation
from tresen_pilot_service.perks import queries, service

# With clocks that change in spring and autumn, at midnight, by half an hour, or not at all.
ZONES = (
    *("Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe"),
    *("America/St_Johns", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"),
)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
SPANS = st.integers(-40, 120).map(lambda days: timedelta(days=days))
# Around a midnight, by seconds and by hours.
AROUND = st.one_of(st.integers(-5, 5), st.integers(-90_000, 90_000)).map(
    lambda seconds: timedelta(seconds=seconds)
)
DAY = timedelta(days=1)
GIVEN = {
    **dict.fromkeys(("support_from", "support_to", "answer_minutes", "solve_minutes")),
    "support_days": [],
    "remote_minutes": 60,
    "direct_line": "",
}
# One database serves all examples: each sets every day that it asks for.
ONE_DATABASE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def in_zone(desk: Desk, zone: str) -> Desk:
    """Return the desk of an operator who lives there."""
    config = replace(desk.config, time_zone=zone)
    return replace(desk, core=replace(desk.core, config=config))


@dataclass(frozen=True)
class Life:
    """The days of a programme and of a participation, and the operator's zone."""

    zone: str
    starts_on: date
    ends_on: date
    active_on: date | None
    ended_on: date | None

    def holds(self, moment: datetime) -> bool:
        """Tell by the calendar there whether the phase runs."""
        day = moment.astimezone(ZoneInfo(self.zone)).date()
        is_active = self.active_on is not None and self.active_on <= day
        has_left = self.ended_on is not None and self.ended_on <= day
        return self.starts_on <= day <= self.ends_on and is_active and not has_left

    def edges(self) -> list[datetime]:
        """Return the midnights at which something begins or ends."""
        days = [self.starts_on, self.ends_on + DAY, self.active_on, self.ended_on]
        return [midnight(day, self.zone) for day in days if day is not None]


def midnight(day: date, zone: str) -> datetime:
    """Return the beginning of the day there, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """Return any phase, prolonged or shortened after it was planned."""
    starts_on = draw(DAYS)
    return Life(
        zone=draw(st.sampled_from(ZONES)),
        starts_on=starts_on,
        ends_on=starts_on + draw(SPANS) + draw(SPANS),
        active_on=draw(st.none() | DAYS),
        ended_on=draw(st.none() | DAYS),
    )


@ONE_DATABASE
@given(life=lives(), aside=AROUND)
def test_perks_never_outlive_the_phase(
    desk: Desk, participation: Participation, life: Life, aside: timedelta
) -> None:
    here, programme = in_zone(desk, life.zone), participation.programme
    perks = service.keep_perks(here, programme, GIVEN)
    programme.starts_on, programme.ends_on = life.starts_on, life.ends_on
    participation.active_on, participation.ended_on = life.active_on, life.ended_on
    moments = [edge + aside for edge in life.edges()]
    found = [queries.in_force(here, participation, moment) for moment in moments]
    assert found == [perks if life.holds(moment) else None for moment in moments]


@ONE_DATABASE
@given(life=lives(), aside=AROUND)
def test_phase_is_the_days_on_which_the_perks_hold(
    desk: Desk, participation: Participation, life: Life, aside: timedelta
) -> None:
    here, programme = in_zone(desk, life.zone), participation.programme
    programme.starts_on, programme.ends_on = life.starts_on, life.ends_on
    participation.active_on, participation.ended_on = life.active_on, life.ended_on
    first, last = queries.phase(here, participation)
    for moment in (edge + aside for edge in life.edges()):
        day = moment.astimezone(ZoneInfo(life.zone)).date()
        is_within = first is not None and first <= day <= last
        assert queries.takes_part(here, participation, moment) is is_within is life.holds(moment)
