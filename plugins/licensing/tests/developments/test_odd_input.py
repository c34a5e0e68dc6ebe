# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is typed into a development's pages is kept or refused in words, and nothing is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person, ProductVersion, Ticket
from tresen.testing import factories
from tresen_licensing.developments import forms, panels, queries, service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import entries_of
from tresen_licensing.waivers import reasons
from tresen_licensing.waivers import service as waivers

Begin = Callable[..., Development]
SignIn = Callable[[Person], FlaskClient]
INDEX = "/licensing/developments/"
# Beyond what any database numbers.
HUGE = "9" * 19


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def sent(development: Development) -> dict[str, Any]:
    """Return what a browser sends with the form of the development."""
    return {name: value or "" for name, value in forms.begun(development).items()}


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """Return a ticket of the customer."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


def page(row: Development, rest: str = "") -> str:
    return f"{INDEX}{row.reference}{rest}"


def kinds(desk: Desk, row: Development) -> list[str]:
    return [each.kind for each in entries_of(desk, row.id)]


def test_owner_who_left_stays_the_owner_until_somebody_else_is(
    browser: FlaskClient, desk: Desk, development: Development, sent: dict[str, Any]
) -> None:
    owner = factories.make_person(desk, "Otto Owner", "otto@tresen.example", role="agent")
    development.owner_id = owner.id
    owner.is_active = False
    desk.commit()
    shown = browser.get(page(development, "/edit")).text
    given = sent | {"owner_id": str(owner.id), "title": "Five berths"}
    answer = browser.post(page(development, "/edit"), data=given)
    desk.session.refresh(development)
    chosen = shown.count(f'<option selected value="{owner.id}">Otto Owner</option>')
    assert (chosen, answer.status_code, development.title, development.owner_id) == (
        *(1, 302, "Five berths"),
        owner.id,
    )


def test_edit_that_changes_nothing_is_no_entry(
    browser: FlaskClient, desk: Desk, development: Development, sent: dict[str, Any]
) -> None:
    before = kinds(desk, development)
    desk.commit()
    answer = browser.post(page(development, "/edit"), data=sent)
    assert (answer.status_code, kinds(desk, development)) == (302, before)


def test_title_of_blanks_is_none(
    browser: FlaskClient, desk: Desk, development: Development, sent: dict[str, Any]
) -> None:
    titles = " ", "\t", "\u00a0 ", " Five berths "
    given = [sent | {"title": title} for title in titles]
    statuses = [browser.post(page(development, "/edit"), data=each).status_code for each in given]
    desk.session.refresh(development)
    assert (statuses, development.title) == ([422, 422, 422, 302], "Five berths")


def test_refused_edit_keeps_every_word(
    browser: FlaskClient, desk: Desk, development: Development, sent: dict[str, Any]
) -> None:
    typed = {"title": "Typed title", "component": "typed-part", "upstream_branch": "typed/branch"}
    given = sent | typed | {"description": "Typed <words>", "base_version_id": "99"}
    answer = browser.post(page(development, "/edit"), data=given)
    said = [answer.text.count(f'value="{each}"') for each in typed.values()]
    assert (answer.status_code, said, answer.text.count("Typed &lt;words&gt;")) == (
        *(422, [1, 1, 1]),
        1,
    )


def test_version_of_another_product_keeps_what_was_chosen(
    browser: FlaskClient,
    desk: Desk,
    development: Development,
    version: ProductVersion,
    sent: dict[str, Any],
) -> None:
    given = sent | {"base_version_id": str(version.id), "title": "Typed title"}
    answer = browser.post(page(development, "/edit"), data=given)
    said = answer.text.count("This version belongs to another product.")
    kept = answer.text.count(f'<option selected value="{version.id}">Lagerwerk 4.1</option>')
    assert (answer.status_code, said, kept) == (422, 1, 1)


def test_what_was_cleared_meanwhile_keeps_what_was_typed(
    browser: FlaskClient, desk: Desk, development: Development, sent: dict[str, Any]
) -> None:
    development.state = states.READY
    desk.commit()
    answer = browser.post(page(development, "/edit"), data=sent | {"title": "Typed title"})
    told = answer.status_code, answer.text.count("It is cleared"), answer.text.count("Typed title")
    assert told == (422, 1, 1)


def test_number_of_no_ticket_is_refused(
    browser: FlaskClient, desk: Desk, development: Development
) -> None:
    numbers = HUGE, "9" * 10, "²", "-1", "1.0", "#", "0", "٣", "999999999"
    path = page(development, "/tickets")
    statuses = [browser.post(path, data={"number": each}).status_code for each in numbers]
    linked = kinds(desk, development).count("linked")
    assert (statuses, linked) == ([422] * 6 + [404] * 3, 0)


def test_ticket_that_is_not_there_cannot_be_taken_off(
    browser: FlaskClient, development: Development
) -> None:
    paths = [page(development, f"/tickets/{number}/unlink") for number in (HUGE, "4711")]
    assert [browser.post(path).status_code for path in paths] == [404, 404]


def test_number_is_typed_with_its_sign_and_blanks(
    browser: FlaskClient, desk: Desk, development: Development, ticket: Ticket
) -> None:
    given = {"number": f" #{ticket.number} "}
    answers = [browser.post(page(development, "/tickets"), data=given) for _each in range(2)]
    told = [answer.status_code for answer in answers]
    assert (told, kinds(desk, development).count("linked")) == ([302, 302], 1)


def test_list_of_what_cannot_be_meant_is_the_whole_list(
    browser: FlaskClient, development: Development
) -> None:
    queries_of = f"customer={HUGE}", f"before={HUGE}", "before=x", "state=elsewhere"
    found = [browser.get(f"{INDEX}?{query}").text for query in queries_of]
    assert [text.count(f">{development.reference}<") for text in found] == [1] * 4


def test_new_development_of_no_ticket_is_not_begun(browser: FlaskClient) -> None:
    paths = [f"{INDEX}new?ticket={ticket}" for ticket in (HUGE, "4711")]
    # What no number can be is no ticket's number: the form is empty.
    assert [browser.get(path).status_code for path in paths] == [200, 404]


def test_reference_is_written_in_its_one_way(
    browser: FlaskClient, development: Development
) -> None:
    references = "CD-2026-1", "cd-2026-0001", "x" * 3000, "CD-2026-0001 "
    assert [browser.get(INDEX + each).status_code for each in references] == [404] * 4


def test_refused_embargo_keeps_its_reason(
    administrator: Person, sign_in: SignIn, desk: Desk, development: Development
) -> None:
    browser, path = sign_in(administrator), page(development, "/embargo")
    days = "2026-03-09", "2026-06-09", "2026-13-01", "9999-12-31", ""
    given = [{"until": until, "note": "Typed <reason>"} for until in days]
    answers = [browser.post(path, data=each) for each in given]
    desk.session.refresh(development)
    told = {(each.status_code, each.text.count("Typed &lt;reason&gt;")) for each in answers}
    assert (told, development.embargoed_until) == ({(422, 1)}, None)


def test_later_embargo_takes_the_place_and_both_are_told(
    boss_desk: Desk, development: Development
) -> None:
    days = [boss_desk.today() + timedelta(days=each) for each in (20, 10)]
    for day in days:
        service.embargo(boss_desk, development, day, "A hole.")
    facts = [each.facts for each in entries_of(boss_desk, development.id)[-2:]]
    assert (development.embargoed_until, facts) == (
        days[1],
        ['{"until":"2026-03-30"}', '{"until":"2026-03-20"}'],
    )


def test_waiver_of_one_person_does_not_stop_the_clock(
    agent_desk: Desk, boss_desk: Desk, development: Development, deploy: Any
) -> None:
    deploy()
    whole = queries.development(agent_desk, development.reference)
    until = agent_desk.today() + timedelta(days=5)
    waiver = waivers.ask(agent_desk, whole, reasons.SECRET, "Why.", until)
    agent_desk.session.flush()
    asked = queries.standings(agent_desk, [whole])[whole.id].clock.standing
    waivers.grant(boss_desk, whole, waiver)
    agent_desk.session.flush()
    granted = queries.standings(agent_desk, [whole])[whole.id].clock.standing
    assert (asked, granted) == ("running", "exempt")


def test_longest_of_two_waivers_counts(
    agent_desk: Desk, boss_desk: Desk, development: Development, deploy: Any, clock: Any
) -> None:
    deploy()
    whole = queries.development(agent_desk, development.reference)
    for days in (9, 3):
        until = agent_desk.today() + timedelta(days=days)
        waiver = waivers.ask(agent_desk, whole, reasons.SECRET, "Why.", until)
        waivers.grant(boss_desk, whole, waiver)
    agent_desk.session.flush()
    found = []
    for days in (9, 1):
        clock.go(days=days)
        found.append(queries.standings(agent_desk, [whole])[whole.id].clock.standing)
    assert found == ["exempt", "running"]


@pytest.mark.parametrize(("may", "count"), [(True, 1), (False, 0)])
def test_box_beside_a_ticket_is_for_who_can_begin(
    agent_desk: Desk, ticket: Ticket, desk: Desk, may: bool, count: int
) -> None:
    assert len(panels.ticket_panels(agent_desk if may else reader(agent_desk), ticket)) == count


def test_box_is_there_for_readers_once_there_is_something(
    agent_desk: Desk, development: Development, ticket: Ticket
) -> None:
    service.link(agent_desk, development, ticket)
    (box,) = panels.ticket_panels(reader(agent_desk), ticket)
    assert [row.id for row in box.values["rows"]] == [development.id]


def reader(desk: Desk) -> Desk:
    """Return the desk of somebody who may only read."""
    actor = replace(desk.actor, permissions=frozenset({"licensing.read", "tickets.read"}))
    return replace(desk, actor=actor)


def test_list_and_form_are_german(browser: FlaskClient, development: Development) -> None:
    browser.set_cookie("language", "de")
    shown = [browser.get(path).text for path in (INDEX, f"{INDEX}new", page(development))]
    titles = [text[text.index("<title>") + 7 : text.index("</title>")] for text in shown]
    assert [title.split(" · ")[0] for title in titles] == [
        "Rückführung",
        "Neue Entwicklung",
        "A fourth berth",
    ]


def test_every_reference_is_once(desk: Desk, begin: Begin) -> None:
    rows = [begin().reference for _each in range(12)]
    kept = desk.session.scalars(select(Development.reference).order_by(Development.id)).all()
    assert (rows, rows[-1]) == ([*kept], "CD-2026-0012")
