# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each rule of gold and platinum, broken alone: only this rule fails, and it names the place."""

from pathlib import Path

import pytest
from ladder.model import (
    LICENCE,
    README,
    added,
    edited,
    failed,
    finding,
    report,
    wheel,
    write,
)
from tresen.ladder.candidates import candidate
from tresen.ladder.service import judge

TEXT = "See taps of yours"


def test_text_without_german_is_named(tmp_path: Path) -> None:
    judged = report(
        tmp_path, {"tresen_tap/locale/de/tap.po": None, "tresen_tap/locale/de@du/tap.po": None}
    )
    assert failed(judged) == {"german": (f"hooks.py: {TEXT}",)}


def test_text_of_the_core_is_translated_already(tmp_path: Path) -> None:
    text = 'from tresen.sdk import lazy\n\nTITLE = lazy("Settings")\n'
    assert failed(report(tmp_path, added("more.py", text))) == {}


def test_polite_text_needs_a_familiar_one(tmp_path: Path) -> None:
    judged = report(tmp_path, {"tresen_tap/locale/de@du/tap.po": None})
    assert failed(judged) == {"familiar": (TEXT,)}


@pytest.mark.parametrize(
    ("inline", "wrong"),
    [
        ("<style>p {}</style>", "<style"),
        ("<script>1</script>", "<script"),
        ('<p onclick="x()">1</p>', 'onclick="'),
        ('<p style="color: red">1</p>', 'style="'),
        ('<a href="javascript:x()">1</a>', "javascript:"),
    ],
)
def test_inline_script_or_style_is_named(tmp_path: Path, inline: str, wrong: str) -> None:
    page = f"{{# {LICENCE} #}}\n{inline}\n"
    judged = report(tmp_path, {"tresen_tap/templates/page.html": page})
    assert failed(judged) == {"nothing_inline": (f"templates/page.html: {wrong}",)}


def test_script_of_a_file_is_not_inline(tmp_path: Path) -> None:
    page = f'{{# {LICENCE} #}}\n<script src="tap.js"></script>\n'
    assert failed(report(tmp_path, {"tresen_tap/templates/page.html": page})) == {}


@pytest.mark.parametrize("section", ["Use cases", "Limits", "Troubleshooting"])
def test_section_that_is_missing_is_named(tmp_path: Path, section: str) -> None:
    judged = report(tmp_path, {"README.md": README.replace(f"## {section}", "## More")})
    assert failed(judged) == {"documented": (section.lower(),)}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("def drip(): ...", ("more.py:2 drip",)),
        ("def drip(often) -> None: ...", ("more.py:2 drip",)),
        ("def drip(*often) -> None: ...", ("more.py:2 drip",)),
        ("def drip(*, often) -> None: ...", ("more.py:2 drip",)),
        ("class Tap:\n    def drip(self): ...", ("more.py:3 drip",)),
    ],
)
def test_untyped_function_is_named(tmp_path: Path, text: str, wrong: tuple[str, ...]) -> None:
    assert failed(report(tmp_path, added("more.py", f"{text}\n"))) == {"typed": wrong}


def test_self_and_class_need_no_type(tmp_path: Path) -> None:
    text = (
        "class Tap:\n    def drip(self, often: int) -> None: ...\n    def all(cls) -> None: ...\n"
    )
    assert failed(report(tmp_path, added("more.py", text))) == {}


def test_marker_of_types_is_asked_for(tmp_path: Path) -> None:
    assert failed(report(tmp_path, {"tresen_tap/py.typed": None})) == {"typed": ("py.typed",)}


def test_one_maintainer_is_not_two(tmp_path: Path) -> None:
    judged = report(tmp_path, edited("setup.cfg", ", Bo Baum", ""))
    assert failed(judged) == {"second_maintainer": ("Ada Adler",)}


def test_author_and_maintainer_are_two(tmp_path: Path) -> None:
    judged = report(tmp_path, edited("setup.cfg", ", Bo Baum", "\nmaintainer = Bo Baum"))
    assert failed(judged) == {}


def test_source_folder_cannot_prove_what_was_published(tmp_path: Path) -> None:
    judged = report(tmp_path)
    assert (judged.level, finding(judged, "unmodified").details) == ("gold", ("RECORD",))


def test_wheel_proves_it(tmp_path: Path) -> None:
    with candidate(str(wheel(tmp_path))) as found:
        judged = judge(found)
    assert (judged.level, failed(judged)) == ("platinum", {})
    assert finding(judged, "unmodified").state == "pass"


def test_wheel_that_was_changed_afterwards_is_found_out(tmp_path: Path) -> None:
    changed = edited("tresen_tap/views.py", "Its pages.", "Its new pages.")
    with candidate(str(wheel(tmp_path, changed))) as found:
        judged = judge(found)
    assert judged.level == "gold"
    assert finding(judged, "unmodified").details == ("tresen_tap/views.py",)


def test_plugin_is_judged_without_being_imported(tmp_path: Path) -> None:
    broken = edited("tresen_tap/hooks.py", '"""What it adds."""', "raise SystemExit")
    with candidate(str(write(tmp_path, broken))) as found:
        assert judge(found).level == "gold"
