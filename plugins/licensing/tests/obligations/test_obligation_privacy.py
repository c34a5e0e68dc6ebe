# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who met a duty or chose a licence is told so, and leaves it when erased; the duty stays met."""

from collections.abc import Callable

from tresen.sdk import Desk, Person, ProductVersion
from tresen.testing import factories
from tresen_licensing.components.models import Bom
from tresen_licensing.obligations import privacy, queries, service

TakeIn = Callable[..., Bom]
EITHER = "MIT OR Apache-2.0"


def kept(desk: Desk, person: Person) -> dict[str, list[dict[str, object]]]:
    """Return what is kept of a person, by title."""
    return {
        str(each.title): [dict(row) for row in each.rows]
        for each in privacy.data_sets(desk, person)
    }


def test_person_is_told_what_they_met_and_chose(
    agent_desk: Desk, agent: Person, version: ProductVersion, bom: Bom
) -> None:
    duty = queries.duty(agent_desk, version.id, "source", "GPL-2.0-only")
    row = service.meet(agent_desk, version, duty, "On the page.", "p. 7")
    service.choose(agent_desk, version, EITHER, "MIT", "Short.")
    assert kept(agent_desk, agent) == {
        "Licence duties met": [
            {
                "duty": "source",
                "licence": "GPL-2.0-only",
                "how": "On the page.",
                "evidence": "p. 7",
                "met_at": row.met_at,
            }
        ],
        "Licences chosen": [{"expression": EITHER, "chosen": "MIT", "note": "Short."}],
    }


def test_others_are_told_nothing(
    agent_desk: Desk, customer: Person, version: ProductVersion, bom: Bom
) -> None:
    service.choose(agent_desk, version, EITHER, "MIT", "Short.")
    assert kept(agent_desk, customer) == {"Licence duties met": [], "Licences chosen": []}


def test_erased_person_leaves_duties_met_and_licences_chosen(
    desk: Desk, agent_desk: Desk, agent: Person, version: ProductVersion, bom: Bom
) -> None:
    duty = queries.duty(agent_desk, version.id, "source", "GPL-2.0-only")
    row = service.meet(agent_desk, version, duty, "Anna Agent asked.", "Anna Agent")
    choice = service.choose(agent_desk, version, EITHER, "MIT", "By Anna Agent.")
    agent_desk.commit()
    factories.erase_person(desk, desk.session.get_one(Person, agent.id))
    desk.commit()
    agent_desk.session.expire_all()
    assert (row.met_by_id, row.how, row.evidence) == (None, "[…] asked.", "[…]")
    assert (choice.chosen_by_id, choice.note, choice.chosen) == (None, "By […].", "MIT")
    assert queries.duty(agent_desk, version.id, "source", "GPL-2.0-only").state == "met"
