# SPDX-License-Identifier: AGPL-3.0-or-later
"""Notices name every component and every licence, and each text once for whoever brought it."""

from collections.abc import Callable
from typing import Any

import pytest
from bills_of_tests import BUOY, CRANE, ROPE
from tresen.sdk import Desk
from tresen.testing.statements import recorded
from tresen_licensing.components import notices
from tresen_licensing.components.models import Bom
from tresen_licensing.components.notices import LicenceNote

TakeIn = Callable[..., Bom]


def bearing(ref: str, text: str, **licence: str) -> dict[str, Any]:
    """Return a component that brings the text of its licence."""
    said = {"license": {**licence, "text": {"content": text}}}
    return {**ROPE, "bom-ref": ref, "name": ref, "licenses": [said]}


def noted(desk: Desk, bom: Bom) -> list[LicenceNote]:
    """Return the licences of the notices."""
    return list(notices.notices(desk, bom, "Lager 4.1").licences)


def test_same_text_stands_once_with_all_who_bring_it(agent_desk: Desk, take_in: TakeIn) -> None:
    bom = take_in(
        bearing("b", "Permission.", id="MIT"),
        bearing("a", "Permission.", id="MIT"),
        bearing("c", "Other permission.", id="MIT"),
    )
    mit = "https://spdx.org/licenses/MIT.html"
    assert noted(agent_desk, bom) == [
        LicenceNote("MIT", "Other permission.", mit, ["c"]),
        LicenceNote("MIT", "Permission.", mit, ["a", "b"]),
    ]


def test_same_text_under_two_names_stands_under_both(agent_desk: Desk, take_in: TakeIn) -> None:
    bom = take_in(bearing("a", "Permission.", name="Ours"), bearing("b", "Permission.", id="MIT"))
    assert [(each.licence, each.titles) for each in noted(agent_desk, bom)] == [
        ("MIT", ["b"]),
        ("Ours", ["a"]),
    ]


def test_licence_without_a_text_is_named_with_its_address(
    agent_desk: Desk, take_in: TakeIn
) -> None:
    bom = take_in(CRANE, ROPE, BUOY)
    found = noted(agent_desk, bom)
    assert [(each.licence, each.address, each.text) for each in found] == [
        (name, f"https://spdx.org/licenses/{name}.html", "")
        for name in ("Apache-2.0", "GPL-2.0-only", "MIT")
    ]


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        ("MIT", "https://spdx.org/licenses/MIT.html"),
        (
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "https://spdx.org/licenses/GPL-2.0-only.html",
        ),
        ("LicenseRef-Ours", ""),
        ("DocumentRef-a:LicenseRef-b", ""),
    ],
)
def test_address_is_that_of_the_list_of_spdx(licence: str, address: str) -> None:
    assert notices.address_of(licence) == address


@pytest.mark.parametrize(
    ("licences", "said"),
    [
        ([{"license": {"id": "MIT"}}], "MIT"),
        ([{"license": {"name": "AGPLv3"}}], "AGPLv3"),
        ([], "licence not named"),
    ],
)
def test_component_says_its_licence_as_well_as_it_is_known(
    agent_desk: Desk, take_in: TakeIn, licences: list[dict[str, Any]], said: str
) -> None:
    bom = take_in({**ROPE, "licenses": licences})
    (row,) = notices.notices(agent_desk, bom, "Lager").components
    assert notices.licence_of(row) == said


def test_copyright_stands_line_by_line(agent_desk: Desk, take_in: TakeIn) -> None:
    more = {"evidence": {"copyright": [{"text": "2020 B\n2019 A"}, {"text": "2020 B"}]}}
    bom = take_in({**CRANE, **more})
    text = notices.as_text(notices.notices(agent_desk, bom, "Lager"))
    assert text.splitlines()[3:9] == [
        "harbour/crane 2.0",
        "Licence: GPL-2.0-only",
        "2019 A",
        "2020 B",
        "2024 Crane Works",
        "",
    ]


def test_notices_take_three_statements_however_many_components(
    agent_desk: Desk, take_in: TakeIn
) -> None:
    def statements(count: int) -> int:
        bom = take_in(*(bearing(f"c{n}", f"Text {n}.", name=f"L{n}") for n in range(count)))
        bom_id = bom.id
        with recorded(agent_desk.core.engine) as found:
            notices.notices(agent_desk, bom, f"Lager {bom_id}")
        return len(found)

    assert statements(30) == statements(2)
