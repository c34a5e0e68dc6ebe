# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bills and components are found by version and name, and nothing of another version is."""

from collections.abc import Callable
from typing import Any

import pytest
from bills_of_tests import BUOY, CRANE, ROPE, as_bytes, cyclonedx
from tresen.sdk import Desk, Missing, Product, ProductVersion
from tresen_licensing.components import queries, service
from tresen_licensing.components.models import Bom
from tresen_licensing.components.queries import Unclear
from tresen_licensing.portfolio.files import Upload

TakeIn = Callable[..., Bom]


@pytest.fixture
def other(agent_desk: Desk, product: Product) -> ProductVersion:
    """Return another version of the product, with a bill of its own."""
    made = ProductVersion(product_id=product.id, number="5.0")
    agent_desk.session.add(made)
    agent_desk.session.flush()
    upload = Upload("other.json", as_bytes(cyclonedx(CRANE)))
    service.take_in(agent_desk, made, upload)
    agent_desk.commit()
    return made


def named(number: int, licence: dict[str, Any]) -> dict[str, Any]:
    """Return a component under a licence."""
    return {**ROPE, "bom-ref": f"c{number}", "name": f"c{number}", "licenses": [licence]}


def test_each_version_has_the_bill_of_its_own(
    agent_desk: Desk, version: ProductVersion, bom: Bom, other: ProductVersion
) -> None:
    found = queries.current_of(agent_desk, [version.id, other.id, 10_000])
    every = queries.current_of(agent_desk, None)
    assert (sorted(found), found[version.id].id, every) == (
        sorted([version.id, other.id]),
        bom.id,
        found,
    )


def test_no_version_has_no_bill(agent_desk: Desk, version: ProductVersion) -> None:
    found = queries.current(agent_desk, version.id), queries.earlier(agent_desk, version.id)
    assert (found, queries.current_of(agent_desk, [])) == ((None, []), {})


def test_earlier_bills_stand_latest_first(
    agent_desk: Desk, version: ProductVersion, take_in: TakeIn
) -> None:
    made = [take_in(each).id for each in (CRANE, ROPE, BUOY)]
    assert [each.id for each in queries.earlier(agent_desk, version.id)] == made[1::-1]


def test_bill_of_another_version_is_missing(
    agent_desk: Desk, version: ProductVersion, bom: Bom, other: ProductVersion
) -> None:
    with pytest.raises(Missing) as refusal:
        queries.bom_of(agent_desk, other.id, bom.id)
    assert refusal.value.sentence == "This bill of materials does not exist."


def test_component_of_another_version_is_missing(
    agent_desk: Desk, version: ProductVersion, bom: Bom, other: ProductVersion
) -> None:
    one = queries.all_components(agent_desk, bom.id)[0]
    with pytest.raises(Missing) as refusal:
        queries.component(agent_desk, other.id, one.id)
    assert refusal.value.sentence.startswith("This component does not exist")
    assert queries.component(agent_desk, version.id, one.id) == one


def test_component_of_an_earlier_bill_is_missing(
    agent_desk: Desk, version: ProductVersion, bom: Bom, take_in: TakeIn
) -> None:
    gone = queries.all_components(agent_desk, bom.id)[0].id
    take_in(ROPE)
    with pytest.raises(Missing):
        queries.component(agent_desk, version.id, gone)


def test_what_is_not_clear_stands_by_frequency_with_one_of_them(
    agent_desk: Desk, take_in: TakeIn
) -> None:
    ours, secret = {"license": {"name": "Ours"}}, {"license": {"name": "Secret"}}
    bom = take_in(
        named(1, secret),
        named(2, ours),
        named(3, ours),
        named(4, {"license": {"id": "MIT"}}),
        {**ROPE, "licenses": []},
    )
    ids = {each.name: each.id for each in queries.all_components(agent_desk, bom.id)}
    assert queries.unclear(agent_desk, bom.id) == [
        Unclear("Ours", 2, ids["c2"]),
        Unclear("", 1, ids["rope"]),
        Unclear("Secret", 1, ids["c1"]),
    ]


def test_expressions_are_counted_for_each_bill(
    agent_desk: Desk, version: ProductVersion, bom: Bom, other: ProductVersion
) -> None:
    theirs = queries.current_of(agent_desk, [other.id])[other.id]
    assert queries.expressions(agent_desk, [bom.id, theirs.id, 10_000]) == {
        bom.id: {"": 1, "GPL-2.0-only": 1, "MIT OR Apache-2.0": 1},
        theirs.id: {"GPL-2.0-only": 1},
        10_000: {},
    }


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", ["buoy", "crane", "rope"]),
        ("CRANE", ["crane"]),
        ("harbour", ["crane"]),
        ("harbour gpl", ["crane"]),
        ("harbour mit", []),
        ("apache", ["rope"]),
        ("agpl", ["buoy"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("r e", ["crane", "rope"]),
    ],
)
def test_every_word_has_to_be_found(
    agent_desk: Desk, bom: Bom, words: str, names: list[str]
) -> None:
    assert [each.name for each in queries.components(agent_desk, bom.id, words)] == names


@pytest.mark.parametrize(("page", "count"), [(-3, 101), (0, 101), (1, 101), (3, 20), (4, 0)])
def test_page_holds_one_more_where_there_are_more(
    agent_desk: Desk, take_in: TakeIn, page: int, count: int
) -> None:
    licence = {"license": {"id": "MIT"}}
    bom = take_in(*(named(number, licence) for number in range(220)))
    assert len(queries.components(agent_desk, bom.id, "", page)) == count


def test_alike_are_those_that_say_the_same(agent_desk: Desk, take_in: TakeIn) -> None:
    ours = {"license": {"name": "Ours"}}
    said = {"license": {"name": "Ours", "acknowledgement": "concluded"}}
    bom = take_in(named(1, ours), named(2, ours), named(3, said))
    found = queries.all_components(agent_desk, bom.id)
    assert [queries.alike(agent_desk, each) for each in found] == [2, 2, 1]


def test_components_stand_by_name_whatever_their_case(agent_desk: Desk, take_in: TakeIn) -> None:
    bom = take_in(
        *({**ROPE, "bom-ref": name, "name": name} for name in ("b", "A", "C", "a")),
        {**ROPE, "bom-ref": "a2", "name": "a", "version": "0.9"},
    )
    found = [(each.name, each.version) for each in queries.all_components(agent_desk, bom.id)]
    assert found == [("a", "0.9"), ("A", "1.1"), ("a", "1.1"), ("b", "1.1"), ("C", "1.1")]
