# SPDX-License-Identifier: AGPL-3.0-or-later
"""Duties follow from licences; they are met with words and evidence, until a newer bill counts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bills_of_tests import BUOY, CRANE, ROPE
from sqlalchemy import select
from tresen.sdk import (
    Desk,
    Missing,
    Person,
    Product,
    ProductVersion,
    Refused,
    StoredFile,
    read_file,
)
from tresen.testing.statements import recorded
from tresen_licensing.components.models import Bom
from tresen_licensing.obligations import findings, queries, service, states
from tresen_licensing.obligations.models import Obligation
from tresen_licensing.obligations.states import Standing
from tresen_licensing.portfolio.files import Upload

TakeIn = Callable[..., Bom]
Journal = Callable[[str], list[tuple[str, str, Any, Any]]]
GPL = "GPL-2.0-only"
EITHER = "MIT OR Apache-2.0"


def stands(desk: Desk, version: ProductVersion) -> Standing:
    """Return where the duties of the version stand."""
    found = queries.standing(desk, version.id)
    assert found is not None
    return found


def listed(standing: Standing) -> list[tuple[str, str, str]]:
    """Return kind, licence and state of each duty."""
    return [(each.kind, each.licence, each.state) for each in standing.duties]


def test_release_owes_what_its_licences_ask_for(
    agent_desk: Desk, version: ProductVersion, bom: Bom
) -> None:
    found = stands(agent_desk, version)
    assert listed(found) == [
        ("source", GPL, "open"),
        ("copyleft_work", GPL, "open"),
        ("notice", GPL, "open"),
        ("text", GPL, "open"),
        ("changes", GPL, "open"),
    ]
    assert [(each.section, each.components) for each in found.duties[:2]] == [("3", 1), ("2b", 1)]
    assert [(each.expression, each.ways) for each in found.undecided] == [
        (EITHER, ["Apache-2.0", "MIT"])
    ]
    assert (found.unclear, found.owed) == (1, 7)


def test_release_without_a_bill_owes_nothing_that_is_known(
    agent_desk: Desk, version: ProductVersion
) -> None:
    assert queries.standing(agent_desk, version.id) is None


@pytest.mark.parametrize(
    ("chosen", "duties", "clashes"),
    [("MIT", {"notice", "text"}, []), ("Apache-2.0", None, [f"Apache-2.0 / {GPL}"])],
)
def test_choice_decides_which_duties_hold(
    agent_desk: Desk,
    version: ProductVersion,
    bom: Bom,
    chosen: str,
    duties: set[str] | None,
    clashes: list[str],
) -> None:
    service.choose(agent_desk, version, EITHER, chosen, "Fits.")
    found = stands(agent_desk, version)
    held = {each.kind for each in found.duties if each.licence == chosen}
    assert held == (duties or {"notice", "text", "changes", "patent"})
    assert [each.licence for each in found.duties if each.kind == "fit"] == clashes
    assert (found.undecided, [each.choice and each.choice.chosen for each in found.decided]) == (
        [],
        [chosen],
    )


def test_choice_can_be_changed_and_is_journalled(
    agent_desk: Desk, agent: Person, version: ProductVersion, bom: Bom, journal: Journal
) -> None:
    service.choose(agent_desk, version, EITHER, "MIT", "")
    row = service.choose(agent_desk, version, EITHER, "Apache-2.0", " Patents. ")
    assert (row.chosen, row.note, row.chosen_by_id) == ("Apache-2.0", "Patents.", agent.id)
    assert journal("licensing.choice")[1::2] == [
        ("chosen", "chosen", None, "MIT"),
        ("chosen", "chosen", "MIT", "Apache-2.0"),
    ]


@pytest.mark.parametrize("chosen", ["ISC", "", EITHER])
def test_what_is_no_way_cannot_be_chosen(
    agent_desk: Desk, version: ProductVersion, bom: Bom, chosen: str
) -> None:
    with pytest.raises(Refused) as refusal:
        service.choose(agent_desk, version, EITHER, chosen, "")
    assert refusal.value.sentence == "The licence leaves no such choice."


def test_licence_of_the_product_itself_has_to_fit(
    agent_desk: Desk, product: Product, version: ProductVersion, take_in: TakeIn
) -> None:
    agent_desk.session.get_one(Product, product.id).licence = "AGPL-3.0-or-later"
    take_in(CRANE)
    first = stands(agent_desk, version).duties[0]
    assert (first.kind, first.licence, first.components, str(first.reason)) == (
        *("fit", f"AGPL-3.0-or-later / {GPL}", 1),
        "Version 2 only cannot become version 3, and each allows no terms but its own.",
    )


def test_duty_is_met_with_words_evidence_and_file(
    agent_desk: Desk, agent: Person, version: ProductVersion, bom: Bom, journal: Journal
) -> None:
    duty = queries.duty(agent_desk, version.id, "source", GPL)
    sent = Upload("offer.pdf", b"%PDF-1.7")
    row = service.meet(agent_desk, version, duty, " On the page. ", " p. 7 ", sent)
    found = queries.duty(agent_desk, version.id, "source", GPL)
    assert row.file_id is not None
    file = agent_desk.session.get_one(StoredFile, row.file_id)
    assert (found.state, found.obligation, row.how, row.evidence, row.met_by_id) == (
        *("met", row, "On the page.", "p. 7", agent.id),
    )
    assert (read_file(agent_desk, file), stands(agent_desk, version).owed) == (b"%PDF-1.7", 6)
    assert journal("licensing.obligation") == [
        ("met", "duty", None, "source"),
        ("met", "licence", None, GPL),
        ("file_kept", "file", None, "offer.pdf"),
    ]


def test_newer_file_takes_the_place_of_the_one_before(
    agent_desk: Desk, version: ProductVersion, bom: Bom
) -> None:
    for name in ("first.txt", "second.txt"):
        duty = queries.duty(agent_desk, version.id, "source", GPL)
        service.meet(agent_desk, version, duty, "So.", "", Upload(name, name.encode()))
    names = agent_desk.session.scalars(select(StoredFile.name).order_by(StoredFile.id)).all()
    assert names == ["lager.cdx.json", "second.txt"]


@pytest.mark.parametrize(
    ("how", "upload", "sentence"),
    [
        (" ", None, "Please say how it is met."),
        ("So.", Upload("a.txt", b""), "“a.txt” is empty: choose another file."),
    ],
)
def test_duty_is_not_met_without_words_nor_by_an_empty_file(
    agent_desk: Desk,
    version: ProductVersion,
    bom: Bom,
    how: str,
    upload: Upload | None,
    sentence: str,
) -> None:
    duty = queries.duty(agent_desk, version.id, "source", GPL)
    with pytest.raises(Refused) as refusal:
        service.meet(agent_desk, version, duty, how, "", upload)
    rows = agent_desk.session.scalars(select(Obligation)).all()
    assert (refusal.value.sentence, rows) == (sentence, [])


def test_same_words_meet_the_duty_for_every_other_licence(
    agent_desk: Desk, version: ProductVersion, bom: Bom
) -> None:
    service.choose(agent_desk, version, EITHER, "MIT", "")
    duty = queries.duty(agent_desk, version.id, "notice", GPL)
    service.meet(agent_desk, version, duty, "In the file of notices.", "")
    others = service.meet_alike(agent_desk, version, duty, "In the file of notices.", "")
    found = stands(agent_desk, version).duties
    notices = [(each.licence, each.state) for each in found if each.kind == "notice"]
    assert (len(others), notices) == (1, [(GPL, "met"), ("MIT", "met")])


def test_newer_bill_asks_to_look_again(
    agent_desk: Desk, version: ProductVersion, bom: Bom, take_in: TakeIn
) -> None:
    duty = queries.duty(agent_desk, version.id, "source", GPL)
    service.meet(agent_desk, version, duty, "On the page.", "")
    take_in(CRANE)
    again = queries.duty(agent_desk, version.id, "source", GPL)
    service.meet(agent_desk, version, again, "Still.", "")
    after = queries.duty(agent_desk, version.id, "source", GPL)
    rows = agent_desk.session.scalars(select(Obligation.how)).all()
    assert (again.state, after.state, rows) == (states.AGAIN, states.MET, ["Still."])


def test_duty_is_opened_again_and_nothing_is_lost(
    agent_desk: Desk, version: ProductVersion, bom: Bom, journal: Journal
) -> None:
    duty = queries.duty(agent_desk, version.id, "source", GPL)
    row = service.meet(agent_desk, version, duty, "So.", "p. 7", Upload("a.txt", b"a"))
    service.open_again(agent_desk, row)
    found = queries.duty(agent_desk, version.id, "source", GPL)
    assert found.obligation is not None
    assert (found.state, found.obligation.how, found.obligation.file_id is None) == (
        *("again", "So.", False),
    )
    assert journal("licensing.obligation")[-2:] == [
        ("opened", "duty", "source", None),
        ("opened", "licence", GPL, None),
    ]


@pytest.mark.parametrize(("kind", "licence"), [("network", GPL), ("source", "MIT"), ("", "")])
def test_duty_that_is_not_owed_is_missing(
    agent_desk: Desk, version: ProductVersion, bom: Bom, kind: str, licence: str
) -> None:
    with pytest.raises(Missing):
        queries.duty(agent_desk, version.id, kind, licence)


def test_licence_that_nobody_knows_has_to_be_read(
    agent_desk: Desk, version: ProductVersion, take_in: TakeIn
) -> None:
    take_in({**BUOY, "licenses": [{"expression": "LicenseRef-Ours"}]})
    assert listed(stands(agent_desk, version)) == [("read", "LicenseRef-Ours", "open")]


def test_health_names_supported_releases_with_open_duties(
    agent_desk: Desk, version: ProductVersion, take_in: TakeIn
) -> None:
    before = findings.checks(agent_desk)
    take_in(ROPE)
    (found,) = findings.checks(agent_desk)
    service.choose(agent_desk, version, EITHER, "MIT", "")
    for duty in stands(agent_desk, version).duties:
        service.meet(agent_desk, version, duty, "So.", "")
    after = findings.checks(agent_desk)
    assert (before, found.state, found.sentence, after) == (
        *([], "warning", "Of one release, duties of licences are open.", []),
    )


def test_health_passes_over_what_is_out_of_support(
    agent_desk: Desk, version: ProductVersion, bom: Bom
) -> None:
    row = agent_desk.session.get_one(ProductVersion, version.id)
    row.support_until = agent_desk.today() - timedelta(days=1)
    agent_desk.commit()
    assert findings.checks(agent_desk) == []


def test_duties_of_many_releases_take_as_many_statements_as_of_one(
    agent_desk: Desk, product: Product, version: ProductVersion, bom: Bom
) -> None:
    rows = [ProductVersion(product_id=product.id, number=f"5.{each}") for each in range(5)]
    agent_desk.session.add_all(rows)
    agent_desk.session.flush()
    for row in rows:
        copy = {"sha256": "0", "format": "SPDX", "spec_version": "2.3", "count": 0}
        agent_desk.session.add(Bom(version_id=row.id, imported_at=agent_desk.now(), **copy))
    agent_desk.session.flush()
    with recorded(agent_desk.core.engine) as found:
        standings = queries.standings(agent_desk, [version.id, *(row.id for row in rows)])
    assert (len(found), len(standings)) == (5, 6)
