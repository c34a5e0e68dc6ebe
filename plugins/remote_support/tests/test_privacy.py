# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is kept about people is told to them, and goes when they are erased."""

import pytest
from tresen.sdk import Desk, Person, Refused
from tresen.testing import factories
from tresen_remote_support import privacy, queries, service
from tresen_remote_support.models import RemoteSession


def test_customer_is_told_of_sessions_and_consents(
    desk: Desk, documented: RemoteSession, customer: Person
) -> None:
    sessions, consents = privacy.data_sets(desk, customer)
    parts = [(row["reference"], row["part"]) for row in sessions.rows]
    given = [(row["scope"], row["name"]) for row in consents.rows]
    expected = [(documented.reference, "at the screen")], [("view", "Karla Kundin")]
    assert (parts, given) == expected


def test_agent_is_told_of_each_part(
    desk: Desk, documented: RemoteSession, agent: Person, colleague: Person
) -> None:
    documented.second_agent_id = documented.reviewer_id = colleague.id
    desk.commit()
    found = [
        [row["part"] for row in privacy.data_sets(desk, person)[0].rows]
        for person in (agent, colleague)
    ]
    assert found == [["agent"], ["second agent", "reviewer"]]


def test_nothing_is_told_of_others(desk: Desk, documented: RemoteSession) -> None:
    stranger = factories.make_person(desk, "Sam Stranger", "sam@else.example")
    desk.commit()
    told = [len(each.rows) for each in privacy.data_sets(desk, stranger)]
    assert (documented.state, told) == ("ended", [0, 0])


def test_erased_customer_is_in_no_row_and_no_words(
    desk: Desk, documented: RemoteSession, customer: Person
) -> None:
    documented.actions = f"{customer.name} had ticked it."
    desk.commit()
    factories.erase_person(desk, customer)
    desk.commit()
    (given,) = queries.consents(desk, documented)
    kept = documented.person_id, given.person_id, given.name, documented.actions
    assert kept == (None, None, "", "[…] had ticked it.")


def test_erased_agent_leaves_the_record(
    desk: Desk, documented: RemoteSession, agent: Person
) -> None:
    factories.erase_person(desk, agent)
    desk.commit()
    kept = documented.agent_id, documented.actions, documented.minutes
    assert kept == (None, "A tick.", 8)


@pytest.mark.parametrize("column", list(privacy.PARTS))
def test_every_part_is_let_go(
    desk: Desk, documented: RemoteSession, colleague: Person, column: str
) -> None:
    setattr(documented, column, colleague.id)
    desk.commit()
    factories.erase_person(desk, colleague)
    desk.commit()
    assert getattr(documented, column) is None


def test_session_whose_agent_is_gone_is_not_offered_again(
    desk: Desk, agent_desk: Desk, offered: RemoteSession, agent: Person
) -> None:
    factories.erase_person(desk, agent)
    with pytest.raises(Refused, match="has no agent"):
        service.offer(agent_desk, offered)
