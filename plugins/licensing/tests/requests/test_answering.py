# SPDX-License-Identifier: AGPL-3.0-or-later
"""Agents keep when and how each request was answered, and read in the register what is due."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Core, Desk, Missing, Person, Refused, desk_for
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_licensing import health
from tresen_licensing.requests import queries, service, states
from tresen_licensing.requests.models import SourceRequest

Acting = Callable[[Person], Desk]
Ask = Callable[..., SourceRequest]
SignIn = Callable[[Person], FlaskClient]
Journal = Callable[[], list[tuple[str, str, Any]]]
TODAY = date(2026, 3, 10)
REGISTER = "/licensing/source-requests"


def answer(**given: Any) -> dict[str, Any]:
    values = {"answered_on": TODAY, "medium": states.DOWNLOAD, "note": "Version 5.0.1"}
    return values | given


@pytest.fixture
def answered(desk: Desk, ask: Ask) -> Callable[[int], SourceRequest]:
    """Return a function that makes a request which was answered after so many days."""

    def make(days: int) -> SourceRequest:
        row = ask(product=f"After {days} days")
        row.received_on = TODAY - timedelta(days=days)
        service.answer(desk, row, answer())
        return row

    return make


@pytest.mark.parametrize(("day", "state"), [(10, "open"), (24, "open"), (25, "overdue")])
def test_request_is_overdue_from_the_day_after_it_was_due(
    desk: Desk, ask: Ask, clock: SteppedClock, day: int, state: str
) -> None:
    row = ask()
    clock.go(days=day - TODAY.day)
    assert queries.state_of(desk, row) == state


def test_answer_is_kept_with_who_gave_it(
    desk: Desk, acting: Acting, agent: Person, ask: Ask
) -> None:
    row = ask()
    service.answer(acting(agent), row, answer(note="  Version 5.0.1 "))
    assert (row.answered_on, row.medium, row.note, row.answered_by_id) == (
        *(TODAY, "download", "Version 5.0.1", agent.id),
    )
    assert queries.state_of(desk, row) == states.ANSWERED


def test_answer_that_came_late_is_answered_all_the_same(
    desk: Desk, ask: Ask, clock: SteppedClock
) -> None:
    row = ask()
    clock.go(days=30)
    service.answer(desk, row, answer(answered_on=date(2026, 4, 9)))
    assert queries.state_of(desk, row) == states.ANSWERED


@pytest.mark.parametrize("day", [date(2026, 3, 9), date(2026, 3, 11)], ids=str)
def test_day_of_an_answer_lies_between_receipt_and_today(desk: Desk, ask: Ask, day: date) -> None:
    with pytest.raises(Refused, match="between the one it came in and today"):
        service.answer(desk, ask(), answer(answered_on=day))


@pytest.mark.parametrize("note", ["", "   "])
def test_nothing_owed_needs_a_reason(desk: Desk, ask: Ask, note: str) -> None:
    with pytest.raises(Refused, match="why nothing was owed"):
        service.answer(desk, ask(), answer(medium=states.NOTHING, note=note))


def test_nothing_owed_with_a_reason_is_an_answer(desk: Desk, ask: Ask) -> None:
    row = ask()
    service.answer(desk, row, answer(medium=states.NOTHING, note="Never handed out."))
    assert (row.medium, queries.state_of(desk, row)) == ("nothing", states.ANSWERED)


def test_correction_stands_in_the_journal(desk: Desk, ask: Ask, journal: Journal) -> None:
    row = ask()
    service.answer(desk, row, answer())
    service.answer(desk, row, answer(medium=states.CARRIER))
    media = [new for _action, field, new in journal() if field == "medium"]
    assert media == ["download", "carrier"]


def test_same_answer_again_changes_nothing(desk: Desk, ask: Ask, journal: Journal) -> None:
    row = ask()
    service.answer(desk, row, answer())
    before = journal()
    service.answer(desk, row, answer())
    assert journal() == before


def test_missing_request_is_missing(desk: Desk) -> None:
    with pytest.raises(Missing):
        queries.request(desk, 4711)


def test_days_to_an_answer_are_counted_from_receipt(
    desk: Desk, answered: Callable[[int], SourceRequest], ask: Ask
) -> None:
    for days in (0, 3, 10, 40):
        answered(days)
    ask()
    found = queries.standing(desk)
    assert (found.open, found.overdue, found.answered, found.median_days, found.most_days) == (
        *(1, 0, 4, 6.5, 40),
    )


def test_without_answers_there_are_no_days(desk: Desk) -> None:
    found = queries.standing(desk)
    assert (found.open, found.answered, found.median_days, found.most_days) == (0, 0, None, None)


def test_open_ones_stand_by_urgency_and_answered_ones_by_their_day(
    desk: Desk, ask: Ask, answered: Callable[[int], SourceRequest]
) -> None:
    rows = [ask(product=name) for name in ("later", "sooner")]
    rows[1].due_on = rows[0].due_on - timedelta(days=3)
    answered(2).answered_on = TODAY - timedelta(days=1)
    answered(1)
    desk.session.flush()
    found = [
        [row.product for row in queries.requests(desk, state, 1)]
        for state in (states.OPEN, states.ANSWERED, states.OVERDUE)
    ]
    assert found == [["sooner", "later"], ["After 1 days", "After 2 days"], []]


def test_register_is_read_by_pages(desk: Desk, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(5):
        ask(product=f"No. {number}")
    pages = [[row.product[-1] for row in queries.requests(desk, states.OPEN, n)] for n in (1, 2, 3)]
    # Each holds one more than it shows, where there is one.
    assert pages == [["0", "1", "2"], ["2", "3", "4"], ["4"]]


def test_register_costs_one_statement_however_long_it_is(core: Core, desk: Desk, ask: Ask) -> None:
    counts = []
    for _time in range(2):
        for number in range(3):
            ask(product=f"No. {number}")
        desk.commit()
        with desk_for(core) as fresh, recorded(core.engine) as statements:
            names = [row.person and row.person.name for row in queries.requests(fresh, "open", 1)]
        counts.append((len(statements), set(names)))
    assert counts == [(1, {"Sven Stranger"})] * 2


def test_overdue_ones_are_no_good_health(desk: Desk, ask: Ask, clock: SteppedClock) -> None:
    ask()
    before = health.checks(desk)
    clock.go(days=15)
    after = [(check.state, check.sentence) for check in health.checks(desk)]
    assert (before, after) == ([], [("warning", "One request is overdue.")])


def test_register_shows_what_is_due(desk: Desk, ask: Ask, agent: Person, sign_in: SignIn) -> None:
    ask()
    desk.commit()
    page = sign_in(agent).get(REGISTER).text
    wanted = ["Lagerwerk 5.0", "Sven Stranger", "Mar 24, 2026", "Open 1", "Overdue 0"]
    assert [word for word in wanted if word not in page] == []


def test_register_warns_of_what_is_overdue(
    desk: Desk, ask: Ask, agent: Person, sign_in: SignIn, clock: SteppedClock
) -> None:
    ask()
    desk.commit()
    clock.go(days=15)
    page = sign_in(agent).get(f"{REGISTER}?state=overdue").text
    assert ("One request is overdue." in page, "Lagerwerk 5.0" in page) == (True, True)


def test_register_shows_answers_and_how_long_they_took(
    desk: Desk, answered: Callable[[int], SourceRequest], agent: Person, sign_in: SignIn
) -> None:
    answered(3)
    desk.commit()
    page = sign_in(agent).get(f"{REGISTER}?state=answered").text
    wanted = ["Version 5.0.1", "By download", "3 in the median, 3 at most"]
    assert [word for word in wanted if word not in page] == []


@pytest.mark.parametrize("query", ["state=no-such", "page=0", "page=-1", "page=x", "page=99"])
def test_register_takes_any_address(agent: Person, sign_in: SignIn, query: str) -> None:
    assert sign_in(agent).get(f"{REGISTER}?{query}").status_code == 200


def test_register_leads_to_its_further_pages(
    desk: Desk, ask: Ask, agent: Person, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    for name in ("one", "two"):
        ask(product=name)
    desk.commit()
    page = sign_in(agent).get(REGISTER).text
    assert ("state=open&amp;page=2" in page, "two" in page.partition("<tbody>")[2]) == (True, False)


def test_answer_is_recorded_on_its_page(
    core: Core, desk: Desk, ask: Ask, agent: Person, sign_in: SignIn
) -> None:
    row = ask()
    desk.commit()
    given = {"answered_on": "2026-03-10", "medium": "carrier", "note": "By letter"}
    path = f"{REGISTER}/{row.id}/answer"
    got = sign_in(agent).post(path, data=given)
    with desk_for(core) as fresh:
        kept = fresh.session.get_one(SourceRequest, row.id)
        assert (got.location, kept.medium, kept.note, kept.answered_by_id) == (
            *(REGISTER, "carrier", "By letter", agent.id),
        )


def test_page_of_an_answer_begins_with_today_and_then_with_what_is_kept(
    desk: Desk, ask: Ask, agent: Person, sign_in: SignIn, clock: SteppedClock
) -> None:
    row = ask()
    desk.commit()
    browser, path = sign_in(agent), f"{REGISTER}/{row.id}/answer"
    first = browser.get(path).text
    given = {"answered_on": "2026-03-10", "medium": "words", "note": "By phone"}
    browser.post(path, data=given)
    clock.go(days=1)
    second = browser.get(path).text
    assert ('value="2026-03-10"' in first, 'value="2026-03-10"' in second) == (True, True)
    assert "By phone" in second


def test_refused_answer_keeps_what_was_typed(
    desk: Desk, ask: Ask, agent: Person, sign_in: SignIn
) -> None:
    row = ask()
    desk.commit()
    given = {"answered_on": "2026-03-11", "medium": "words", "note": "By phone"}
    got = sign_in(agent).post(f"{REGISTER}/{row.id}/answer", data=given)
    wanted = ["The day lies between", "By phone", "2026-03-11"]
    assert (got.status_code, [word for word in wanted if word not in got.text]) == (422, [])


def test_answer_to_no_request_is_missing(agent: Person, sign_in: SignIn) -> None:
    assert sign_in(agent).get(f"{REGISTER}/4711/answer").status_code == 404


def test_ticket_that_came_by_mail_is_recorded(
    core: Core, desk: Desk, customer: Person, agent: Person, sign_in: SignIn
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    given = {
        "kind": "source",
        "product": "Lagerwerk",
        "medium": "download",
        "ticket": str(ticket.number),
        "received_on": "2026-03-08",
    }
    got = sign_in(agent).post(f"{REGISTER}/new", data=given)
    with desk_for(core) as fresh:
        row = fresh.session.scalars(select(SourceRequest)).one()
        assert (got.location, row.ticket_id, row.due_on) == (
            *(REGISTER, ticket.id, date(2026, 3, 22)),
        )


def test_form_takes_the_ticket_from_its_address(agent: Person, sign_in: SignIn) -> None:
    page = sign_in(agent).get(f"{REGISTER}/new?ticket=10007").text
    assert ('value="10007"' in page, 'value="2026-03-10"' in page) == (True, True)


def test_ticket_that_is_none_is_refused(agent: Person, sign_in: SignIn) -> None:
    given = {"kind": "source", "product": "x", "medium": "download", "ticket": "99999"}
    got = sign_in(agent).post(f"{REGISTER}/new", data={**given, "received_on": "2026-03-08"})
    assert got.status_code == 404


def test_panel_beside_the_ticket_says_until_when(
    desk: Desk, ask: Ask, agent: Person, sign_in: SignIn
) -> None:
    row = ask()
    desk.commit()
    page = sign_in(agent).get("/tickets/10001").text
    wanted = ["Request for source", "Mar 24, 2026", f"{REGISTER}/{row.id}/answer"]
    assert [word for word in wanted if word not in page] == []


def test_panel_tells_the_answer(
    desk: Desk, answered: Callable[[int], SourceRequest], agent: Person, sign_in: SignIn
) -> None:
    answered(0)
    desk.commit()
    page = sign_in(agent).get("/tickets/10001").text
    wanted = ["By download", "Correct the answer", "Answered"]
    assert [word for word in wanted if word not in page] == []


def test_other_tickets_have_no_panel(
    desk: Desk, customer: Person, agent: Person, sign_in: SignIn
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    assert "Request for source" not in sign_in(agent).get(f"/tickets/{ticket.number}").text


@pytest.mark.parametrize("path", [REGISTER, f"{REGISTER}/new", f"{REGISTER}/1/answer"])
def test_customers_do_not_see_the_register(
    desk: Desk, ask: Ask, customer: Person, sign_in: SignIn, path: str
) -> None:
    ask()
    desk.commit()
    assert sign_in(customer).get(path).status_code == 403
