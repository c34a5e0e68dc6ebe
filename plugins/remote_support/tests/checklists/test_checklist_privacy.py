# SPDX-License-Identifier: AGPL-3.0-or-later
"""The operator's answers name who gave them, until that person is erased."""

import pytest
from sqlalchemy import select, text
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_remote_support.checklists import privacy, service, states
from tresen_remote_support.checklists.models import ChecklistAnswer

WORDS = "Conrad Colleague keeps the handbook."


@pytest.fixture
def answers(agent_desk: Desk) -> list[ChecklistAnswer]:
    """Return two answers of the agent, one of which names a colleague."""
    said = {"A6": WORDS, "A21": "There is a telephone."}
    made = [
        service.answer(agent_desk, key, {"verdict": states.YES, "words": words})
        for key, words in said.items()
    ]
    agent_desk.commit()
    return made


def test_person_is_told_of_their_answers(
    desk: Desk, agent: Person, answers: list[ChecklistAnswer]
) -> None:
    (found,) = privacy.data_sets(desk, agent)
    told = [(row["requirement"], row["verdict"], row["words"]) for row in found.rows]
    assert told == [
        ("A6", states.YES, WORDS),
        ("A21", states.YES, "There is a telephone."),
    ]


def test_others_are_told_of_none(
    desk: Desk, colleague: Person, answers: list[ChecklistAnswer]
) -> None:
    (found,) = privacy.data_sets(desk, colleague)
    assert list(found.rows) == []


def test_whoever_an_answer_names_is_taken_out_of_it(
    desk: Desk, colleague: Person, agent: Person, answers: list[ChecklistAnswer]
) -> None:
    factories.erase_person(desk, colleague)
    desk.session.expire_all()
    kept = [(row.words, row.person_id) for row in desk.session.scalars(select(ChecklistAnswer))]
    assert kept == [
        ("[…] keeps the handbook.", agent.id),
        ("There is a telephone.", agent.id),
    ]


def test_answer_stays_when_the_persons_row_goes(desk: Desk, colleague: Person) -> None:
    row = ChecklistAnswer(requirement="A8", verdict=states.YES, words="", answered_at=desk.now())
    row.person_id = colleague.id
    desk.session.add(row)
    desk.session.flush()
    desk.session.execute(text("DELETE FROM person WHERE id = :id"), {"id": colleague.id})
    desk.session.refresh(row)
    assert (row.person_id, row.verdict) == (None, states.YES)
