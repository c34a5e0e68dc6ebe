# SPDX-License-Identifier: AGPL-3.0-or-later
"""The other checks, each on a subject of its own."""

from datetime import date
from typing import Any

import pytest
from clearances.conftest import codes, found, lines, subject
from tresen_licensing.clearances.checks.records import Place, Subject, TouchedFile
from tresen_licensing.clearances.checks.registry import CHECKS
from tresen_licensing.clearances.checks.tables import tables
from tresen_licensing.clearances.states import BLOCKING, WARNING
from tresen_licensing.developments import states
from tresen_licensing.developments.clocks import EXEMPT, NOT_RUNNING, OVERDUE, RUNNING, Clock
from tresen_licensing.patches.series import PatchText
from tresen_licensing.repositories import outcomes

DORA, OTHER = "dora@tresen.example", "d.developer@tresen.example"
PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def patch(*signed: str) -> PatchText:
    """Return a patch of Dora's, signed off by these addresses."""
    return PatchText("Change", "", "Dora", DORA, None, signed, b"", "", (), 1, 0)


def test_every_check_has_an_id_title_and_hint() -> None:
    told = [(name, check.id, bool(check.title and check.hint)) for name, check in CHECKS.items()]
    assert told == [(name, name, True) for name in sorted(CHECKS)]


@pytest.mark.parametrize("outcome", [outcomes.NO_HISTORY, outcomes.NO_BASE])
def test_unknown_base_is_a_finding(outcome: str) -> None:
    about = Subject(outcome=outcome)
    assert (codes("C01", about), CHECKS["C02"].applies(about)) == ([outcome], False)


def test_patch_that_does_not_fit_is_named() -> None:
    about = Subject(outcome=outcomes.NO_FIT, failed=(2, "README"))
    assert [(each.code, each.place) for each in found("C02", about)] == [
        ("no_fit", Place(2, "README")),
    ]


def test_conflicts_with_upstream_are_listed_and_answered() -> None:
    about = Subject(conflicts=[(1, "a"), (2, "b")])
    assert [(each.place, each.severity) for each in found("C03", about)] == [
        *((Place(1, "a"), WARNING), (Place(2, "b"), WARNING)),
    ]


def test_unknown_upstream_is_not_judged() -> None:
    assert CHECKS["C03"].applies(Subject(conflicts=None)) is False


@pytest.mark.parametrize(
    ("signed", "aliases", "expected"),
    [
        ([DORA], {}, []),
        ([OTHER, DORA], {}, []),
        ([OTHER], {DORA: frozenset({DORA, OTHER})}, []),
        ([OTHER], {}, ["other"]),
        ([OTHER], {OTHER: frozenset({DORA, OTHER})}, ["other"]),
        ([], {}, ["unsigned"]),
        ([], {DORA: frozenset({DORA, OTHER})}, ["unsigned"]),
    ],
)
def test_author_signs_off_by_the_own_address_or_an_alias(
    signed: list[str], aliases: dict[str, frozenset[str]], expected: list[str]
) -> None:
    assert codes("C04", Subject(patches=[patch(*signed)], aliases=aliases)) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (None, []),
        (100_000, []),
        (100_001, [("large", WARNING)]),
        (-1, [("empty", BLOCKING)]),
    ],
)
def test_large_binaries_need_a_source(size: int | None, expected: list[tuple[str, str]]) -> None:
    files = {"a.bin": TouchedFile("a.bin", 1, is_new=True, binary_size=size)}
    about = Subject(files=files)
    assert [(each.code, each.severity) for each in found("C09", about)] == expected


@pytest.mark.parametrize(
    ("path", "kind", "expected"),
    [
        ("src/quay.py", states.FEATURE, ["untested"]),
        ("tests/test_quay.py", states.FEATURE, []),
        ("src/quay_test.go", states.FIX, []),
        ("web/quay.spec.ts", states.FIX, []),
        ("spec/quay_spec.rb", states.FIX, []),
        ("src/contest.py", states.FIX, ["untested"]),
        ("docs/quay.md", states.DOCUMENTATION, []),
        ("locale/de/quay.po", states.TRANSLATION, []),
    ],
)
def test_code_comes_with_tests(path: str, kind: str, expected: list[str]) -> None:
    assert codes("C10", Subject(lines=lines("x", path), kind=kind)) == expected


@pytest.mark.parametrize(
    ("path", "known", "expected"),
    [
        ("changes/7.feature.md", "changes", []),
        ("CHANGELOG.md", "CHANGELOG.md", []),
        ("news/7.rst", "news", []),
        ("src/quay.py", "CHANGES.md", ["unnoted"]),
        ("src/changes.py", "CHANGES.md", []),
        ("src/quay.py", "", []),
    ],
)
def test_list_of_changes_is_looked_for_where_there_is_one(
    path: str, known: str, expected: list[str]
) -> None:
    about = subject({path: "x"}, exists=lambda wanted: wanted == known)
    assert codes("C11", about) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('msgid "a"\nmsgstr "b"\n', []),
        ('msgid "a"\nmsgstr ""\n', ["empty"]),
        ('#, fuzzy\nmsgid "a"\nmsgstr "b"\n', ["fuzzy"]),
        ('msgid "a"\nmsgid_plural "c"\nmsgstr[0] "b"\nmsgstr[1] ""\n', ["empty"]),
        ("msgid without quotes\n", ["broken"]),
    ],
)
def test_catalogues_are_complete(text: str, expected: list[str]) -> None:
    assert codes("C12", subject({"locale/de/a.po": PO + text})) == expected


def test_gap_of_a_catalogue_is_found_with_its_line() -> None:
    (one,) = found("C12", subject({"a.po": PO + 'msgid "a"\nmsgstr ""\n'}))
    assert one.place == Place(1, "a.po", 4)


def test_catalogue_that_is_not_known_whole_is_not_judged() -> None:
    about = subject({"a.po": "x"}, texts=lambda _path: None)
    assert codes("C12", about) == []


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ('op.create_table("quay_berth")', []),
        ('op.create_table(\n    "quay_berth",\n)', []),
        ('op.add_column("ticket", sa.Column("x"))', ["foreign"]),
        ('op.create_index("ix_ticket_x", "ticket", ["x"])', ["foreign"]),
        ('op.create_index(op.f("ix_quay_x"), "quay_berth", ["x"])', []),
        ('op.drop_index("ix_ticket_x", table_name="ticket")', ["foreign"]),
        ('with op.batch_alter_table("person") as table:\n    table.add_column("x")', ["foreign"]),
        ('op.execute("UPDATE person SET name = 1")', ["foreign"]),
        ('op.execute(sa.text("DELETE FROM quay_berth"))', []),
        ('op.execute("CREATE TABLE quay_a (b INTEGER REFERENCES c ON UPDATE CASCADE)")', []),
        ("op.execute(statement)", ["unclear"]),
        ("op.drop_table(name)", ["unclear"]),
        ("broken (", ["unclear"]),
    ],
)
def test_plugin_keeps_to_its_own_tables(step: str, expected: list[str]) -> None:
    path = "plugins/quay/tresen_quay/migrations/0001_berths.py"
    assert codes("C13", subject({path: f"from alembic import op\n{step}\n"})) == expected


def test_migration_that_is_not_known_whole_is_looked_at() -> None:
    path = "tresen_quay/migrations/0001_berths.py"
    assert codes("C13", subject({path: "x"}, texts=lambda _path: None)) == ["unknown"]


@pytest.mark.parametrize(
    "path", ["core/tresen/migrations/0001_a.py", "tresen_quay/service.py", "migrations/1.py"]
)
def test_others_may_change_any_table(path: str) -> None:
    assert CHECKS["C13"].applies(subject({path: "x"})) is False


def test_deep_nesting_breaks_nothing() -> None:
    assert list(tables("(" * 100_000)) == [(None, "")]


@pytest.mark.parametrize(
    ("standing", "applies", "expected"),
    [
        (NOT_RUNNING, False, []),
        (RUNNING, True, []),
        (EXEMPT, True, []),
        (OVERDUE, True, [{"day": "2026-04-09"}]),
    ],
)
def test_overdue_has_to_be_explained(standing: str, applies: bool, expected: list[Any]) -> None:
    about = Subject(clock=Clock(standing, date(2026, 3, 10), date(2026, 4, 9)))
    facts = [each.facts for each in found("C17", about)]
    assert (CHECKS["C17"].applies(about), facts) == (applies, expected)
