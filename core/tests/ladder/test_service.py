# SPDX-License-Identifier: AGPL-3.0-or-later
"""The level is the highest whose rules hold with all below; what cannot be read proves nothing."""

from pathlib import Path

import pytest
from ladder.model import edited, failed, finding, report
from tresen.ladder.records import LEVELS, Report
from tresen.ladder.service import MOST, RULES, as_json, is_at_least

EXEMPT = 'de = "Er tropft."\n[exempt]\nchanges = "It has never been released."\n'


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [rule.name for rules in RULES.values() for rule in rules]
    assert (len(names), sorted(set(names))) == (27, sorted(names))


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        (edited("tresen_tap/CHANGES.md", "## 1.2", "## 1.0"), ""),
        (edited("setup.cfg", "    Security =", "    Chat ="), "bronze"),
        (edited("README.md", "## Limits", "## More"), "silver"),
        ({}, "gold"),
    ],
)
def test_one_broken_rule_costs_its_level_and_those_above(
    tmp_path: Path, changed: dict[str, str | None], level: str
) -> None:
    assert report(tmp_path, changed).level == level


def test_exempted_rule_counts_as_kept_and_shows_its_reason(tmp_path: Path) -> None:
    changed = edited("tresen_tap/CHANGES.md", "## 1.2", "## 1.0")
    exempt = edited("tresen_tap/plugin.toml", 'de = "Er tropft."\n', EXEMPT)
    judged = report(tmp_path, changed | exempt)
    found = finding(judged, "changes")
    assert (judged.level, found.state) == ("gold", "exempt")
    assert found.details == ("It has never been released.",)


def test_file_that_cannot_be_parsed_fails_what_reads_it(tmp_path: Path) -> None:
    judged = report(tmp_path, edited("tresen_tap/views.py", "def index()", "def index("))
    found = failed(judged)
    assert judged.level == ""
    assert found["permissions"][0].startswith("SyntaxError: ")
    assert "file_licences" not in found


def test_file_of_another_encoding_fails_what_reads_it(tmp_path: Path) -> None:
    report(tmp_path)
    (tmp_path / "tresen_tap" / "static").mkdir()
    (tmp_path / "tresen_tap" / "static" / "tap.css").write_bytes(b"/* \xff */")
    assert failed(report(tmp_path))["file_licences"][0].startswith("UnicodeDecodeError: ")


def test_list_of_what_is_wrong_has_an_end(tmp_path: Path) -> None:
    many: dict[str, str | None] = {f"tresen_tap/m{n}.py": "x = 1\n" for n in range(MOST + 5)}
    assert len(failed(report(tmp_path, many))["file_licences"]) == MOST


@pytest.mark.parametrize(
    ("level", "reached"),
    [
        ("", [False, False, False, False]),
        ("bronze", [True, False, False, False]),
        ("gold", [True, True, True, False]),
        ("platinum", [True, True, True, True]),
    ],
)
def test_level_holds_those_below(level: str, reached: list[bool]) -> None:
    assert [is_at_least(Report("tap", "1", level), each) for each in LEVELS] == reached


def test_report_is_json(tmp_path: Path) -> None:
    said = as_json(report(tmp_path, edited("README.md", "## Limits", "## More")))
    assert (said["plugin"], said["version"], said["level"]) == ("tap", "1.2", "silver")
    assert [rule for rule in said["rules"] if rule["rule"] == "documented"] == [
        {
            "rule": "documented",
            "level": "gold",
            "state": "fail",
            "title": "The README tells use cases, limits and troubleshooting",
            "hint": "Add a section of that name to README.md.",
            "details": ["limits"],
        }
    ]
    assert {rule["hint"] for rule in said["rules"] if rule["state"] == "pass"} == {None}


def test_no_level_is_null(tmp_path: Path) -> None:
    assert as_json(report(tmp_path, {"tresen_tap/CHANGES.md": None}))["level"] is None
