# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent's steps: what each needs, what it changes, and what it refuses."""

from typing import Any

import pytest
from tresen.sdk import Desk, Person, Refused, Ticket
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import answers, consents, durations, jobs, scopes, service, states
from tresen_remote_support.models import RemoteSession

NOTE = {"actions": "Set a tick.", "result": states.SOLVED, "minutes": 7}


def test_request_keeps_who_wants_what_of_whom(
    requested: RemoteSession, agent: Person, customer: Person, ticket: Ticket
) -> None:
    kept = requested.agent_id, requested.person_id, requested.ticket_id, requested.purpose
    assert kept == (agent.id, customer.id, ticket.id, "The import stops.")


def test_request_knows_the_tickets_organisation(requested: RemoteSession, customer: Person) -> None:
    assert requested.organisation_id == customer.organisation_id


def test_request_says_what_it_may_do(ask: Any) -> None:
    with pytest.raises(Refused, match="at least see the screen"):
        ask(scope="")


def test_references_differ(ask: Any) -> None:
    assert len({ask().reference for _each in range(5)}) == 5


def test_offer_says_until_when(agent_desk: Desk, offered: RemoteSession) -> None:
    assert offered.open_until == agent_desk.now() + 30 * service.MINUTE


def test_begin_needs_a_consent(agent_desk: Desk, offered: RemoteSession) -> None:
    with pytest.raises(Refused, match="has not agreed"):
        service.begin(agent_desk, offered)


def test_begin_needs_a_consent_that_covers_all(agent_desk: Desk, consented: RemoteSession) -> None:
    consented.scope = scopes.line([scopes.VIEW, scopes.CONTROL])
    agent_desk.session.flush()
    with pytest.raises(Refused, match="has not agreed"):
        service.begin(agent_desk, consented)


def test_begin_notes_when(agent_desk: Desk, running: RemoteSession) -> None:
    assert (running.state, running.started_at) == (states.ACTIVE, agent_desk.now())


def test_pause_and_go_on_keep_the_start(
    agent_desk: Desk, running: RemoteSession, clock: SteppedClock
) -> None:
    began = running.started_at
    clock.go(minutes=3)
    service.pause(agent_desk, running)
    clock.go(minutes=20)
    service.begin(agent_desk, running)
    assert (running.started_at, running.paused_seconds) == (began, 1200)


def test_pause_does_not_count_as_work(
    agent_desk: Desk, running: RemoteSession, clock: SteppedClock
) -> None:
    clock.go(minutes=3)
    service.pause(agent_desk, running)
    clock.go(minutes=20)
    service.begin(agent_desk, running)
    clock.go(minutes=4)
    service.end(agent_desk, running)
    assert durations.worked_minutes(running, agent_desk.now()) == 7


def test_end_out_of_a_pause_does_not_count_it(
    agent_desk: Desk, running: RemoteSession, clock: SteppedClock
) -> None:
    clock.go(minutes=3)
    service.pause(agent_desk, running)
    clock.go(minutes=20)
    service.end(agent_desk, running)
    assert durations.worked_minutes(running, agent_desk.now()) == 3


def test_time_stands_still_during_a_pause(
    agent_desk: Desk, running: RemoteSession, clock: SteppedClock
) -> None:
    clock.go(minutes=3)
    service.pause(agent_desk, running)
    clock.go(minutes=20)
    assert durations.worked_minutes(running, agent_desk.now()) == 3


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (1, 1), (60, 1), (61, 2), (3600, 60)])
def test_each_begun_minute_counts(
    agent_desk: Desk, running: RemoteSession, clock: SteppedClock, seconds: int, minutes: int
) -> None:
    clock.go(seconds=seconds)
    assert durations.worked_minutes(running, agent_desk.now()) == minutes


def test_nothing_was_worked_before_it_began(agent_desk: Desk, consented: RemoteSession) -> None:
    assert durations.worked_minutes(consented, agent_desk.now()) == 0


def test_end_says_who_and_when(agent_desk: Desk, ended: RemoteSession) -> None:
    kept = ended.state, ended.ended_by, ended.ended_at
    assert kept == (states.ENDED, states.AGENT, agent_desk.now())


def test_end_takes_the_consent_back(agent_desk: Desk, ended: RemoteSession) -> None:
    assert consents.in_force(agent_desk, ended) is None


def test_end_takes_the_seat(ended: RemoteSession) -> None:
    assert ended.seat_hash is None


def test_failure_keeps_its_reason(agent_desk: Desk, consented: RemoteSession) -> None:
    service.fail(agent_desk, consented, " No picture came. ")
    kept = consented.state, consented.reason, consented.ended_at
    assert kept == (states.FAILED, "No picture came.", None)


def test_what_runs_cannot_be_called_off(agent_desk: Desk, running: RemoteSession) -> None:
    with pytest.raises(Refused, match="not open to a session that is “Running”"):
        service.cancel(agent_desk, running)


def test_note_waits_for_the_end(agent_desk: Desk, running: RemoteSession) -> None:
    with pytest.raises(Refused, match="when the session is over"):
        service.document(agent_desk, running, NOTE)


def test_note_needs_words(agent_desk: Desk, ended: RemoteSession) -> None:
    with pytest.raises(Refused, match="Say what was done"):
        service.document(agent_desk, ended, NOTE | {"actions": " \n "})


def test_note_is_kept(agent_desk: Desk, ended: RemoteSession) -> None:
    service.document(agent_desk, ended, NOTE)
    kept = ended.actions, ended.result, ended.minutes, ended.documented_at
    assert kept == ("Set a tick.", states.SOLVED, 7, agent_desk.now())


def test_corrected_note_keeps_when_it_was_first_written(
    agent_desk: Desk, documented: RemoteSession, clock: SteppedClock
) -> None:
    first = documented.documented_at
    clock.go(hours=1)
    service.document(agent_desk, documented, NOTE)
    assert (documented.documented_at, documented.minutes) == (first, 7)


def test_stopped_session_is_written_down_too(agent_desk: Desk, running: RemoteSession) -> None:
    answers.stop(agent_desk, running)
    service.document(agent_desk, running, NOTE)
    assert (running.state, running.minutes) == (states.REVOKED, 7)


def test_session_that_never_ran_needs_no_note(agent_desk: Desk, consented: RemoteSession) -> None:
    answers.stop(agent_desk, consented)
    with pytest.raises(Refused, match="when the session is over"):
        service.document(agent_desk, consented, NOTE)


def test_agent_without_a_note_begins_no_other_session(ended: RemoteSession, ask: Any) -> None:
    with pytest.raises(Refused, match=f"session {ended.reference}"):
        ask()


def test_agent_with_a_note_begins_another_session(documented: RemoteSession, ask: Any) -> None:
    assert ask().id != documented.id


def test_review_waits_for_the_note(ended: RemoteSession, colleague: Person, acting: Any) -> None:
    with pytest.raises(Refused, match="nothing to review"):
        service.review(acting(colleague), ended, "")


def test_nobody_reviews_their_own_session(agent_desk: Desk, documented: RemoteSession) -> None:
    with pytest.raises(Refused, match="Somebody else"):
        service.review(agent_desk, documented, "Fine.")


def test_review_is_kept(documented: RemoteSession, colleague: Person, acting: Any) -> None:
    service.review(acting(colleague), documented, " Fine. ")
    kept = documented.state, documented.reviewer_id, documented.review
    assert kept == (states.REVIEWED, colleague.id, "Fine.")


def test_session_is_reviewed_once(
    documented: RemoteSession, colleague: Person, acting: Any
) -> None:
    service.review(acting(colleague), documented, "")
    with pytest.raises(Refused, match="reviewed already"):
        service.review(acting(colleague), documented, "")


def test_review_does_not_hide_how_it_ended(
    agent_desk: Desk, running: RemoteSession, colleague: Person, acting: Any
) -> None:
    answers.stop(agent_desk, running)
    service.document(agent_desk, running, NOTE)
    service.review(acting(colleague), running, "")
    assert (running.state, running.reviewer_id) == (states.REVOKED, colleague.id)


def test_more_is_asked_for_beside_what_is_allowed(agent_desk: Desk, running: RemoteSession) -> None:
    service.widen(agent_desk, running, scopes.CONTROL)
    assert (running.scope, running.wanted_scope) == ("view", "view control")


def test_what_is_allowed_is_not_asked_for_again(agent_desk: Desk, running: RemoteSession) -> None:
    with pytest.raises(Refused, match="agreed to that already"):
        service.widen(agent_desk, running, scopes.VIEW)


def test_nothing_more_is_asked_for_before_the_yes(agent_desk: Desk, offered: RemoteSession) -> None:
    with pytest.raises(Refused, match="while the session runs"):
        service.widen(agent_desk, offered, scopes.CONTROL)


def test_session_that_stands_still_ends(
    desk: Desk, running: RemoteSession, clock: SteppedClock
) -> None:
    clock.go(minutes=30)
    jobs.tidy(desk)
    assert (running.state, running.ended_by) == (states.ENDED, states.IDLE)


def test_session_in_which_something_is_done_goes_on(
    desk: Desk, running: RemoteSession, clock: SteppedClock
) -> None:
    clock.go(minutes=20)
    service.see(desk, running)
    clock.go(minutes=20)
    jobs.tidy(desk)
    assert running.state == states.ACTIVE


def test_paused_session_ends_when_nobody_comes_back(
    agent_desk: Desk, running: RemoteSession, clock: SteppedClock
) -> None:
    service.pause(agent_desk, running)
    clock.go(minutes=30)
    jobs.tidy(agent_desk)
    assert (running.state, running.ended_by) == (states.ENDED, states.IDLE)


@pytest.mark.parametrize("first", ["offered", "consented"])
def test_what_nobody_takes_up_expires(
    desk: Desk, request: pytest.FixtureRequest, clock: SteppedClock, first: str
) -> None:
    row: RemoteSession = request.getfixturevalue(first)
    clock.go(minutes=30)
    jobs.tidy(desk)
    assert (row.state, row.ended_by) == (states.EXPIRED, states.TRESEN)


def test_expired_session_holds_no_consent(
    desk: Desk, consented: RemoteSession, clock: SteppedClock
) -> None:
    clock.go(minutes=30)
    jobs.tidy(desk)
    assert (consents.in_force(desk, consented), consented.seat_hash) == (None, None)


def test_tidying_leaves_what_is_open(desk: Desk, offered: RemoteSession) -> None:
    jobs.tidy(desk)
    assert offered.state == states.OFFERED
