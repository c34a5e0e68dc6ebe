# SPDX-License-Identifier: AGPL-3.0-or-later
"""Figures say what a pilot came to, and nothing where nothing can be said yet."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person
from tresen.testing.browser import assert_pages_usable
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_pilot_service import queries as programmes
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.figures import queries
from tresen_pilot_service.models import Participation
from tresen_pilot_service.perks.models import Perks
from tresen_pilot_service.ratings.models import Rating
from tresen_pilot_service.reviews import queries as review_queries
from tresen_pilot_service.reviews import service as reviews

SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/1/figures"
REVIEW: dict[str, Any] = {
    "held_on": date(2026, 3, 10),
    "decision": "go",
    "conditions": "",
    "new_end": None,
    "version_id": None,
    "lessons": "",
    "is_published": False,
}
DAY = timedelta(days=1)


def tell(desk: Desk, row: Participation | None, at: datetime, **given: Any) -> Feedback:
    """Add a major defect that was told at that moment."""
    values = {"kind": "defect", "severity": "major", "state": "new", "channel": "portal"}
    whose = {"programme_id": 1, "participation_id": row.id if row else None}
    made = Feedback(**{**whose, **values, "title": "It stops", "created_at": at, **given})
    desk.session.add(made)
    desk.session.flush()
    return made


def figures(desk: Desk) -> queries.Figures:
    return queries.figures(desk, programmes.programme(desk, 1))


def release(desk: Desk, **given: Any) -> None:
    """Decide the exit review, as a go unless said otherwise."""
    programme = programmes.programme(desk, 1)
    made = reviews.begin(desk, programme, {**REVIEW, **given})
    desk.commit()
    reviews.decide(desk, review_queries.review(desk, made.id))
    desk.commit()


def test_figures_of_a_pilot_that_just_begins_say_nothing(
    desk: Desk, invited: Participation
) -> None:
    found = figures(desk)
    assert found.standing == {"invited": 1}
    assert (found.days_to_first_feedback, found.days_to_triage, found.detection) == (
        None,
        None,
        None,
    )
    assert (found.minutes_used, found.minutes_granted, found.conversion) == (0, None, None)
    assert (found.satisfaction, found.rated, found.is_detection_final) == (None, 0, False)


def test_days_to_the_first_feedback_begin_with_the_customers_part(
    desk: Desk, participation: Participation
) -> None:
    # Active since 2 March; midnight in Berlin is 23:00 in UTC.
    tell(desk, participation, desk.now().replace(day=4, hour=23))
    tell(desk, participation, desk.now().replace(day=3, hour=23))
    assert figures(desk).days_to_first_feedback == 2


def test_what_was_told_before_is_told_at_once(desk: Desk, participation: Participation) -> None:
    tell(desk, participation, desk.now() - 20 * DAY)
    assert figures(desk).days_to_first_feedback == 0


def test_feedback_of_who_takes_no_part_is_nobodys_first(
    desk: Desk, participation: Participation
) -> None:
    tell(desk, None, desk.now())
    assert figures(desk).days_to_first_feedback is None


def test_days_to_triage_are_the_median(desk: Desk, participation: Participation) -> None:
    at = desk.now() - 8 * DAY
    for days in (1, 2, 6):
        tell(desk, participation, at, triaged_at=at + days * DAY)
    tell(desk, participation, at)
    assert figures(desk).days_to_triage == 2


def test_detection_compares_the_pilot_with_the_time_after_the_release(
    desk: Desk, clock: SteppedClock, participation: Participation
) -> None:
    for state in ("resolved", "new", "accepted", "declined", "duplicate"):
        tell(desk, participation, desk.now() - DAY, state=state)
    tell(desk, participation, desk.now() - DAY, kind="wish", severity="")
    before = figures(desk).detection
    release(desk)
    at_once = figures(desk)
    clock.go(days=30)
    tell(desk, None, desk.now())
    soon = figures(desk)
    clock.go(days=61)
    tell(desk, None, desk.now())
    late = figures(desk)
    assert before is None
    assert [each.detection for each in (at_once, soon, late)] == [100, 75, 75]
    assert [each.is_detection_final for each in (at_once, soon, late)] == [False, False, True]


def test_pilot_without_a_defect_has_no_detection(desk: Desk, participation: Participation) -> None:
    release(desk)
    assert figures(desk).detection is None


@pytest.mark.parametrize(
    ("given", "conversion"),
    [({}, 50), ({"decision": "stop"}, 0), ({"decision": "conditions", "conditions": "Soon"}, 50)],
)
def test_conversion_is_who_went_on_of_who_tried(
    desk: Desk, participation: Participation, given: dict[str, Any], conversion: float
) -> None:
    left = Participation(
        programme_id=1,
        organisation_id=participation.organisation_id,
        state="withdrawn",
        active_on=date(2026, 3, 2),
        ended_on=date(2026, 3, 5),
        created_at=desk.now(),
    )
    declined = Participation(
        programme_id=1,
        organisation_id=participation.organisation_id,
        state="declined",
        ended_on=date(2026, 3, 5),
        created_at=desk.now(),
    )
    desk.session.add_all([left, declined])
    desk.commit()
    before = figures(desk).conversion
    release(desk, **given)
    assert (before, figures(desk).conversion) == (None, conversion)


def test_minutes_are_granted_to_each_who_tried(desk: Desk, participation: Participation) -> None:
    desk.session.add(Perks(programme_id=1, remote_minutes=90))
    desk.session.flush()
    found = figures(desk)
    assert (found.minutes_used, found.minutes_granted) == (0, 90)


def test_page_says_how_each_figure_is_reckoned(
    desk: Desk, participation: Participation, agent: Person, sign_in: SignIn
) -> None:
    tell(desk, participation, desk.now().replace(day=4))
    desk.session.add(Rating(participation_id=1, score=4, given_at=desk.now()))
    desk.commit()
    text = sign_in(agent).get(PAGE).text
    cells = ['>2</td><td class="soft">Median of the customers', ">4</td>"]
    assert [text.count(each) for each in cells] == [1, 1]
    assert text.count("of one customer.") == 1
    assert text.count(">\N{EN DASH}</td>") == 9


def test_customer_reads_no_figures(
    participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    assert sign_in(customer).get(PAGE).status_code == 403


def test_programme_that_is_not_there_has_none(
    participation: Participation, agent: Person, sign_in: SignIn
) -> None:
    assert sign_in(agent).get("/pilot_service/9/figures").status_code == 404


def test_page_costs_the_same_however_much_there_is(
    desk: Desk, core: Core, participation: Participation, agent: Person, sign_in: SignIn
) -> None:
    browser, counts = sign_in(agent), []
    for number in range(2):
        for days in range(5 * number + 1):
            tell(desk, participation, desk.now() - days * DAY)
            desk.session.add(Rating(participation_id=1, score=4, given_at=desk.now()))
        desk.commit()
        with recorded(core.engine) as statements:
            browser.get(PAGE)
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.timeout(300)
def test_page_can_be_used_by_everybody(
    participation: Participation, sign_in_page: Callable[[Person], Any], administrator: Person
) -> None:
    assert_pages_usable(sign_in_page(administrator), [PAGE])
