# SPDX-License-Identifier: AGPL-3.0-or-later
"""An organisation is found by the name that is typed, and told apart from its namesakes."""

import pytest
from tresen.desk import Desk
from tresen.people import naming, service
from tresen.people.models import Organisation
from tresen.testing.statements import recorded


@pytest.fixture
def homes(desk: Desk) -> dict[str, Organisation]:
    """Return organisations, two of which bear one name."""
    names = ("Nord GmbH", "Süd & Söhne", "HP", "Nordlicht AG")
    made = {name: service.add_organisation(desk, name) for name in names}
    made["twin"] = service.add_organisation(desk, "Nord GmbH")
    desk.session.flush()
    return made


def test_label_is_the_name_and_for_namesakes_the_number_too(
    desk: Desk, homes: dict[str, Organisation]
) -> None:
    alone, first, twin = homes["HP"].id, homes["Nord GmbH"].id, homes["twin"].id
    labels = [naming.label_of(desk, each) for each in (alone, first, twin, 9999)]
    assert labels == ["HP", f"Nord GmbH #{first}", f"Nord GmbH #{twin}", ""]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Süd & Söhne", ["Süd & Söhne"]),
        ("süd & söhne", ["Süd & Söhne"]),
        ("hp", ["HP"]),
        ("Süd", []),
        ("Nord GmbH", ["Nord GmbH", "twin"]),
        ("Nord GmbH #0", []),
        ("#1", []),
        ("", []),
    ],
)
def test_text_means(
    desk: Desk, homes: dict[str, Organisation], text: str, meant: list[str]
) -> None:
    assert sorted(naming.ids_labelled(desk, text)) == sorted(homes[name].id for name in meant)


def test_every_label_means_its_own_organisation(desk: Desk, homes: dict[str, Organisation]) -> None:
    ids = [home.id for home in homes.values()]
    labels = [naming.label_of(desk, each) for each in ids]
    assert [naming.ids_labelled(desk, label) for label in labels] == [[each] for each in ids]


def test_name_that_looks_like_a_label_is_a_name(desk: Desk) -> None:
    odd = service.add_organisation(desk, "Gate #12")
    desk.session.flush()
    assert naming.ids_labelled(desk, "Gate #12") == [odd.id]


@pytest.mark.parametrize(
    ("begun", "names"),
    [
        ("nord", ["Nord GmbH", "twin", "Nordlicht AG"]),
        ("soh", ["Süd & Söhne"]),
        ("HP", ["HP"]),
        ("zz", []),
    ],
)
def test_suggested_are_those_with_words_that_begin_so(
    desk: Desk, homes: dict[str, Organisation], begun: str, names: list[str]
) -> None:
    wanted = [naming.label_of(desk, homes[name].id) for name in names]
    assert naming.labels_begun(desk, begun, 8) == wanted


def test_suggestions_are_few_whatever_there_is(desk: Desk) -> None:
    for number in range(20):
        service.add_organisation(desk, f"Nord {number:02}")
    desk.session.flush()
    with recorded(desk.core.engine) as statements:
        found = naming.labels_begun(desk, "nord", 8)
    assert (len(found), len(statements)) == (8, 2)
