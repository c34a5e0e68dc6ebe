# SPDX-License-Identifier: AGPL-3.0-or-later
"""The contract kit sees each rule broken: it is run against a plugin that breaks them all."""

import os
import re
import subprocess
import sys

from hooks.workshop import Workshop
from tresen.testing import contract
from tresen.testing.browser import find_chromium

HOOKS = """
import socket
from flask import Blueprint, current_app
from tresen.sdk import Job, NavItem, Page, SettingsForm, Ticket, _, hookimpl, needs
from wtforms import Form, IntegerField
from wtforms.validators import NumberRange
from datetime import timedelta
from tresen_bad.models import Thing

blueprint = Blueprint("bad", __name__)
TITLE = _("Nobody translated this")

@blueprint.get("/")
@needs("bad.undeclared")
def index(): return "never seen"

@blueprint.post("/send")
@needs("access.own")
def send(): return "sent"

@blueprint.record
def reach_out(state):
    if "csrf" in state.app.extensions:
        state.app.extensions["csrf"].exempt(send)
    state.app.add_url_rule("/outside", "bad.outside", needs("access.own")(lambda: "out"))

class Spoiled(str):
    def __html__(self): raise ValueError("on every page")

@hookimpl
def nav_items(): return [NavItem(Spoiled("Loud"), "tickets.index", "tickets.read")]

@hookimpl
def blueprints(): return [blueprint]

class OvenForm(Form):
    heat = IntegerField("Heat", [NumberRange(0, 300)], default=999)

@hookimpl
def settings_forms(): return [SettingsForm("bad", "Bad", OvenForm)]

def pile(desk):
    desk.session.add(Thing(note="one more"))
    socket.create_connection(("home.example", 9), timeout=1)

@hookimpl
def jobs(): return [Job("bad.pile", pile, every=timedelta(hours=1))]

@hookimpl
def ticket_route(desk: str, ticket: Ticket) -> int: return None
"""
MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from tresen.sdk import PluginTables

class Base(PluginTables, DeclarativeBase):
    plugin = "bad"

class Thing(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
"""
# The index of the model is missing, and the trigger outlives the table.
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

def upgrade():
    op.create_table(
        "bad_thing",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id", ondelete="CASCADE")),
    )
    op.execute("CREATE TRIGGER bad_count AFTER INSERT ON ticket "
               "BEGIN INSERT INTO bad_thing (note) VALUES ('one'); END")

def downgrade():
    op.drop_table("bad_thing")
"""
PANEL = '<p style="color: red">{{ _("Nobody translated this") }}</p>'
# The loader refuses these faults itself, so no plugin that breaks them comes this far.
LEFT_TO_THE_LOADER = {"test_plugin_is_taken_in", "test_tables_are_the_plugins_own_and_let_go"}

IN_CHROMIUM = {"test_pages_can_be_used_by_everybody"}


def run_kit(workshop: Workshop, name: str) -> dict[str, str]:
    """Run the kit's tests for the plugin in a process of their own; return what became of each."""
    test = workshop.folder / f"test_{name}.py"
    test.write_text(f'from tresen.testing.contract import *\nPLUGIN = "{name}"\n')
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "-q", str(test)],
        cwd=workshop.folder,
        env={**os.environ, "PYTHONPATH": str(workshop.folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^(PASSED|FAILED|ERROR) \S+::(\w+)", done.stdout, re.MULTILINE)
    return {test: outcome for outcome, test in found}


def test_kit_sees_every_rule_broken(workshop: Workshop) -> None:
    workshop.make(
        "bad",
        HOOKS,
        **{"models.py": MODELS, "migrations/0001.py": MIGRATION, "templates/panel.html": PANEL},
    )
    outcomes = run_kit(workshop, "bad")
    tests = {name for name in contract.__all__ if name.startswith("test_")}
    assert set(outcomes) == tests - (set() if find_chromium() else IN_CHROMIUM)
    passed = {name for name, outcome in outcomes.items() if outcome == "PASSED"}
    assert passed == LEFT_TO_THE_LOADER


def test_kit_says_why_a_plugin_was_set_aside(workshop: Workshop) -> None:
    workshop.make("late", "import missing_module")
    assert set(run_kit(workshop, "late").values()) == {"ERROR"}
