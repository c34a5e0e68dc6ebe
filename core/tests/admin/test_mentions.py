# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plugin left within rows of people goes with it; what was theirs before stays as it was."""

from collections.abc import Callable, Iterable

import pytest
from click.testing import CliRunner
from hooks.workshop import HOOK, Workshop
from sqlalchemy import select
from tresen.access import tokens
from tresen.access.models import ApiToken
from tresen.admin import cli, remains
from tresen.admin.mentions import count_mentions
from tresen.db import Base
from tresen.desk import Actor, Core, Desk, desk_for
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets import saved
from tresen.tickets.models import SavedView

TAP = f"""
from tresen.sdk import AGENT, Column, Filter, Permission
{HOOK}def permissions():
    return [Permission("tap.open", "Open", (AGENT,)), Permission("tap.close", "Close", (AGENT,))]
@hookimpl
def ticket_columns(): return [Column("tap.drops", "Drops", lambda desk, ids: {{}})]
@hookimpl
def ticket_filters(): return [Filter("tap", "Tap", lambda desk: [], lambda d, s, v: s)]
"""

Start = Callable[[], Core]


@pytest.fixture
def fitted(workshop: Workshop, lenient: Start) -> Core:
    """Return a core with the plugin, and a database in which an agent keeps things of his own."""
    workshop.make("tap", TAP, doc="Tap: it drips.")
    core = lenient()
    with desk_for(core, write=True) as desk:
        anna = factories.make_person(desk, "Anna", "anna@tresen.example", role="agent")
        keep(desk, anna, ["tickets.read"], ["team=1&columns=tags%2Ctapestry", "state=open"])
    return core


def keep(desk: Desk, person: Person, scopes: Iterable[str], queries: Iterable[str]) -> None:
    """Make a key with the scopes, and a view for each address of a list."""
    tokens.make_token(desk, person, "key", list(scopes))
    desk.actor = Actor("Anna", "agent", person.id)
    for query in queries:
        saved.save_view(desk, query, query)
    desk.session.flush()


def dump(core: Core) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of the core but the journal, which is not taken back."""
    with core.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table)).all()]
            for table in Base.metadata.sorted_tables
            if table.name in {str(mapper.local_table) for mapper in Base.registry.mappers}
            and table.name != "journal_entry"
        }


def test_data_after_use_and_purge_equal_those_before(fitted: Core) -> None:
    before = dump(fitted)
    with desk_for(fitted, write=True) as desk:
        anna = desk.session.scalars(select(Person).where(Person.name == "Anna")).one()
        keep(desk, anna, ["tap.open", "tap.close"], ["tap=wet&show=all", "tap=dry"])
    assert dump(fitted) != before
    found = remains.purge(fitted, "tap")
    assert found.mentions == {"api_token": 1, "saved_view": 2}
    assert dump(fitted) == before


def test_only_what_the_plugin_brought_goes_out_of_a_row(fitted: Core) -> None:
    with desk_for(fitted, write=True) as desk:
        anna = desk.session.scalars(select(Person).where(Person.name == "Anna")).one()
        views = [
            "columns=tags%2Ctap.drops",
            "columns=tap.drops",
            "show=all&columns=tap.drops,channel",
        ]
        keep(desk, anna, ["tap.open", "tickets.read", "tickets.work"], views)
    remains.purge(fitted, "tap")
    with desk_for(fitted) as desk:
        scopes = desk.session.scalars(select(ApiToken.scopes).order_by(ApiToken.id)).all()
        queries = desk.session.scalars(select(SavedView.query).order_by(SavedView.id)).all()
    assert scopes == [["tickets.read"], ["tickets.read", "tickets.work"]]
    assert queries == [
        "team=1&columns=tags%2Ctapestry",
        "state=open",
        "columns=tags",
        "columns=-",
        "show=all&columns=channel",
    ]


def test_key_without_a_scope_is_no_mention(fitted: Core) -> None:
    with desk_for(fitted, write=True) as desk:
        anna = desk.session.scalars(select(Person).where(Person.name == "Anna")).one()
        keep(desk, anna, [], [])
    with fitted.engine.connect() as connection:
        assert count_mentions(connection, "tap") == {}


def test_names_that_only_begin_alike_are_another_plugins(fitted: Core) -> None:
    with desk_for(fitted, write=True) as desk:
        anna = desk.session.scalars(select(Person).where(Person.name == "Anna")).one()
        keep(desk, anna, ["tap.open"], ["tap=1"])
    with fitted.engine.connect() as connection:
        assert [count_mentions(connection, name) for name in ("ta", "tape", "tap.open")] == [
            *({}, {}),
            {"api_token": 1},
        ]


def test_command_counts_mentions_before_it_removes_them(fitted: Core) -> None:
    with desk_for(fitted, write=True) as desk:
        anna = desk.session.scalars(select(Person).where(Person.name == "Anna")).one()
        keep(desk, anna, ["tap.open"], ["tap=1"])
    said = [
        CliRunner().invoke(cli.plugins, ["remove", "tap", "--purge", *more], obj=lambda: fitted)
        for more in ((), ("--yes",))
    ]
    mentions = "1 mention in api_token, 1 mention in saved_view"
    assert [each.output.splitlines()[0] for each in said] == [
        f"It would remove {mentions}. Nothing is removed yet; --yes does it.",
        f"Removed: {mentions}.",
    ]
