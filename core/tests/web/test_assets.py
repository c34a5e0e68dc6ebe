# SPDX-License-Identifier: AGPL-3.0-or-later
"""Static files: one version in every address, kept for good, packed, and one style sheet."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from tresen.web import assets

CORE = Path(assets.__file__).parents[1] / "static"
STYLE_BUDGET_BYTES = 10_000
SCRIPT_BUDGET_BYTES = 4_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "all.css").write_text(
        '/* order */\n@import "one.css";\n@import "two.css";\n', encoding="utf-8"
    )
    (tmp_path / "css" / "one.css").write_text("a {\n  color: red;\n}\n", encoding="utf-8")
    (tmp_path / "css" / "two.css").write_text("a > b { width: calc(1px + 2px) }", encoding="utf-8")
    (tmp_path / "big.js").write_text("// " + "x" * 2000, encoding="utf-8")
    return tmp_path


@pytest.fixture
def app(folder: Path) -> Flask:
    app = Flask(__name__, static_folder=None)
    assets.install(app, {"": folder})
    return app


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return assets.asset_url(name)


def test_style_sheet_is_sent_as_one(app: Flask) -> None:
    answer = app.test_client().get(address(app, "css/all.css"))
    assert answer.get_data(as_text=True) == "a{color:red}a > b{width:calc(1px + 2px)}"
    assert answer.mimetype == "text/css"


def test_file_under_its_version_is_kept_for_good(app: Flask) -> None:
    answer = app.test_client().get(address(app, "big.js"))
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_file_under_an_old_version_is_sent_but_not_kept(app: Flask) -> None:
    answer = app.test_client().get("/static/000000000000/big.js")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


def test_file_is_packed_for_those_who_accept_it(app: Flask) -> None:
    url = address(app, "big.js")
    plain = app.test_client().get(url)
    packed = app.test_client().get(url, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_unknown_file_is_not_found(app: Flask) -> None:
    assert app.test_client().get("/static/x/../../config.py").status_code == 404
    assert app.test_client().get("/static/x/none.css").status_code == 404


def test_version_changes_with_any_content(folder: Path) -> None:
    before = assets.Assets({"": folder}).version
    (folder / "css" / "one.css").write_text("a { color: blue }", encoding="utf-8")
    assert assets.Assets({"": folder}).version != before


def test_plugin_files_stand_under_its_name(folder: Path, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    plugin.mkdir()
    (plugin / "map.js").write_text("export {};", encoding="utf-8")
    found = assets.Assets({"": folder, "pilot_service": plugin})
    assert found.get("pilot_service/map.js").body == b"export {};"


def test_debugging_app_sees_changed_files(folder: Path) -> None:
    app = Flask(__name__, static_folder=None)
    app.debug = True
    assets.install(app, {"": folder})
    (folder / "big.js").write_text("new", encoding="utf-8")
    assert app.test_client().get(address(app, "big.js")).data == b"new"


def test_style_sheet_of_the_core_has_no_import_left_and_keeps_its_budget() -> None:
    style = assets.Assets({"": CORE}).get("css/tresen.css")
    assert b"@import" not in style.body
    assert len(style.packed or b"") <= STYLE_BUDGET_BYTES


def test_every_part_of_the_style_sheet_is_imported() -> None:
    listed = assets._IMPORT.findall((CORE / "css" / "tresen.css").read_text(encoding="utf-8"))
    parts = {path.name for path in (CORE / "css").glob("*.css")} - {"tresen.css"}
    assert set(listed) == parts


def test_script_of_every_page_keeps_its_budget() -> None:
    script = assets.Assets({"": CORE}).get("js/tresen.js")
    assert len(script.packed or b"") <= SCRIPT_BUDGET_BYTES
