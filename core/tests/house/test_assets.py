# SPDX-License-Identifier: AGPL-3.0-or-later
"""The browser files: what is fetched, which icons, and that a second run has nothing to do.

A page without its style or an icon that is not in the sprite shows nothing and says nothing.
"""

import json
import shutil
from pathlib import Path

import pytest
from tresen import assets

ROOT = Path(__file__).parents[3]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with one template, whose npm packages stand already."""
    templates = tmp_path / "core" / "tresen" / "templates"
    templates.mkdir(parents=True)
    (templates / "page.html").write_text('{{ icon("inbox") }} {{ icon("x") }}', encoding="utf-8")
    shutil.copy(ROOT / "package-lock.json", tmp_path)
    modules = tmp_path / "node_modules"
    for source in assets.FILES.values():
        (modules / source).parent.mkdir(parents=True, exist_ok=True)
        (modules / source).write_text(source, encoding="utf-8")
    icons = modules / assets.ICON_FOLDER
    icons.mkdir(parents=True)
    for name in ("inbox", "x"):
        (icons / f"{name}.svg").write_text(
            f'<svg class="a">\n  {assets.PLACEHOLDER}\n  <path d="{name}" />\n</svg>',
            encoding="utf-8",
        )
    lock = assets._digest(tmp_path / "package-lock.json")
    (modules / ".tresen-lock").write_text(lock, encoding="utf-8")
    return tmp_path


def test_build_in_a_fresh_tree_copies_every_file(tree: Path) -> None:
    vendor = tree / "vendor"
    assert assets.build(tree, vendor) is True
    assert sorted(path.name for path in vendor.iterdir()) == sorted(
        [*assets.FILES, "icons.svg", "manifest.json"]
    )
    assert (vendor / "htmx.js").read_text(encoding="utf-8") == "htmx.org/dist/htmx.esm.min.js"


def test_build_a_second_time_does_nothing(tree: Path) -> None:
    assets.build(tree, tree / "vendor")
    assert assets.build(tree, tree / "vendor") is False


@pytest.mark.parametrize("change", ["missing", "altered"])
def test_build_after_damage_repairs_the_file(tree: Path, change: str) -> None:
    vendor = tree / "vendor"
    assets.build(tree, vendor)
    damaged = vendor / "htmx.js"
    damaged.unlink() if change == "missing" else damaged.write_text("else", encoding="utf-8")
    assert assets.build(tree, vendor) is True
    assert damaged.read_text(encoding="utf-8") == "htmx.org/dist/htmx.esm.min.js"


def test_build_with_a_new_icon_adds_it(tree: Path) -> None:
    assets.build(tree, tree / "vendor")
    icons = tree / "node_modules" / assets.ICON_FOLDER
    shutil.copy(icons / "x.svg", icons / "plus.svg")
    (tree / "core" / "tresen" / "hooks.py").write_text('icon="plus"', encoding="utf-8")
    assert assets.build(tree, tree / "vendor") is True
    sprite = (tree / "vendor" / "icons.svg").read_text(encoding="utf-8")
    assert [name in sprite for name in ('id="inbox"', 'id="plus"', 'id="x"')] == [True] * 3


def test_build_with_an_unknown_icon_names_it(tree: Path) -> None:
    page = tree / "core" / "tresen" / "templates" / "page.html"
    page.write_text('{{ icon("no-such") }}', encoding="utf-8")
    with pytest.raises(assets.AssetError, match='no icon "no-such"'):
        assets.build(tree, tree / "vendor")


def test_sprite_holds_shapes_without_the_placeholder(tree: Path) -> None:
    assert assets.sprite(tree / "node_modules" / assets.ICON_FOLDER, ["x"]) == (
        '<svg xmlns="http://www.w3.org/2000/svg">'
        '<symbol id="x" viewBox="0 0 24 24"><path d="x" /></symbol></svg>\n'
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{{ icon("inbox") }}', ["inbox"]),
        ('{{ icon_("inbox") }}', ["inbox"]),
        ('panel(_("Links"), icon="link")', ["link"]),
        ('{"icon": "clock-pause", "tone": "amber"}', ["clock-pause"]),
        ("{{ icon(look.icon) }}", []),
        ('class="icon"', []),
    ],
)
def test_icon_names_of_a_template(tmp_path: Path, text: str, names: list[str]) -> None:
    folder = tmp_path / "plugins" / "pilot_service" / "tresen_pilot_service"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(text, encoding="utf-8")
    assert assets.icon_names(tmp_path) == names


def test_npm_missing_says_what_to_do(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_args, **_more: None)
    (tree / "node_modules" / ".tresen-lock").unlink()
    with pytest.raises(assets.AssetError, match=r"install Node\.js, or run `pip install nodejs"):
        assets.build(tree, tree / "vendor")


def test_lock_file_names_no_download_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_every_copied_file_belongs_to_a_pinned_package() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    sources = [*assets.FILES.values(), assets.ICON_FOLDER]
    packages = {"/".join(source.split("/")[: 2 if source[0] == "@" else 1]) for source in sources}
    assert packages == set(wanted)
    assert [version for version in wanted.values() if not version[0].isdigit()] == []
