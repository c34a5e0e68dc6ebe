# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each rule of bronze, broken alone: only this rule fails, and it names the place."""

from pathlib import Path

import pytest
from ladder.model import FILES, HEAD, README, added, edited, failed, report

UNMARKED = """
@blueprint.post("/new")
def make() -> Any:
    return ""
"""
UNDECLARED = """
@blueprint.post("/new")
@needs("tap.write")
def make() -> Any:
    return ""
"""
OF_THE_CORE = UNDECLARED.replace("tap.write", "tickets.read")
SILENT_METHOD = """
@blueprint.route("/one")
class Tap(MethodView):
    def post(self) -> Any:
        return ""
"""
VIEWS = FILES["tresen_tap/views.py"]
LINE = VIEWS.count("\n") + 3


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("AGPL", ("Unknown license key(s): AGPL",)),
        ("MIT AND AND", ("Invalid operator",)),
        ("", ("License-Expression",)),
    ],
)
def test_licence_must_be_known_to_spdx(tmp_path: Path, said: str, wrong: tuple[str, ...]) -> None:
    changed = edited("setup.cfg", "license = AGPL-3.0-or-later", f"license = {said}")
    (rule,) = failed(report(tmp_path, changed)).items()
    assert (rule[0], [text[: len(wrong[0])] for text in rule[1]]) == ("licence", list(wrong))


@pytest.mark.parametrize("said", ["MIT", "EUPL-1.2", "AGPL-3.0-or-later OR MPL-2.0"])
def test_other_licences_pass_too(tmp_path: Path, said: str) -> None:
    changed = edited("setup.cfg", "license = AGPL-3.0-or-later", f"license = {said}")
    assert failed(report(tmp_path, changed)) == {}


@pytest.mark.parametrize("name", ["static/tap.css", "static/tap.js", "more.py", "more.toml"])
def test_file_without_a_licence_is_named(tmp_path: Path, name: str) -> None:
    judged = report(tmp_path, {f"tresen_tap/{name}": "\n\nx = 1\n"})
    assert failed(judged) == {"file_licences": (name,)}


def test_empty_file_needs_no_licence(tmp_path: Path) -> None:
    assert failed(report(tmp_path, {"tresen_tap/pages/__init__.py": "\n"})) == {}


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("Source = https://forge.tresen.test/tap\n", "\n", "Project-URL: Source"),
        ("https://forge.tresen.test/tap\n", "file:///home\n", "file:///home"),
    ],
)
def test_source_must_have_an_address(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    assert failed(report(tmp_path, edited("setup.cfg", old, new))) == {"source": (wrong,)}


@pytest.mark.parametrize("label", ["Repository", "source code", "GitHub"])
def test_source_may_bear_any_known_label(tmp_path: Path, label: str) -> None:
    assert failed(report(tmp_path, edited("setup.cfg", "Source =", f"{label} ="))) == {}


@pytest.mark.parametrize(
    "changes", [None, "", "# Changes\n\n## 1.1\n", "# Changes\n\n## 11.2\n", "1.2 came out\n"]
)
def test_changes_must_tell_of_this_version(tmp_path: Path, changes: str | None) -> None:
    judged = report(tmp_path, {"tresen_tap/CHANGES.md": changes})
    assert failed(judged) == {"changes": ("CHANGES.md: 1.2",)}


@pytest.mark.parametrize("heading", ["## 1.2 (2026-03-01)", "## [1.2]", "# v1.2"])
def test_heading_of_a_version_has_many_forms(tmp_path: Path, heading: str) -> None:
    assert failed(report(tmp_path, {"tresen_tap/CHANGES.md": f"{heading}\n\nIt drips.\n"})) == {}


def test_german_must_not_be_english(tmp_path: Path) -> None:
    judged = report(tmp_path, edited("tresen_tap/plugin.toml", "Er tropft.", "It drips."))
    assert failed(judged) == {"described": ("plugin.toml: summary.de",)}


def test_without_a_manifest_there_is_no_level(tmp_path: Path) -> None:
    judged = report(tmp_path, {"tresen_tap/plugin.toml": None})
    assert (judged.level, failed(judged)["described"]) == ("", ("plugin.toml",))


@pytest.mark.parametrize("read", ['os.environ["TAP"]', 'os.getenv("TAP")', "os.environ.get('T')"])
def test_settings_must_not_come_from_the_environment(tmp_path: Path, read: str) -> None:
    judged = report(tmp_path, added("more.py", f"import os\n\nTAP = {read}\n"))
    assert failed(judged) == {"settings": ("more.py:4",)}


@pytest.mark.parametrize(
    ("view", "wrong"),
    [
        (UNMARKED, (f"views.py:{LINE} make",)),
        (UNDECLARED, (f"views.py:{LINE + 1} make",)),
        (SILENT_METHOD, (f"views.py:{LINE + 1} post",)),
    ],
)
def test_view_must_name_a_declared_permission(
    tmp_path: Path, view: str, wrong: tuple[str, ...]
) -> None:
    found = failed(report(tmp_path, {"tresen_tap/views.py": VIEWS + view}))
    assert list(found) == ["permissions"]
    assert [place.split()[1] for place in found["permissions"]] == [wrong[0].split()[1]]


def test_permission_of_the_core_may_be_named(tmp_path: Path) -> None:
    assert failed(report(tmp_path, {"tresen_tap/views.py": VIEWS + OF_THE_CORE})) == {}


def test_table_must_bear_the_name(tmp_path: Path) -> None:
    name = "tresen_tap/migrations/0001_taps.py"
    judged = report(tmp_path, edited(name, 'create_table("tap_drop")', 'create_table("drop")'))
    assert failed(judged) == {"table_names": ("migrations/0001_taps.py:11 drop",)}


@pytest.mark.parametrize("body", ["pass", "raise RuntimeError", "..."])
def test_migration_must_go_down(tmp_path: Path, body: str) -> None:
    name = "tresen_tap/migrations/0001_taps.py"
    judged = report(tmp_path, edited(name, 'op.drop_table("tap_drop")', body))
    assert failed(judged) == {"downgrade": ("migrations/0001_taps.py",)}


def test_migration_without_a_way_down_is_named(tmp_path: Path) -> None:
    text = f"{HEAD}\ndef upgrade() -> None:\n    pass\n"
    judged = report(tmp_path, {"tresen_tap/migrations/0002_more.py": text})
    assert failed(judged) == {"downgrade": ("migrations/0002_more.py",)}


@pytest.mark.parametrize("readme", [None, "", "# Tap\n\nIt drips.\n"])
def test_readme_must_say_something(tmp_path: Path, readme: str | None) -> None:
    assert failed(report(tmp_path, {"README.md": readme}))["readme"] == ("README.md",)


@pytest.mark.parametrize(
    ("old", "wrong"),
    [
        ("pip install tresen-tap", "pip install tresen-tap"),
        ("tresen plugins remove tap", "tresen plugins remove tap"),
    ],
)
def test_readme_must_name_both_commands(tmp_path: Path, old: str, wrong: str) -> None:
    judged = report(tmp_path, {"README.md": README.replace(old, "Ask.")})
    assert failed(judged) == {"install_remove": (wrong,)}


def test_command_may_name_a_file_of_the_plugin(tmp_path: Path) -> None:
    text = README.replace("pip install tresen-tap", "pip install ./tresen-tap")
    assert failed(report(tmp_path, {"README.md": text})) == {}
