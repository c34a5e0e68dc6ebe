# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customer's steps: agree, decline, stop, and answer whether more is allowed."""

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Person, Refused
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import answers, consents, offers, queries, scopes, service, states
from tresen_remote_support.models import Consent, RemoteSession


@pytest.fixture
def theirs(desk: Desk, offered: RemoteSession) -> Desk:
    """Return the customer's desk."""
    return answers.acting(desk, offered)


@pytest.fixture
def asked_more(agent_desk: Desk, running: RemoteSession) -> RemoteSession:
    """Return a running session that asks for mouse and keyboard."""
    service.widen(agent_desk, running, scopes.CONTROL)
    agent_desk.commit()
    return running


def test_customer_acts_under_their_own_name(theirs: Desk, customer: Person) -> None:
    actor = theirs.actor
    assert (actor.name, actor.kind, actor.person_id) == (customer.name, "customer", customer.id)


def test_customer_without_an_account_holds_no_permission(theirs: Desk) -> None:
    assert theirs.actor.permissions == frozenset()


def test_yes_is_kept_with_name_channel_and_scope(
    desk: Desk, consented: RemoteSession, customer: Person
) -> None:
    (given,) = queries.consents(desk, consented)
    kept = given.name, given.channel, given.scope, given.person_id, given.given_at
    assert kept == ("Karla Kundin", offers.LINK, "view", customer.id, desk.now())


def test_yes_gives_a_seat_of_which_a_hash_is_kept(consented: RemoteSession, seat: str) -> None:
    assert consented.seat_hash == offers.hash_of(seat)


def test_yes_needs_a_name(theirs: Desk, offered: RemoteSession) -> None:
    with pytest.raises(Refused, match="give your name"):
        answers.agree(theirs, offered, offers.LINK, "  ")


def test_yes_comes_too_late(theirs: Desk, offered: RemoteSession, clock: SteppedClock) -> None:
    clock.go(minutes=30)
    with pytest.raises(Refused, match="has expired"):
        answers.agree(theirs, offered, offers.LINK, "Karla")


def test_yes_is_said_once(theirs: Desk, consented: RemoteSession) -> None:
    with pytest.raises(Refused, match="not open to a session"):
        answers.agree(theirs, consented, offers.LINK, "Karla")


def test_no_needs_no_reason(theirs: Desk, offered: RemoteSession) -> None:
    answers.decline(theirs, offered)
    kept = offered.state, offered.ended_by, queries.consents(theirs, offered)
    assert kept == (states.DECLINED, states.CUSTOMER, [])


@pytest.mark.parametrize("first", ["consented", "running"])
def test_stop_ends_it_at_once(desk: Desk, request: pytest.FixtureRequest, first: str) -> None:
    row: RemoteSession = request.getfixturevalue(first)
    answers.stop(answers.acting(desk, row), row)
    kept = row.state, row.ended_by, row.seat_hash, consents.in_force(desk, row)
    assert kept == (states.REVOKED, states.CUSTOMER, None, None)


def test_stop_ends_a_paused_session(agent_desk: Desk, running: RemoteSession) -> None:
    service.pause(agent_desk, running)
    answers.stop(agent_desk, running)
    assert running.state == states.REVOKED


def test_stop_takes_the_consent_back_and_keeps_that_it_was_given(
    desk: Desk, running: RemoteSession, clock: SteppedClock
) -> None:
    began = running.started_at
    clock.go(minutes=2)
    answers.stop(desk, running)
    (given,) = queries.consents(desk, running)
    assert (given.given_at, given.withdrawn_at) == (began, desk.now())


def test_stop_after_the_end_changes_nothing(desk: Desk, ended: RemoteSession) -> None:
    answers.stop(desk, ended)
    assert (ended.state, ended.ended_by) == (states.ENDED, states.AGENT)


def test_stopped_session_cannot_go_on(agent_desk: Desk, running: RemoteSession) -> None:
    answers.stop(agent_desk, running)
    with pytest.raises(Refused):
        service.begin(agent_desk, running)


def test_more_is_allowed_by_a_new_consent(desk: Desk, asked_more: RemoteSession) -> None:
    answers.allow(desk, asked_more)
    given = [(each.scope, each.withdrawn_at is None) for each in queries.consents(desk, asked_more)]
    assert (asked_more.scope, given) == ("view control", [("view", False), ("view control", True)])


def test_more_is_allowed_by_who_agreed_before(desk: Desk, asked_more: RemoteSession) -> None:
    answers.allow(desk, asked_more)
    named = {(each.name, each.channel) for each in queries.consents(desk, asked_more)}
    assert named == {("Karla Kundin", offers.LINK)}


def test_no_to_more_leaves_what_was_agreed_to(desk: Desk, asked_more: RemoteSession) -> None:
    answers.refuse(desk, asked_more)
    kept = asked_more.scope, asked_more.wanted_scope, consents.is_covered(desk, asked_more)
    assert kept == ("view", "", True)


def test_nothing_is_allowed_that_was_not_asked_for(desk: Desk, running: RemoteSession) -> None:
    with pytest.raises(Refused, match="Nothing more is asked for"):
        answers.allow(desk, running)


def test_stop_answers_the_question_for_more(desk: Desk, asked_more: RemoteSession) -> None:
    answers.stop(desk, asked_more)
    with pytest.raises(Refused, match="Nothing more is asked for"):
        answers.allow(desk, asked_more)


def test_only_one_consent_is_in_force(desk: Desk, asked_more: RemoteSession) -> None:
    answers.allow(desk, asked_more)
    in_force = select(Consent.scope).where(Consent.withdrawn_at.is_(None))
    assert desk.session.scalars(in_force).all() == ["view control"]
