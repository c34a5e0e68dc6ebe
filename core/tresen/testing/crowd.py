# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes ten plugins as people write them, to see what many of them cost a page.

Each brings a page, an entry in the rail, a badge and a filter for lists, panels, a setting, a job
and a listener. None asks the database, so that what is counted is the door's cost, not theirs.
"""

import importlib
from pathlib import Path

NAMES = tuple(
    f"{name}ish"
    for name in ["amber", "blue", "cyan", "dun", "ebony", "fawn", "gray", "henna", "iris", "jade"]
)

HOOKS = """
from datetime import timedelta

from flask import Blueprint
from tresen.sdk import (
    AGENT,
    Column,
    Filter,
    Form,
    Job,
    NavItem,
    Permission,
    SettingsForm,
    hookimpl,
    needs,
)
from wtforms import IntegerField

blueprint = Blueprint("NAME", __name__)


@blueprint.get("/")
@needs("NAME.read")
def index():
    return "Here."


class Days(Form):
    days = IntegerField("Days", default=3)


@hookimpl
def permissions():
    return [Permission("NAME.read", "Read", roles=(AGENT,))]


@hookimpl
def settings_forms():
    return [SettingsForm("NAME", "NAME", Days)]


@hookimpl
def blueprints():
    return [blueprint]


@hookimpl
def nav_items():
    return [NavItem("NAME", "NAME.index", "NAME.read")]


@hookimpl
def ticket_columns():
    mark = lambda desk, ids: {ids[0]: "NAME"}
    return [Column("NAME.mark", "Mark", mark, is_badge=True)]


@hookimpl
def ticket_filters():
    choices = lambda desk: [("yes", "Yes"), ("no", "No")]
    return [Filter("NAME.mark", "Mark", choices, lambda desk, statement, value: statement)]


@hookimpl
def jobs():
    return [Job("NAME.nightly", lambda desk: None, every=timedelta(days=1))]


@hookimpl
def page_panels(desk, page, subject):
    return []


@hookimpl
def health_checks(desk):
    return []


@hookimpl
def ticket_opened(desk, ticket, message):
    return None
"""


def write_crowd(folder: Path) -> None:
    """Write the ten into a folder on the path, as pip would leave them."""
    for name in NAMES:
        package = folder / f"tresen_{name}"
        package.mkdir()
        (package / "__init__.py").write_text(f'"""{name}: one of ten."""\n')
        (package / "hooks.py").write_text(HOOKS.replace("NAME", name))
        info = folder / f"tresen_{name}-1.dist-info"
        info.mkdir()
        head = f"Metadata-Version: 2.1\nName: tresen-{name}\nVersion: 1\n"
        (info / "METADATA").write_text(f"{head}Requires-Dist: tresen\n")
        points = f"[tresen.plugins]\n{name} = tresen_{name}.hooks\n"
        (info / "entry_points.txt").write_text(points)
        (info / "RECORD").write_text(f"{info.name}/RECORD,,\n")
    importlib.invalidate_caches()
