# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who imported and cleared is told so and leaves when erased; authors that a bill names stay."""

from tresen.sdk import Desk, Person, ProductVersion
from tresen.testing import factories
from tresen_licensing.components import privacy, queries, service
from tresen_licensing.components.models import Bom, Component


def buoy(desk: Desk, bom: Bom) -> Component:
    """Return the component whose licence is not clear."""
    return next(each for each in queries.all_components(desk, bom.id) if each.name == "buoy")


def test_person_is_told_what_they_imported_and_cleared(
    agent_desk: Desk, agent: Person, bom: Bom
) -> None:
    one = buoy(agent_desk, bom)
    service.clear(agent_desk, one, "AGPL-3.0-only", "Asked.", is_for_all=False)
    found = {str(each.title): list(each.rows) for each in privacy.data_sets(agent_desk, agent)}
    (cleared,) = found["Licences cleared"]
    assert found["SBOMs imported"] == [
        {"format": "CycloneDX", "sha256": bom.sha256, "imported_at": bom.imported_at}
    ]
    assert (cleared["component"], cleared["licence"], cleared["note"]) == (
        *("buoy", "AGPL-3.0-only", "Asked."),
    )


def test_others_are_told_nothing(agent_desk: Desk, customer: Person, bom: Bom) -> None:
    assert [list(each.rows) for each in privacy.data_sets(agent_desk, customer)] == [[], []]


def test_erased_person_leaves_and_conclusions_stay(
    desk: Desk, agent_desk: Desk, agent: Person, version: ProductVersion, bom: Bom
) -> None:
    one = buoy(agent_desk, bom)
    service.clear(agent_desk, one, "AGPL-3.0-only", "Anna Agent read it.", is_for_all=False)
    agent_desk.commit()
    factories.erase_person(desk, desk.session.get_one(Person, agent.id))
    desk.commit()
    agent_desk.session.expire_all()
    found = queries.component(agent_desk, version.id, one.id)
    assert found.clearing is not None
    assert (found.expression, found.clearing.note, found.clearing.cleared_by) == (
        *("AGPL-3.0-only", "[…] read it.", None),
    )
    current = queries.current(agent_desk, version.id)
    assert current is not None
    assert (current.imported_by, current.sha256) == (None, bom.sha256)


def test_holder_of_copyright_stays_named(
    desk: Desk, agent_desk: Desk, agent: Person, bom: Bom
) -> None:
    factories.erase_person(desk, desk.session.get_one(Person, agent.id))
    desk.commit()
    found = [each.copyright for each in queries.all_components(agent_desk, bom.id)]
    assert found == ["", "2024 Crane Works", ""]
