# SPDX-License-Identifier: AGPL-3.0-or-later
"""A sound plugin with something of everything, for tests that spoil one thing in it."""

HOOKS = """
import socket
from datetime import timedelta
from flask import Blueprint, render_template
from sqlalchemy import delete, update
from tresen.sdk import Desk, Job, Page, Panel, Permission, Place, SettingsForm, _, hookimpl, lazy
from tresen.sdk import DataSet, Person, needs, rows_of, traces_of
from wtforms import BooleanField, Form, IntegerField
from wtforms.validators import NumberRange
from tresen_sound.models import Heard, Thing
from typing import Any

blueprint = Blueprint("sound", __name__)

def call(host):
    try:
        socket.create_connection((host, 9), timeout=1)
    except OSError:
        pass

@blueprint.get("/")
@needs("sound.see")
def index(): return render_template("sound/page.html", title=_("Your sound"))

@blueprint.post("/send")
@needs("sound.see")
def send(): return "sent"

@hookimpl
def blueprints() -> list[Blueprint]: return [blueprint]

@hookimpl
def permissions() -> list[Permission]:
    return [Permission("sound.see", lazy("See sounds"))]

class OvenForm(Form):
    heat = IntegerField("Heat", [NumberRange(0, 300)], default=99)
    is_on = BooleanField("On", default=True)

@hookimpl
def settings_forms() -> list[SettingsForm]: return [SettingsForm("sound", "Sound", OvenForm)]

def tidy(desk): desk.session.execute(delete(Thing))

@hookimpl
def jobs() -> list[Job]: return [Job("sound.tidy", tidy, every=timedelta(hours=1))]

@hookimpl
def page_panels(desk: Desk, page: Page, subject: Any) -> list[Panel]:
    if page is not Page.TICKET:
        return []
    return [Panel(Place.SIDE, "Sound", "sound/panel.html")]

@hookimpl
def personal_data(desk: Desk, person: Person) -> list[DataSet]:
    return [DataSet("Heard", rows_of(desk, Heard, Heard.person_id == person.id))]

@hookimpl
def person_erased(desk: Desk, person: Person) -> None:
    desk.session.execute(delete(Heard).where(Heard.person_id == person.id))
"""
MODELS = '''
from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from tresen.sdk import PluginTables

class Base(PluginTables, DeclarativeBase):
    plugin = "sound"

class Thing(Base):
    """A thing."""
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(index=True)

class Heard(Base):
    """Who heard it, and what they said of it."""
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    said: Mapped[str] = mapped_column(Text)
'''
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

def upgrade():
    op.create_table(
        "sound_thing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sound_thing")),
    )
    op.create_index(op.f("ix_sound_thing_note"), "sound_thing", ["note"])
    op.create_table(
        "sound_heard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"],
            name=op.f("fk_sound_heard_person_id"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sound_heard")),
    )
    op.create_index(op.f("ix_sound_heard_person_id"), "sound_heard", ["person_id"])

def downgrade():
    op.drop_table("sound_heard")
    op.drop_table("sound_thing")
"""
PAGE = """{% extends "workplace.html" %}{% block title %}{{ title }}{% endblock %}
{% block content %}<h1>{{ title }}</h1><a href="/">{{ _("Back") }}</a>{% endblock %}"""
PANEL = '<p class="loud">{{ _("Loud") }}</p>'
HEAD = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n\n'
SAID = {"Your sound": "Ihr Ton", "See sounds": "Töne sehen", "Loud": "Laut", "Back": "Zurück"}
GERMAN = HEAD + "".join(f'msgid "{said}"\nmsgstr "{told}"\n\n' for said, told in SAID.items())
FAMILIAR = f'{HEAD}msgid "Your sound"\nmsgstr "Dein Ton"\n'
FILES = {
    "hooks.py": HOOKS,
    "models.py": MODELS,
    "migrations/0001_things.py": MIGRATION,
    "templates/page.html": PAGE,
    "templates/panel.html": PANEL,
    "locale/de/sound.po": GERMAN,
    "locale/de@du/sound.po": FAMILIAR,
    "py.typed": "",
}
INDEX = 'def index(): return render_template("sound/page.html", title=_("Your sound"))\n'
