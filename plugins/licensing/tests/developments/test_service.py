# SPDX-License-Identifier: AGPL-3.0-or-later
"""A development is begun, changed, linked and taken along; what does not fit is refused."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Person, ProductVersion, Refused
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.agreements import service as agreements
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import clocks, queries, service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import entries_of

Begin = Callable[..., Development]
Deploy = Callable[..., Deployment]


def kinds(desk: Desk, row: Development) -> list[str]:
    return [each.kind for each in entries_of(desk, row.id)]


def test_references_count_by_the_operators_year(begin: Begin, clock: SteppedClock) -> None:
    first, second = begin(), begin()
    # It is still 2026 in Greenwich, and 2027 already in Berlin.
    clock.moment = clock.moment.replace(month=12, day=31, hour=23, minute=30)
    third = begin()
    assert [each.reference for each in (first, second, third)] == [
        "CD-2026-0001",
        "CD-2026-0002",
        "CD-2027-0001",
    ]


def test_development_begins_as_a_draft(begin: Begin, agent_desk: Desk) -> None:
    row = begin(component=" tresen-berths ", upstream_url=None)
    assert (row.state, row.component, row.upstream_url, kinds(agent_desk, row)) == (
        states.DRAFT,
        "tresen-berths",
        "",
        ["begun"],
    )


def test_version_of_another_product_is_refused(begin: Begin, agent_desk: Desk) -> None:
    one, other = (factories.make_product(agent_desk, code, code) for code in ("one", "other"))
    version = ProductVersion(product_id=other.id, number="1.0")
    agent_desk.session.add(version)
    agent_desk.session.flush()
    with pytest.raises(Refused, match="another product"):
        begin(product_id=one.id, base_version_id=version.id)


def test_agreement_of_another_customer_is_refused(
    begin: Begin, boss_desk: Desk, other_customer: Person, terms_given: dict[str, Any]
) -> None:
    theirs = agreements.agree(boss_desk, other_customer.organisation_id or 0, terms_given)
    with pytest.raises(Refused, match="another customer"):
        begin(agreement_id=theirs.id)


def test_change_says_which_fields(agent_desk: Desk, development: Development) -> None:
    given = {"title": "Five berths", "kind": states.FIX, "agreement_id": development.agreement_id}
    service.edit(agent_desk, development, given)
    last = entries_of(agent_desk, development.id)[-1]
    assert (development.title, last.kind, last.facts) == (
        "Five berths",
        "changed",
        '{"fields":"kind,title"}',
    )


def test_change_of_nothing_is_no_entry(agent_desk: Desk, development: Development) -> None:
    before = kinds(agent_desk, development)
    names = service.FIELDS
    service.edit(agent_desk, development, {name: getattr(development, name) for name in names})
    assert kinds(agent_desk, development) == before


def test_what_is_cleared_is_not_changed(agent_desk: Desk, development: Development) -> None:
    development.state = states.READY
    with pytest.raises(Refused, match="It is cleared"):
        service.edit(agent_desk, development, {"title": "x"})


def test_ticket_is_linked_once_and_taken_off(
    agent_desk: Desk, development: Development, customer: Person
) -> None:
    ticket = factories.make_ticket(agent_desk, customer)
    service.link(agent_desk, development, ticket)
    service.link(agent_desk, development, ticket)
    linked = queries.tickets_of(agent_desk, development.id)
    service.unlink(agent_desk, development, ticket)
    service.unlink(agent_desk, development, ticket)
    assert ([each.id for each in linked], kinds(agent_desk, development)[2:]) == (
        [ticket.id],
        ["linked", "unlinked"],
    )


@pytest.mark.parametrize("wanted", [state for state in states.TITLES if state not in states.VERBS])
def test_step_that_needs_more_than_a_word_is_not_taken_by_hand(
    agent_desk: Desk, development: Development, wanted: str
) -> None:
    with pytest.raises(Refused, match="not by hand"):
        service.step(agent_desk, development, wanted, "Because.")


def test_step_that_there_is_not_names_those_there_are(
    agent_desk: Desk, development: Development
) -> None:
    with pytest.raises(Refused) as refusal:
        service.step(agent_desk, development, states.DRAFT, "Because.")
    assert refusal.value.sentence == (
        "From “In development” the allowed steps are: "
        "“In clearance”, “On trial”, “Exempt”, “Withdrawn”."
    )


@pytest.mark.parametrize(("note", "is_taken"), [("", False), ("  ", False), ("No use.", True)])
def test_withdrawal_says_why(
    agent_desk: Desk, development: Development, note: str, is_taken: bool
) -> None:
    with nullcontext() if is_taken else pytest.raises(Refused, match="Please say why"):
        service.step(agent_desk, development, states.WITHDRAWN, note)
    assert (development.state == states.WITHDRAWN) is is_taken


def test_step_moves_the_day_of_the_last_word(
    agent_desk: Desk, development: Development, clock: SteppedClock
) -> None:
    clock.go(hours=3)
    service.step(agent_desk, development, states.CLEARANCE)
    assert development.moved_at == agent_desk.now()


def test_what_runs_outside_is_not_withdrawn(
    agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    deploy()
    with pytest.raises(Refused, match="runs outside already"):
        service.step(agent_desk, development, states.WITHDRAWN, "No use.")


def test_what_runs_in_our_own_house_can_be_withdrawn(
    agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    deploy(is_outside=False)
    service.step(agent_desk, development, states.WITHDRAWN, "No use.")
    assert development.state == states.WITHDRAWN


@pytest.mark.parametrize(("days", "is_taken"), [(0, True), (90, True), (91, False), (-1, False)])
def test_embargo_holds_within_the_agreement(
    boss_desk: Desk, development: Development, days: int, is_taken: bool
) -> None:
    until = boss_desk.today() + timedelta(days=days)
    with nullcontext() if is_taken else pytest.raises(Refused):
        service.embargo(boss_desk, development, until, "A hole.")
    assert (development.embargoed_until == until) is is_taken


def test_embargo_counts_from_the_first_deployment(
    boss_desk: Desk, development: Development, deploy: Deploy, clock: SteppedClock
) -> None:
    deploy()
    clock.go(days=10)
    with pytest.raises(Refused, match="no embargo reaches beyond"):
        service.embargo(boss_desk, development, boss_desk.today() + timedelta(days=81), "A hole.")


@pytest.mark.parametrize(("state", "note"), [(states.PUBLISHED, "A hole."), (states.READY, " ")])
def test_embargo_needs_a_reason_and_something_secret(
    boss_desk: Desk, development: Development, state: str, note: str
) -> None:
    development.state = state
    with pytest.raises(Refused):
        service.embargo(boss_desk, development, boss_desk.today(), note)


def test_standing_follows_deployment_and_time(
    agent_desk: Desk, development: Development, deploy: Deploy, clock: SteppedClock
) -> None:
    def standing() -> str:
        return queries.standings(agent_desk, [development])[development.id].clock.standing

    found = [standing()]
    deploy()
    found.append(standing())
    clock.go(days=31)
    found.append(standing())
    assert found == [clocks.NOT_RUNNING, clocks.RUNNING, clocks.OVERDUE]


def test_clock_starts_with_the_earliest_place_outside(
    agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    today = agent_desk.today()
    deploy(today)
    deploy(today - timedelta(days=9), is_outside=False)
    deploy(today - timedelta(days=4))
    assert queries.started_on(agent_desk, development) == today - timedelta(days=4)


def test_overdue_ones_are_found(
    agent_desk: Desk, begin: Begin, development: Development, deploy: Deploy, clock: SteppedClock
) -> None:
    begin()
    deploy()
    clock.go(days=40)
    assert [each.id for each in queries.overdue(agent_desk)] == [development.id]


def test_list_is_narrowed_and_paged(
    agent_desk: Desk, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    rows = [begin() for _each in range(4)]
    rows[1].state = states.CLOSED
    agent_desk.session.flush()
    pages = [
        [row.id for row in queries.developments(agent_desk, wanted)]
        for wanted in (
            queries.Wanted(),
            queries.Wanted(is_open=False),
            queries.Wanted(is_open=False, before=rows[2].id),
            queries.Wanted(state=states.CLOSED),
            queries.Wanted(organisation_id=-1),
        )
    ]
    ids = [row.id for row in rows]
    assert pages == [
        [ids[3], ids[2], ids[0]],
        [ids[3], ids[2], ids[1]],
        [ids[1], ids[0]],
        [ids[1]],
        [],
    ]


def test_agreement_that_is_under_a_development_keeps_its_terms(
    agent_desk: Desk, development: Development, agreement: Agreement
) -> None:
    whole = queries.development(agent_desk, development.reference)
    assert (whole.agreement, queries.terms_of(whole)) == (agreement, clocks.Terms(30, 90))


def test_number_of_a_year_is_kept_once(agent_desk: Desk, begin: Begin) -> None:
    for _each in range(3):
        begin()
    found = agent_desk.session.scalars(select(Development.reference).order_by(Development.id))
    assert list(found) == ["CD-2026-0001", "CD-2026-0002", "CD-2026-0003"]
