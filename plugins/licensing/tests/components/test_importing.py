# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bill is imported whole or not at all; a newer one supersedes it, our conclusions stay."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from bills_of_tests import BUOY, CRANE, ROPE, as_bytes, cyclonedx
from sqlalchemy import func, select
from tresen.sdk import Desk, Person, ProductVersion, Refused, read_file
from tresen.testing.statements import recorded
from tresen_licensing.boms import reading
from tresen_licensing.boms.bills import Bill, Part
from tresen_licensing.components import queries, service
from tresen_licensing.components.models import Bom, Clearing, Component, LicenceText
from tresen_licensing.portfolio import queries as portfolio
from tresen_licensing.portfolio.files import Upload

TakeIn = Callable[..., Bom]
Journal = Callable[[str], list[tuple[str, str, Any, Any]]]


def said(desk: Desk, bom: Bom) -> list[tuple[str, str, str]]:
    """Return name, words and expression of the components of a bill."""
    return [
        (each.title, each.said, each.expression) for each in queries.all_components(desk, bom.id)
    ]


def named(desk: Desk, bom: Bom, name: str) -> Component:
    """Return a component of a bill by name."""
    wanted = select(Component).where(Component.bom_id == bom.id, Component.name == name)
    return desk.session.scalars(wanted).one()


def test_bill_is_kept_with_its_file_and_its_components(
    agent_desk: Desk, agent: Person, version: ProductVersion, bom: Bom, journal: Journal
) -> None:
    body = as_bytes(cyclonedx())
    release = portfolio.release(agent_desk, version.id)
    found = queries.current(agent_desk, version.id)
    assert found is not None
    assert found.file is not None
    assert release is not None
    assert (found.format, found.spec_version, found.count, found.sha256) == (
        *("CycloneDX", "1.6", 3),
        sha256(body).hexdigest(),
    )
    assert (read_file(agent_desk, found.file), found.imported_by, release.sbom_id) == (
        body,
        agent,
        found.file_id,
    )
    assert said(agent_desk, bom) == [
        ("buoy", "AGPLv3", ""),
        ("harbour/crane", "GPL-2.0-only", "GPL-2.0-only"),
        ("rope", "MIT OR Apache-2.0", "MIT OR Apache-2.0"),
    ]
    assert journal("licensing.release")[-3:] == [
        ("file_kept", "sbom", None, "lager.cdx.json"),
        ("file_kept", "sbom_hash", None, found.sha256),
        ("file_kept", "components", None, 3),
    ]


def test_newer_bill_supersedes_and_the_earlier_file_stays(
    agent_desk: Desk, version: ProductVersion, bom: Bom, take_in: TakeIn
) -> None:
    first = bom.id
    newer = take_in(ROPE)
    (old,) = queries.earlier(agent_desk, version.id)
    assert old.file is not None
    assert (old.id, old.file.name, queries.all_components(agent_desk, first)) == (
        *(first, "lager.cdx.json"),
        [],
    )
    found = queries.current(agent_desk, version.id)
    assert (found, said(agent_desk, newer)) == (
        newer,
        [("rope", "MIT OR Apache-2.0", "MIT OR Apache-2.0")],
    )


def test_same_file_is_not_imported_twice(bom: Bom, take_in: TakeIn) -> None:
    with pytest.raises(Refused) as refusal:
        take_in()
    assert refusal.value.sentence == "This file is imported already."


def test_refused_file_changes_nothing(
    agent_desk: Desk, version: ProductVersion, bom: Bom, take_in: TakeIn
) -> None:
    with pytest.raises(Refused):
        take_in(CRANE, {**ROPE, "bom-ref": "crane"})
    agent_desk.rollback()
    count = agent_desk.session.scalar(select(func.count()).select_from(Component))
    assert (queries.current(agent_desk, version.id), count) == (bom, 3)


def test_conclusion_goes_along_where_the_same_is_said(
    agent_desk: Desk, agent: Person, bom: Bom, take_in: TakeIn
) -> None:
    one = named(agent_desk, bom, "buoy")
    service.clear(agent_desk, one, "AGPL-3.0-only", "Read it.", is_for_all=False)
    newer = take_in({**BUOY, "version": "0.4"}, {**ROPE, "licenses": BUOY["licenses"]})
    rows = queries.all_components(agent_desk, newer.id)
    found = [
        (row.name, row.version, row.expression, row.clearing and row.clearing.note) for row in rows
    ]
    assert found == [("buoy", "0.4", "AGPL-3.0-only", "Read it."), ("rope", "1.1", "", None)]
    assert agent_desk.session.scalar(select(Clearing.cleared_by_id)) == agent.id


def test_conclusion_ends_where_the_file_says_something_else(
    agent_desk: Desk, bom: Bom, take_in: TakeIn
) -> None:
    one = named(agent_desk, bom, "buoy")
    service.clear(agent_desk, one, "AGPL-3.0-only", "", is_for_all=False)
    newer = take_in({**BUOY, "licenses": [{"license": {"name": "Secret"}}]})
    assert said(agent_desk, newer) == [("buoy", "Secret", "")]


@pytest.mark.parametrize(("is_for_all", "count"), [(True, 2), (False, 1)])
def test_licence_is_cleared_for_one_or_for_all_that_say_the_same(
    agent_desk: Desk, take_in: TakeIn, journal: Journal, is_for_all: bool, count: int
) -> None:
    bom = take_in(BUOY, {**BUOY, "bom-ref": "b", "name": "beacon"}, ROPE)
    one = named(agent_desk, bom, "beacon")
    done = service.clear(agent_desk, one, "agpl-3.0-only", " Why. ", is_for_all=is_for_all)
    cleared = [each.expression for each in queries.all_components(agent_desk, bom.id)]
    assert (done, cleared.count("AGPL-3.0-only"), one.expression) == (
        count,
        count,
        "AGPL-3.0-only",
    )
    assert journal("licensing.component") == [
        ("cleared", "licence", "AGPLv3", "AGPL-3.0-only"),
        ("cleared", "components", None, count),
    ]


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("AGPLv3", "SPDX knows no licence AGPLv3, such as AGPL-3.0-or-later."),
        ("MIT AND", "A licence is an SPDX expression, such as AGPL-3.0-or-later."),
        (
            " OR ".join(f"LicenseRef-{'x' * 90}{n}" for n in range(9)),
            "This expression is too long.",
        ),
    ],
)
def test_what_is_no_expression_clears_nothing(
    agent_desk: Desk, bom: Bom, expression: str, sentence: str
) -> None:
    one = named(agent_desk, bom, "buoy")
    with pytest.raises(Refused) as refusal:
        service.clear(agent_desk, one, expression, "", is_for_all=True)
    assert (refusal.value.sentence, one.expression) == (sentence, "")


def test_cleared_licence_is_written_as_concluded(agent_desk: Desk, bom: Bom) -> None:
    one = named(agent_desk, bom, "buoy")
    service.clear(agent_desk, one, "AGPL-3.0-only", "", is_for_all=False)
    parts = {each.name: each for each in queries.bill_of(agent_desk, bom).parts}
    assert [(each.declared, each.concluded) for each in (parts["buoy"], parts["rope"])] == [
        ("AGPLv3", "AGPL-3.0-only"),
        ("MIT OR Apache-2.0", ""),
    ]


def test_stored_bill_is_the_one_that_came(agent_desk: Desk, take_in: TakeIn) -> None:
    text = {"license": {"name": "Ours", "text": {"content": "Lift well."}}}
    links = [{"ref": "whole", "dependsOn": ["buoy"]}, {"ref": "buoy", "dependsOn": ["rope"]}]
    components = [{**BUOY, "licenses": [text]}, CRANE, ROPE]
    bom = take_in(*components, dependencies=links)
    came = reading.read(as_bytes(cyclonedx(*components, dependencies=links)))
    texts = agent_desk.session.scalars(select(LicenceText.text)).all()
    assert (queries.bill_of(agent_desk, bom), texts) == (came, ["Lift well."])


def test_fifty_thousand_components_take_a_bounded_number_of_statements(
    agent_desk: Desk, version: ProductVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def statements(count: int) -> int:
        one = Part(ref="", name="", declared="MIT", texts=(("MIT", "A text."),))
        parts = tuple(replace(one, ref=f"r{n}", name=f"part {n}") for n in range(count))
        bill = Bill("CycloneDX", "1.6", parts)
        monkeypatch.setattr(service, "read", lambda body: bill)
        with recorded(agent_desk.core.engine) as found:
            service.take_in(agent_desk, version, Upload("a.json", str(count).encode()))
        return len(found)

    few, many = statements(1), statements(50_000)
    bom = queries.current(agent_desk, version.id)
    assert bom is not None
    with recorded(agent_desk.core.engine) as found:
        page = queries.components(agent_desk, bom.id, "part 4999", 1)
        counts = queries.expressions(agent_desk, [bom.id])
        unclear = queries.unclear(agent_desk, bom.id)
    # One for each thousand rows but the first, and three more for what is superseded.
    assert (many - few, len(page), counts, unclear, len(found)) == (
        *(52, 15, {bom.id: {"MIT": 50_000}}, [], 3),
    )
