# SPDX-License-Identifier: AGPL-3.0-or-later
"""What clearances keep about people is exported, and goes when they are erased."""

from clearances.conftest import CLEAN, Look
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_licensing.agreements.service import Document
from tresen_licensing.clearances import approving, privacy, queries, service
from tresen_licensing.clearances.queries import Review
from tresen_licensing.developments.models import Development

PAPER = Document("signed.pdf", "application/pdf", b"%PDF-1.7")


def counted(desk: Desk, person: Person) -> dict[str, int]:
    """Return how many rows each data set about a person has."""
    return {str(each.title): len(each.rows) for each in privacy.data_sets(desk, person)}


def test_export_names_looks_answers_and_approvals(
    agent_desk: Desk, agent: Person, upstream: Development, look: Look
) -> None:
    review = look({name: body for name, body in CLEAN.items() if "test" not in name})
    service.answer(agent_desk, upstream, review.open[0], "Only words.")
    approving.record_agreement(agent_desk, upstream, review.clearance.id, "Their boss.", PAPER)
    assert counted(agent_desk, agent) == {
        "Clearances that the person ran": 1,
        "Findings that the person answered": 1,
        "Approvals": 1,
    }


def test_export_of_others_is_empty(desk: Desk, customer: Person, clean: Review) -> None:
    assert set(counted(desk, customer).values()) == {0}


def test_erased_agent_leaves_what_was_decided(
    desk: Desk, agent_desk: Desk, agent: Person, upstream: Development, look: Look
) -> None:
    review = look({name: body for name, body in CLEAN.items() if "test" not in name})
    service.answer(agent_desk, upstream, review.open[0], f"{agent.name} looked.")
    approving.record_agreement(agent_desk, upstream, review.clearance.id, "Their boss.", PAPER)
    agent_desk.commit()
    factories.erase_person(desk, agent)
    desk.commit()
    desk.session.expire_all()
    found = queries.latest(desk, upstream.id)
    assert found is not None
    (one,) = queries.findings_of(desk, found.id)
    assert (found.made_by_id, one.answered_by_id, one.answer, one.answered_at is not None) == (
        *(None, None, "[…] looked.", True),
    )


def test_erased_customer_is_blotted_out_of_words(
    desk: Desk, agent_desk: Desk, customer: Person, upstream: Development, clean: Review
) -> None:
    approving.record_agreement(
        agent_desk, upstream, clean.clearance.id, f"{customer.name} agreed.", PAPER
    )
    agent_desk.commit()
    factories.erase_person(desk, customer)
    desk.commit()
    desk.session.expire_all()
    (word,) = queries._approvals(desk, clean.clearance.id)
    assert word.note == "[…] agreed."


def test_erased_customer_is_blotted_out_of_answers(
    desk: Desk, agent_desk: Desk, customer: Person, upstream: Development, look: Look
) -> None:
    review = look({name: body for name, body in CLEAN.items() if "test" not in name})
    words = f"{customer.name} said so, and {customer.name.upper()} again."
    service.answer(agent_desk, upstream, review.open[0], words)
    agent_desk.commit()
    factories.erase_person(desk, customer)
    desk.commit()
    desk.session.expire_all()
    (one,) = queries.findings_of(desk, review.clearance.id)
    assert (one.answer, one.answered_by_id is not None) == ("[…] said so, and […] again.", True)


def test_erased_person_of_another_customer_changes_nothing(
    desk: Desk, agent_desk: Desk, other_customer: Person, upstream: Development, clean: Review
) -> None:
    approving.record_agreement(
        agent_desk, upstream, clean.clearance.id, f"{other_customer.name} was not asked.", PAPER
    )
    agent_desk.commit()
    name = other_customer.name
    factories.erase_person(desk, other_customer)
    desk.commit()
    desk.session.expire_all()
    (word,) = queries._approvals(desk, clean.clearance.id)
    assert (word.note, word.person_id is not None) == (f"{name} was not asked.", True)


def test_finding_keeps_nothing_of_whom_the_patch_names(
    desk: Desk, customer: Person, look: Look
) -> None:
    review = look({**CLEAN, "README": f"{customer.name}, 0421 1234567\n".encode()})
    kept = [(each.code, each.facts, each.answer) for each in review.findings if each.check == "C08"]
    assert {facts + answer for _code, facts, answer in kept} == {"{}"}
