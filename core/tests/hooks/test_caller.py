# SPDX-License-Identifier: AGPL-3.0-or-later
"""How plugins are asked and told, and what one that errs can and cannot do."""

import importlib
from collections.abc import Callable

import pytest
from hooks.workshop import HOOK, TABLE, Workshop
from sqlalchemy import event, select
from sqlalchemy.orm import configure_mappers
from tresen import app as application
from tresen import loader
from tresen.config import Config
from tresen.db import metadata
from tresen.desk import Core, Desk, desk_for
from tresen.hooks import hookimpl, specs
from tresen.hooks.records import Check, Route
from tresen.mail.records import Mail
from tresen.people.models import Team
from tresen.testing import factories

RECORDS = "from tresen.sdk import Check, Permission, Route\n"
ROUTE = "{hook}def ticket_route(desk, ticket):\n    {then}\n"

Start = Callable[[], Core]


def names(checks: list[Check]) -> set[str]:
    return {check.name for check in checks} & {"first", "two", "three"}


def test_gather_joins_every_answer_and_leaves_out_who_raises(
    workshop: Workshop, lenient: Start
) -> None:
    for name in ("first", "three"):
        answer = f"def health_checks(desk): return [Check({name!r}, 'good', 'Well.')]"
        workshop.make(name, f"{RECORDS}{HOOK}{answer}")
    workshop.make("two", f"{HOOK}def health_checks(desk): raise OSError('gone')")
    core = lenient()
    with desk_for(core) as desk:
        assert names(desk.gather(specs.health_checks)) == {"first", "three"}
    assert list(core.plugins.errors) == ["two"]


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("return Route(reason='a')", "return Route(reason='b')", "a"),
        ("return None", "return Route(reason='b')", "b"),
        ("1 / 0", "return Route(reason='b')", "b"),
        ("return None", "return None", None),
    ],
)
def test_ask_takes_the_first_answer_that_is_one(
    workshop: Workshop, lenient: Start, first: str, second: str, reason: str | None
) -> None:
    workshop.make("alpha", RECORDS + ROUTE.format(hook=HOOK, then=second))
    workshop.make("beta", RECORDS + ROUTE.format(hook=HOOK, then=first))
    with desk_for(lenient(), write=True) as desk:
        ticket = factories.make_ticket(desk, None)
        found = desk.ask(specs.ticket_route, ticket)
        assert (found.reason if found else None) == reason


def test_failing_statement_of_a_plugin_does_not_spoil_the_transaction(
    workshop: Workshop, lenient: Start
) -> None:
    statement = "from sqlalchemy import text\n"
    body = "desk.session.execute(text('SELECT nonsense FROM nowhere'))"
    for hook in ("ticket_opened(desk)", "health_checks(desk)", "before_mail_taken(desk)"):
        name = hook.partition("(")[0].replace("_", "")
        workshop.make(name, f"{statement}{HOOK}def {hook}: {body}")
    core = lenient()
    with desk_for(core, write=True) as desk:
        desk.session.add(Team(name="Before"))
        factories.make_ticket(desk, None)
        desk.gather(specs.health_checks)
        desk.guard(specs.before_mail_taken, Mail("<a@b.example>"))
        desk.session.add(Team(name="After"))
    with desk_for(core) as desk:
        found = desk.session.scalars(select(Team.name).order_by(Team.id)).all()
        assert list(found) == ["Before", "After"]
    assert sorted(core.plugins.errors) == ["beforemailtaken", "healthchecks", "ticketopened"]


def test_plugin_that_commits_or_forgets_to_flush_is_held_too(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make(
        "double",
        f"from tresen.sdk import Team\n{HOOK}def ticket_opened(desk):\n"
        "    desk.session.add_all([Team(name='Same'), Team(name='Same')])\n",
    )
    core = lenient()
    with desk_for(core, write=True) as desk:
        factories.make_ticket(desk, None)
        desk.session.add(Team(name="Mine"))
    with desk_for(core) as desk:
        assert list(desk.session.scalars(select(Team.name))) == ["Mine"]
    assert list(core.plugins.errors) == ["double"]


def test_muted_plugin_is_neither_asked_nor_told(workshop: Workshop, lenient: Start) -> None:
    answer = "def health_checks(desk): return [Check('first', 'good', 'Well.')]"
    workshop.make("calm", f"{RECORDS}{HOOK}{answer}")
    core = lenient()
    with desk_for(core) as desk:
        assert names(desk.gather(specs.health_checks)) == {"first"}
        core.plugins.muted.add("calm")
        assert names(desk.gather(specs.health_checks)) == set()


def test_strict_core_raises_what_a_plugin_raises(workshop: Workshop, config: Config) -> None:
    workshop.make("frail", f"{HOOK}def health_checks(desk): raise KeyError('lost')")
    core = application.create_core(config)
    with pytest.raises(KeyError, match="lost"), desk_for(core) as desk:
        desk.gather(specs.health_checks)
    core.engine.dispose()


class Slice:
    """A part of the core itself."""

    @hookimpl
    def health_checks(self, desk: Desk) -> list[Check]:
        """Fail as a bug of ours would."""
        raise KeyError("ours")


def test_error_of_the_core_itself_is_never_swallowed(workshop: Workshop, lenient: Start) -> None:
    core = lenient()
    core.plugins.pm.register(Slice(), name="ours")
    with pytest.raises(KeyError, match="ours"), desk_for(core) as desk:
        desk.gather(specs.health_checks)


def test_arguments_reach_those_who_name_them(workshop: Workshop, lenient: Start) -> None:
    subject = "return Route(reason=ticket.subject)"
    workshop.make("reader", f"{RECORDS}{HOOK}def ticket_route(ticket):\n    {subject}\n")
    with desk_for(lenient(), write=True) as desk:
        ticket = factories.make_ticket(desk, None, subject="Read me")
        assert desk.ask(specs.ticket_route, ticket) == Route(reason="Read me")


def test_plugin_set_aside_later_leaves_nothing_behind(workshop: Workshop, lenient: Start) -> None:
    workshop.make("late", TABLE.format(base="late", column="word: Mapped[str]"))
    core = lenient()
    assert "late_thing" in metadata.tables
    loader.set_aside(core.plugins, "late", "It came too late.")
    assert "late_thing" not in metadata.tables
    assert core.plugins.set_aside == {"late": "It came too late."}
    assert (core.plugins.pm.has_plugin("late"), "late" in core.plugins.taken_in) == (False, False)
    configure_mappers()
    with desk_for(core) as desk:
        assert list(desk.session.scalars(select(Team))) == []


def test_faulty_mapper_harms_neither_core_nor_the_others(
    workshop: Workshop, lenient: Start
) -> None:
    wrong = "others: Mapped[list['Nowhere']] = relationship()"
    workshop.make("wrong", TABLE.format(base="wrong", column=wrong))
    workshop.make("right", TABLE.format(base="right", column="word: Mapped[str]"))
    core = lenient()
    assert list(core.plugins.set_aside) == ["wrong"]
    assert "right" in core.plugins.taken_in
    with desk_for(core, write=True) as desk:
        desk.session.add(Team(name="Mine"))
        desk.session.flush()
        assert list(desk.session.scalars(select(Team.name))) == ["Mine"]


def test_second_start_in_one_process_takes_the_same_in(workshop: Workshop, lenient: Start) -> None:
    workshop.make("twice", TABLE.format(base="twice", column="word: Mapped[str]"))
    tables = [lenient().plugins.taken_in["twice"].tables for _ in range(2)]
    assert tables == [{"twice_thing"}, {"twice_thing"}]


def test_plugin_named_like_a_slice_does_not_take_the_slice_with_it(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("people", f"{HOOK}def health_checks(desk): return []")
    core = lenient()
    assert list(core.plugins.set_aside) == ["people"]
    declared = {permission.name for permission in core.plugins.collect(specs.permissions)}
    assert "people.read" in declared


def test_mended_plugin_is_taken_in_by_the_next_start(workshop: Workshop, lenient: Start) -> None:
    wrong = "others: Mapped[list['Nowhere']] = relationship()"
    workshop.make("mended", TABLE.format(base="mended", column=wrong))
    assert list(lenient().plugins.set_aside) == ["mended"]
    right = TABLE.format(base="mended", column="word: Mapped[str]  # now a plain column")
    (workshop.folder / "tresen_mended" / "hooks.py").write_text(right)
    importlib.invalidate_caches()
    core = lenient()
    assert (core.plugins.set_aside, set(core.plugins.taken_in) >= {"mended"}) == ({}, True)
    configure_mappers()


def test_error_in_bulk_ends_the_whole_and_is_noted_when_it_is_repeated(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("sore", f"{HOOK}def health_checks(desk): return 1 / 0")
    core = lenient()
    with desk_for(core, write=True) as desk:
        desk.go_bulk()
        with pytest.raises(ZeroDivisionError):
            desk.gather(specs.health_checks)
    assert list(core.plugins.errors) == []
    with desk_for(core) as desk:
        desk.gather(specs.health_checks)
    assert list(core.plugins.errors) == ["sore"]


def test_bulk_opens_no_savepoint_for_a_plugin(workshop: Workshop, lenient: Start) -> None:
    statement = "from sqlalchemy import text\n"
    body = "desk.session.execute(text('SELECT 1'))"
    workshop.make("quick", f"{statement}{HOOK}def health_checks(desk): {body}")
    core = lenient()
    seen: list[str] = []
    event.listen(core.engine, "savepoint", lambda _connection, name: seen.append(name))
    with desk_for(core, write=True) as desk:
        desk.gather(specs.health_checks)
        assert len(seen) == 1
        desk.go_bulk()
        desk.gather(specs.health_checks)
        assert len(seen) == 1
