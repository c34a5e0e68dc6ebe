# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of invitations when tickets and people go, and that letters are no pilot's work."""

import pytest
from sqlalchemy import delete, text
from tresen.sdk import Desk, Person, Ticket, rows_of
from tresen.testing import factories
from tresen_pilot_service import invitations, letters, queries
from tresen_pilot_service.models import Invitation, Participation, PilotTicket


@pytest.fixture
def row(desk: Desk, invited: Participation, customer: Person) -> Participation:
    """Return an invited participation whose key user has a letter."""
    invited.key_user_id = customer.id
    desk.commit()
    desk.session.expire_all()
    whole = queries.participation(desk, invited.id)
    invitations.send(desk, whole)
    desk.commit()
    return whole


def test_day_of_the_invitation_stays_when_the_ticket_goes(desk: Desk, row: Participation) -> None:
    desk.session.execute(delete(Ticket))
    desk.session.expire_all()
    found = queries.invitation(desk, row.id)
    assert found is not None
    assert (found.ticket_id, found.ticket, found.sent_at) == (None, None, desk.now())


def test_invitation_goes_with_the_participation(desk: Desk, row: Participation) -> None:
    desk.session.execute(delete(Participation))
    assert rows_of(desk, Invitation) == []


def test_invitation_is_no_ticket_of_the_pilot(desk: Desk, row: Participation) -> None:
    assert rows_of(desk, PilotTicket) == []


def test_ticket_waits_for_no_answer_of_ours(desk: Desk, row: Participation) -> None:
    ticket = desk.session.query(Ticket).one()
    assert (ticket.is_answer_due, ticket.state) == (False, "new")


def test_customers_answer_comes_onto_the_same_ticket(
    desk: Desk, row: Participation, customer: Person
) -> None:
    factories.make_ticket(desk, customer)
    found = letters.send(desk, row, "Moved", "It is later.")
    assert found is not None
    sent = queries.invitation(desk, row.id)
    assert sent is not None
    assert found.id == sent.ticket_id


def test_journal_tells_who_sent_it(desk: Desk, row: Participation) -> None:
    sql = "SELECT action, actor_name FROM journal_entry WHERE subject_kind = :kind"
    found = desk.session.execute(text(sql), {"kind": invitations.INVITATION}).all()
    assert [tuple(each) for each in found] == [("sent", "Tresen")]
