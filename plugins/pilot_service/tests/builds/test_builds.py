# SPDX-License-Identifier: AGPL-3.0-or-later
"""A build is known by its number, and nobody has one that there is no way back from."""

from collections.abc import Callable
from typing import Any

import pytest
from tresen.sdk import Desk, Missing, ProductVersion, Refused
from tresen.testing import factories
from tresen_pilot_service import queries as programmes
from tresen_pilot_service import service as pilots
from tresen_pilot_service.builds import queries, service
from tresen_pilot_service.builds.models import Build, Rollout
from tresen_pilot_service.models import Participation, Programme

Add = Callable[..., Build]
RollOut = Callable[..., service.Outcome]
Values = Callable[..., dict[str, Any]]
TEXTS = {"notes": "", "known_issues": "", "rollback_note": "Reinstall.", "version_id": None}


def test_builds_stand_newest_first(desk: Desk, programme: Programme, add: Add) -> None:
    add("b1")
    add("b2")
    assert [each.number for each in queries.builds(desk, programme.id)] == ["b2", "b1"]


def test_builds_of_another_programme_stand_elsewhere(
    desk: Desk, programme: Programme, programme_values: Values, add: Add
) -> None:
    add("b1")
    other = pilots.begin_programme(desk, programme_values(title="Other"))
    assert list(queries.builds(desk, other.id)) == []


@pytest.mark.parametrize("number", ["b1", " b1 "])
def test_number_is_given_once_in_a_programme(
    desk: Desk, programme: Programme, add: Add, number: str
) -> None:
    add("b1")
    with pytest.raises(Refused, match="The programme has a build b1 already"):
        service.add_build(desk, programme, {"number": number, **TEXTS})


def test_other_programme_may_have_the_number_too(
    desk: Desk, programme_values: Values, add: Add
) -> None:
    add("b1")
    other = pilots.begin_programme(desk, programme_values(title="Other"))
    made = service.add_build(desk, other, {"number": "b1", **TEXTS})
    assert (made.programme_id, made.number) == (other.id, "b1")


def test_build_keeps_its_number_when_it_is_changed(desk: Desk, add: Add) -> None:
    build = queries.build(desk, add("b1").id)
    service.change_build(desk, build, {"number": "b1", **TEXTS, "notes": " Faster. "})
    assert (build.number, build.notes) == ("b1", "Faster.")


def test_build_takes_no_number_of_another(desk: Desk, add: Add) -> None:
    add("b1")
    build = queries.build(desk, add("b2").id)
    with pytest.raises(Refused, match="The programme has a build b1 already"):
        service.change_build(desk, build, {"number": "b1", **TEXTS})


def test_version_is_one_of_the_product(
    desk: Desk, programme: Programme, version: ProductVersion, add: Add
) -> None:
    other = factories.make_product(desk, "kasse", "Kassenwerk")
    foreign = ProductVersion(product_id=other.id, number="1.0")
    desk.session.add(foreign)
    desk.session.flush()
    assert add("b1", version_id=version.id).version_id == version.id
    with pytest.raises(Refused, match="This version belongs to another product"):
        add("b2", version_id=foreign.id)


def test_versions_to_choose_are_those_of_the_product(
    desk: Desk, programme: Programme, version: ProductVersion
) -> None:
    other = factories.make_product(desk, "kasse", "Kassenwerk")
    desk.session.add(ProductVersion(product_id=other.id, number="1.0"))
    desk.session.flush()
    found = queries.versions(desk, programme.product_id)
    assert [each.number for each in found] == ["5.0rc1"]


def test_build_that_is_not_there_is_missing(desk: Desk) -> None:
    with pytest.raises(Missing, match="There is no such build"):
        queries.build(desk, 99)


def test_way_back_stays_while_a_ring_has_the_build(
    desk: Desk, participation: Participation, add: Add, roll_out: RollOut
) -> None:
    build = queries.build(desk, add("b1").id)
    roll_out(build, 1)
    nothing = {"number": "b1", **TEXTS, "rollback_note": "  "}
    with pytest.raises(Refused, match="its rollback note has to stay"):
        service.change_build(desk, build, nothing)
    service.withdraw(desk, build, 1, is_told=False)
    service.change_build(desk, build, nothing)
    assert build.rollback_note == ""


def test_build_goes_with_its_programme(
    desk: Desk, participation: Participation, add: Add, roll_out: RollOut
) -> None:
    roll_out(add("b1"), 1)
    desk.session.delete(programmes.programme(desk, participation.programme_id))
    desk.session.flush()
    assert [desk.session.query(table).count() for table in (Build, Rollout)] == [0, 0]


def test_build_outlives_its_version(desk: Desk, version: ProductVersion, add: Add) -> None:
    build = add("b1", version_id=version.id)
    desk.session.delete(version)
    desk.session.flush()
    desk.session.refresh(build)
    assert build.version_id is None


def test_adding_and_changing_are_journalled(
    desk: Desk, add: Add, journal: Callable[[str], list[tuple[str, str, Any]]]
) -> None:
    build = queries.build(desk, add("b1").id)
    service.change_build(desk, build, {"number": "b1b", **TEXTS, "notes": "New in b1."})
    assert journal(service.BUILD) == [
        ("added", "", None),
        ("changed", "known_issues", ""),
        ("changed", "number", "b1b"),
        ("changed", "rollback_note", "Reinstall."),
    ]


def test_current_builds_of_a_programme_without_builds_are_none(
    desk: Desk, programme: Programme
) -> None:
    assert queries.current_builds(desk, programme.id) == {}
