# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who leaves a team loses it at once; who sends another's words sends them in their own name."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.desk import Desk
from tresen.journal.models import JournalEntry
from tresen.mail.models import OutboundMail
from tresen.people.models import Person, Team, TeamMember
from tresen.testing import factories
from tresen.tickets.models import Draft, Message, Ticket

SignIn = Callable[[Person], FlaskClient]
REPLY = {"kind": "reply", "body": "Please restart it.", "to": "karla@kunde.example"}


@pytest.fixture
def ticket(desk: Desk, agent: Person, customer: Person) -> Ticket:
    """A ticket of a restricted team, whose only member is the agent."""
    team = Team(name="Secret", is_restricted=True)
    desk.session.add(team)
    desk.session.flush()
    desk.session.add(TeamMember(team_id=team.id, person_id=agent.id))
    made = factories.make_ticket(desk, customer, team_id=team.id)
    desk.commit()
    return made


def test_atk_z06_agent_who_left_a_team_is_out_at_once(
    desk: Desk, agent: Person, ticket: Ticket, sign_in: SignIn
) -> None:
    browser, path = sign_in(agent), f"/tickets/{ticket.number}"
    assert browser.get(path).status_code == 200
    browser.post(f"{path}/messages", data=REPLY)
    message_id = desk.session.scalars(select(Message.id).order_by(Message.id.desc())).first()
    desk.session.delete(desk.session.scalars(select(TeamMember)).one())
    desk.commit()
    assert browser.get(path).status_code == 404
    for verb in ("messages", "draft", "change", "take", f"messages/{message_id}/take-back"):
        assert browser.post(f"{path}/{verb}", data=REPLY).status_code == 404
    assert len(desk.session.scalars(select(Message)).all()) == 2


def test_atk_m24_text_of_one_agent_that_another_sends_bears_the_senders_name(
    desk: Desk, agent: Person, administrator: Person, customer: Person, sign_in: SignIn
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    path = f"/tickets/{ticket.number}"
    sign_in(agent).post(f"{path}/draft", data=REPLY)
    other = sign_in(administrator)
    assert "Please restart it." not in other.get(path).text
    other.post(f"{path}/messages", data=REPLY | {"state": "solved"})
    desk.session.expire_all()
    message = desk.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert message is not None
    assert (message.author_id, message.author_name) == (administrator.id, "Ada Admin")
    mail = desk.session.scalars(select(OutboundMail).where(OutboundMail.purpose == "reply")).one()
    assert mail.sender.startswith("Ada Admin")
    changed = select(JournalEntry.actor_name).where(JournalEntry.action == "changed")
    assert set(desk.session.scalars(changed)) == {"Ada Admin"}
    # What the first one wrote stays theirs.
    assert [draft.person_id for draft in desk.session.scalars(select(Draft))] == [agent.id]
