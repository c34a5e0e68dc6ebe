# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plugin that keeps every rule of the ladder, as folder or wheel; tests break one at a time."""

import base64
import hashlib
from pathlib import Path
from zipfile import ZipFile

from tresen.ladder.candidates import candidate
from tresen.ladder.records import FAILED, Finding, Report
from tresen.ladder.service import judge

LICENCE = "SPDX-License-" + "Identifier: AGPL-3.0-or-later"
HEAD = f"# {LICENCE}\n"
README = """\
# Tap

It tells the plumber which customers have a tap that drips, since when, and how many drops fall in
a minute, so that nobody has to ask again and no cellar fills.

## Use cases

A cellar stays dry.

## Limits

It counts drops, not buckets.

## Install and remove

    pip install tresen-tap && tresen upgrade

`tresen plugins remove tap` says what it keeps.

## Troubleshooting

Turn it off.
"""
SETUP = """\
[metadata]
name = tresen-tap
version = attr: tresen_tap.__version__
long_description = file: README.md
license = AGPL-3.0-or-later
author = Ada Adler, Bo Baum
project_urls =
    Source = https://forge.tresen.test/tap
    Security = https://forge.tresen.test/tap/security

[options]
install_requires =
    tresen>=0.1,<1

[options.entry_points]
tresen.plugins =
    tap = tresen_tap.hooks
"""
MANIFEST = """\
area = "2.3"
tested = "0.1"
maturity = "stable"
personal_data = ["name"]
[title]
en = "Tap"
de = "Hahn"
[summary]
en = "It drips."
de = "Er tropft."
"""
HOOKS = '''\
"""What it adds."""

from tresen.sdk import Check, Desk, Permission, hookimpl, lazy


@hookimpl
def permissions() -> list[Permission]:
    return [Permission("tap.read", lazy("See taps of yours"))]


@hookimpl
def health_checks(desk: Desk) -> list[Check]:
    return []
'''
VIEWS = '''\
"""Its pages."""

from typing import Any

from flask import Blueprint
from flask.views import MethodView
from tresen.sdk import needs, open_to_all

blueprint = Blueprint("tap", __name__)


@blueprint.get("/")
@needs("tap.read")
def index() -> Any:
    return ""


@blueprint.route("/all")
class Taps(MethodView):
    @open_to_all("anybody may count taps")
    def get(self) -> Any:
        return ""
'''
MODELS = '''\
"""Its tables."""

from sqlalchemy import ForeignKey

OWNER = ForeignKey("person.id", ondelete="CASCADE")
'''
MIGRATION = '''\
"""The taps."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("tap_drop")


def downgrade() -> None:
    op.drop_table("tap_drop")
'''
PO = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "See taps of yours"
msgstr "{text}"
"""
FILES = {
    "README.md": README,
    "setup.cfg": SETUP,
    "tresen_tap/__init__.py": f'{HEAD}"""Tap: it drips."""\n\n__version__ = "1.2"\n',
    "tresen_tap/CHANGES.md": "# Changes\n\n## 1.2\n\nDrips louder.\n\n## 1.1\n\nDrips.\n",
    "tresen_tap/hooks.py": HEAD + HOOKS,
    "tresen_tap/locale/de/tap.po": HEAD + PO.format(text="Ihre Hähne sehen"),
    "tresen_tap/locale/de@du/tap.po": HEAD + PO.format(text="Deine Hähne sehen"),
    "tresen_tap/migrations/0001_taps.py": HEAD + MIGRATION,
    "tresen_tap/models.py": HEAD + MODELS,
    "tresen_tap/plugin.toml": HEAD + MANIFEST,
    "tresen_tap/py.typed": "",
    "tresen_tap/templates/panel.html": f"{{# {LICENCE} #}}\n<p>1</p>\n",
    "tresen_tap/views.py": HEAD + VIEWS,
}


def write(folder: Path, changed: dict[str, str | None] | None = None) -> Path:
    """Write the plugin with some files changed, or left out where they are None."""
    for name, text in (FILES | (changed or {})).items():
        if text is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def edited(name: str, old: str, new: str) -> dict[str, str | None]:
    """Return one file of the plugin with a passage replaced, which must be there."""
    assert old in FILES[name]
    return {name: FILES[name].replace(old, new)}


def added(name: str, text: str) -> dict[str, str | None]:
    """Return one more file, under the licence."""
    return {f"tresen_tap/{name}": HEAD + text}


def report(folder: Path, changed: dict[str, str | None] | None = None) -> Report:
    """Judge the plugin in a folder."""
    with candidate(str(write(folder, changed))) as found:
        return judge(found)


def finding(judged: Report, rule: str) -> Finding:
    """Return how one rule came out."""
    return next(each for each in judged.findings if each.rule.name == rule)


def failed(judged: Report) -> dict[str, tuple[str, ...]]:
    """Return the rules that failed, with what was wrong; a source folder has no RECORD."""
    return {
        each.rule.name: each.details
        for each in judged.findings
        if each.state == FAILED and each.rule.name != "unmodified"
    }


def wheel(folder: Path, changed: dict[str, str | None] | None = None) -> Path:
    """Write the plugin as a wheel with its RECORD; `changed` after the hashes were taken."""
    info = "tresen_tap-1.2.dist-info"
    names = [name for name in FILES if name.startswith("tresen_tap/")]
    head = (
        "Metadata-Version: 2.4\nName: tresen-tap\nVersion: 1.2\nAuthor: Ada Adler, Bo Baum\n"
        "License-Expression: AGPL-3.0-or-later\nRequires-Dist: tresen<1,>=0.1\n"
        "Project-URL: Source, https://forge.tresen.test/tap\n"
        "Project-URL: Security, https://forge.tresen.test/tap/security\n\n"
    )
    content = {name: FILES[name] for name in names} | {
        f"{info}/METADATA": head + README,
        f"{info}/entry_points.txt": "[tresen.plugins]\ntap = tresen_tap.hooks\n",
    }
    record = "".join(f"{name},sha256={_hash(text)},\n" for name, text in content.items())
    file = folder / "tresen_tap-1.2-py3-none-any.whl"
    with ZipFile(file, "w") as archive:
        for name, text in (content | (changed or {})).items():
            archive.writestr(name, text or "")
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
    return file


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
