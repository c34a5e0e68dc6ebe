# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is up for renewal stands in a list, and who answers for the product is reminded once."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Message, Person, Product, Ticket
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.holdings import queries, reminders, service, states
from tresen_licensing.holdings.jobs import RENEWALS
from tresen_licensing.holdings.models import Licence
from tresen_licensing.portfolio.models import Offering, VendorContract

Count = Callable[[FlaskClient, str], int]
SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]


@pytest.fixture
def hold(desk: Desk, home: int, licence_values: Values) -> Any:
    """Return a function that keeps a licence whose maintenance ends with a day."""

    def go(until: date | None, **given: Any) -> Licence:
        values = licence_values(maintenance_until=until) | given
        made = service.keep_licence(desk, Licence(organisation_id=home), values)
        desk.commit()
        return made

    return go


def due(desk: Desk, until: date = date(2026, 6, 8)) -> list[date | None]:
    return [states.first_end(row) for row in queries.renewals(desk, until)]


def subjects(desk: Desk) -> list[str]:
    desk.rollback()
    return list(desk.session.scalars(select(Ticket.subject).order_by(Ticket.id)))


def test_first_end_stands_at_the_top(desk: Desk, hold: Any) -> None:
    hold(date(2026, 6, 1))
    hold(None, ends_on=date(2026, 4, 1))
    hold(date(2026, 5, 1), ends_on=date(2026, 5, 15))
    assert due(desk) == [date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)]


@pytest.mark.parametrize(
    ("until", "given", "found"),
    [
        (date(2026, 6, 8), {}, 1),
        (date(2026, 6, 9), {}, 0),
        (date(2025, 1, 1), {}, 1),
        (None, {}, 0),
        (None, {"ends_on": date(2026, 6, 8)}, 1),
        (date(2026, 3, 11), {"is_active": False}, 0),
    ],
)
def test_list_holds_what_ends_within_ninety_days_or_has_ended(
    desk: Desk, hold: Any, until: date | None, given: dict[str, Any], found: int
) -> None:
    hold(until, **given)
    assert len(due(desk, desk.today() + queries.AHEAD)) == found


def test_page_shows_licences_and_contracts(
    sign_in: SignIn, agent: Person, hold: Any, desk: Desk, contract: VendorContract
) -> None:
    hold(date(2026, 4, 1))
    contract.ends_on, contract.renew_months, contract.notice_months = date(2026, 8, 31), 12, 3
    desk.commit()
    page = sign_in(agent).get("/licensing/portfolio/renewals").text
    shown = ["Kunde GmbH", "Apr 1, 2026", "Renewal due", "Maker M-1", "Notice by May 31, 2026."]
    assert [each in page for each in shown] == [True] * 5


def test_page_leaves_out_what_is_far(
    desk: Desk, sign_in: SignIn, agent: Person, hold: Any, contract: VendorContract
) -> None:
    hold(date(2027, 4, 1))
    page = sign_in(agent).get("/licensing/portfolio/renewals").text
    shown = ["No renewal ahead", "No term and no period of notice ends", "M-1", "Apr 1, 2027"]
    assert [each in page for each in shown] == [True, True, False, False]


def test_page_leaves_out_contracts_that_are_over(
    desk: Desk, sign_in: SignIn, agent: Person, contract: VendorContract
) -> None:
    contract.ends_on = date(2026, 3, 9)
    desk.commit()
    assert "M-1" not in sign_in(agent).get("/licensing/portfolio/renewals").text


def test_page_takes_as_many_statements_for_many_licences(
    sign_in: SignIn, agent: Person, hold: Any, count: Count
) -> None:
    browser = sign_in(agent)
    hold(date(2026, 4, 1))
    one = count(browser, "/licensing/portfolio/renewals")
    for day in range(2, 8):
        hold(date(2026, 4, day))
    assert count(browser, "/licensing/portfolio/renewals") == one


def test_who_answers_for_the_product_is_reminded(
    desk: Desk, hold: Any, offering: Offering, product: Product
) -> None:
    hold(date(2026, 4, 1))
    reminders.remind(desk)
    ticket = desk.session.scalars(select(Ticket)).one()
    assert (ticket.subject, ticket.owner_id, ticket.product_id, ticket.organisation_id) == (
        "Licence up for renewal: Lagerwerk, Kunde GmbH",
        offering.owner_id,
        product.id,
        None,
    )


def test_reminder_says_what_ends_when(desk: Desk, hold: Any) -> None:
    hold(date(2026, 12, 31), ends_on=date(2026, 4, 30))
    reminders.remind(desk)
    assert desk.session.scalars(select(Message.body)).one() == (
        "The licence of Kunde GmbH for Lagerwerk, or its maintenance, ends on Apr 30, 2026."
        " The customer was not told."
    )


def test_owner_reads_it_in_the_own_language(
    desk: Desk, hold: Any, offering: Offering, agent: Person
) -> None:
    agent.language = "de"
    hold(date(2026, 4, 1))
    reminders.remind(desk)
    assert subjects_of_session(desk) == ["Lizenz zu verlängern: Lagerwerk, Kunde GmbH"]


def subjects_of_session(desk: Desk) -> list[str]:
    return list(desk.session.scalars(select(Ticket.subject)))


@pytest.mark.parametrize(
    ("until", "given", "reminders_sent"),
    [
        (date(2026, 5, 9), {}, 1),
        (date(2026, 5, 10), {}, 0),
        (date(2026, 5, 9), {"reminder_days": 59}, 0),
        (date(2026, 3, 11), {"reminder_days": 0}, 0),
        (date(2026, 3, 10), {"reminder_days": 0}, 1),
        (date(2026, 1, 1), {}, 1),
        (date(2026, 4, 1), {"is_active": False}, 0),
        (date(2027, 3, 10), {"reminder_days": 365}, 1),
    ],
)
def test_reminder_comes_so_many_days_before(
    desk: Desk, hold: Any, until: date, given: dict[str, Any], reminders_sent: int
) -> None:
    hold(until, **given)
    reminders.remind(desk)
    desk.commit()
    assert len(subjects(desk)) == reminders_sent


def test_second_look_reminds_of_nothing_new(desk: Desk, hold: Any) -> None:
    hold(date(2026, 4, 1))
    for _each in range(3):
        reminders.remind(desk)
        desk.commit()
    assert len(subjects(desk)) == 1


def test_renewed_licence_is_reminded_of_in_its_new_term(
    desk: Desk, hold: Any, clock: SteppedClock
) -> None:
    row = hold(date(2026, 4, 1))
    reminders.remind(desk)
    row.maintenance_until = date(2027, 4, 1)
    desk.commit()
    reminders.remind(desk)
    clock.moment = datetime(2027, 3, 10, 12, tzinfo=UTC)
    reminders.remind(desk)
    desk.commit()
    assert (len(subjects(desk)), row.reminded_of) == (2, date(2027, 4, 1))


def test_job_looks_four_times_a_day() -> None:
    assert (RENEWALS.name, RENEWALS.every and RENEWALS.every.total_seconds()) == (
        "licensing.remind_of_renewals",
        6 * 3600,
    )
