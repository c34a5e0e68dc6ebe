# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plugin that is not taken in leaves in the process, and how its needs are read."""

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint

import pytest
from hooks.workshop import HOOK, TABLE, Workshop
from sqlalchemy import select
from tresen import loader
from tresen.db import metadata
from tresen.desk import Core, desk_for
from tresen.people.models import Person

Start = Callable[[], Core]
QUIET = f"{HOOK}def permissions(): return []\n"
NOT_THERE = "It needs not_There, which is not installed: pip install 'not_There'"


def modules_of(package: str) -> list[str]:
    return sorted(name for name in sys.modules if name.partition(".")[0] == package)


def test_every_module_of_a_failing_plugin_is_forgotten_and_no_neighbours(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("tap", "import tresen_tap.pipes\n1 / 0", **{"pipes.py": ""})
    workshop.make("tapestry", QUIET)
    core = lenient()
    assert core.plugins.set_aside == {
        "tap": "It failed while being taken in: ZeroDivisionError: division by zero"
    }
    assert modules_of("tresen_tap") == []
    assert modules_of("tresen_tapestry") == ["tresen_tapestry", "tresen_tapestry.hooks"]


def test_plugin_set_aside_later_takes_only_its_own_tables_along(
    workshop: Workshop, lenient: Start
) -> None:
    for name in ("tap", "tapestry"):
        workshop.make(name, TABLE.format(base=name, column=""))
    core = lenient()
    loader.set_aside(core.plugins, "tap", "It drips.")
    left = {name for name in metadata.tables if name.startswith("tap")}
    assert (left, core.plugins.set_aside) == ({"tapestry_thing"}, {"tap": "It drips."})
    assert (modules_of("tresen_tap"), len(modules_of("tresen_tapestry"))) == ([], 2)


def test_second_plugin_of_a_name_leaves_the_first_working(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("tap", TABLE.format(base="tap", column=""))
    core = lenient()
    before = core.plugins.pm.get_plugin("tap")
    (point,) = loader.entry_points(group=loader.GROUP, name="tap")
    loader.take_in(core.plugins, point)
    assert core.plugins.set_aside == {
        "tresen-tap": "The name 'tap' is taken by a part of the core or another plugin."
    }
    assert (core.plugins.pm.get_plugin("tap"), "tap_thing" in metadata.tables) == (before, True)


def test_entry_point_without_a_distribution_is_not_imported(
    workshop: Workshop, lenient: Start
) -> None:
    core = lenient()
    point = EntryPoint("stray", "tresen_stray.hooks", loader.GROUP)
    loader.take_in(core.plugins, point)
    assert core.plugins.set_aside == {"stray": "It belongs to no installed distribution."}


BACKREF = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from tresen.sdk import Person, PluginTables
class Base(PluginTables, DeclarativeBase):
    plugin = "ref"
class Thing(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    person: Mapped[Person] = relationship(Person, backref="ref_things")
"""


def test_backref_to_the_core_is_refused_and_leaves_its_classes_as_they_were(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("ref", BACKREF)
    core = lenient()
    assert core.plugins.set_aside == {
        "ref": (
            "Its relationship Thing.person has a backref: say back_populates between its own "
            "classes, and ask with a query from one of the core's."
        )
    }
    with desk_for(core) as desk:
        assert (list(desk.session.scalars(select(Person))), hasattr(Person, "ref_things")) == (
            [],
            False,
        )


def test_entry_point_that_names_an_object_is_refused(workshop: Workshop, lenient: Start) -> None:
    workshop.make("obj", f"class Plugin: ...\nplugin = Plugin()\n{QUIET}")
    points = workshop.folder / "tresen_obj-1.dist-info" / "entry_points.txt"
    points.write_text("[tresen.plugins]\nobj = tresen_obj.hooks:plugin\n")
    core = lenient()
    sentence = "Its entry point names plugin in a module; name the module alone."
    assert (core.plugins.set_aside, core.plugins.pm.has_plugin("obj")) == ({"obj": sentence}, False)


def test_second_plugin_of_one_package_leaves_the_first_working(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("tap", TABLE.format(base="tap", column=""))
    points = workshop.folder / "tresen_tap-1.dist-info" / "entry_points.txt"
    points.write_text("[tresen.plugins]\ntap = tresen_tap.hooks\nwell = tresen_tap.well\n")
    (workshop.folder / "tresen_tap" / "well.py").write_text("1 / 0")
    core = lenient()
    assert core.plugins.set_aside == {
        "well": "Its package tresen_tap is the plugin tap's: give it one of its own."
    }
    assert modules_of("tresen_tap") == ["tresen_tap", "tresen_tap.hooks"]
    assert "tap_thing" in metadata.tables


def test_foreign_key_to_another_plugin_is_refused(workshop: Workshop, lenient: Start) -> None:
    key = "tap_id: Mapped[int] = mapped_column(ForeignKey('tap_thing.id', ondelete='CASCADE'))"
    workshop.make("tap", TABLE.format(base="tap", column=""))
    workshop.make("well", TABLE.format(base="well", column=key))
    assert lenient().plugins.set_aside == {
        "well": (
            "Its foreign key well_thing.tap_id leads to the plugin tap, which could not be removed "
            "then: point at the core alone."
        )
    }


def test_sentence_of_a_library_is_one_line(workshop: Workshop, lenient: Start) -> None:
    workshop.make("wordy", f"{HOOK}def ticket_opened(desk, tikket): ...")
    assert lenient().plugins.set_aside == {
        "wordy": (
            "It failed while being taken in: PluginValidationError: Plugin 'wordy' for hook "
            "'ticket_opened' hookimpl definition: ticket_opened(desk, tikket) Argument(s) "
            "{'tikket'} are declared in the hookimpl but can not be found in the hookspec"
        )
    }


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("core", "The name 'core' is taken by a part of the core or another plugin."),
        ("settings", "The name 'settings' is taken by a part of the core or another plugin."),
        ("search_text", "Its tables could not be told from the core's search_text_data."),
        (
            "search_text_others",
            "Its tables could not be told from the core's search_text_others_data.",
        ),
        ("schema", "Its tables could not be told from the core's schema_version_core."),
        ("schema_version", "Its tables could not be told from the core's schema_version_core."),
    ],
)
def test_name_whose_schema_could_not_be_told_from_the_cores_is_refused(
    workshop: Workshop, lenient: Start, name: str, sentence: str
) -> None:
    workshop.make(name, QUIET)
    assert lenient().plugins.set_aside == {name: sentence}


@pytest.mark.parametrize(
    ("needs", "sentence"),
    [
        ("Tresen[postgres]>=99", "It needs Tresen[postgres]>=99, but Tresen 0.1.0 is installed."),
        ("not_There", NOT_THERE),
        ("tresen<0.1", "It needs tresen<0.1, but tresen 0.1.0 is installed."),
        ("tresen!=0.1.0", "It needs tresen!=0.1.0, but tresen 0.1.0 is installed."),
    ],
)
def test_need_that_does_not_hold_is_told_as_it_was_written(
    workshop: Workshop, lenient: Start, needs: str, sentence: str
) -> None:
    workshop.make("wanting", "raise SystemExit", needs=needs)
    assert lenient().plugins.set_aside == {"wanting": sentence}


@pytest.mark.parametrize(
    "needs",
    [
        'tresen>=99; sys_platform == "win16"',
        'tresen>=99; extra == "more" and python_version >= "3"',
        "TRESEN[postgres,none]~=0.1.0",
        "sqlalchemy[asyncio]",
    ],
)
def test_need_behind_a_marker_that_does_not_hold_is_none(
    workshop: Workshop, lenient: Start, needs: str
) -> None:
    workshop.make("calm", QUIET, needs=needs)
    assert lenient().plugins.set_aside == {}


def test_need_that_nobody_can_read_costs_its_plugin_only(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("garbled", "raise SystemExit", needs="tresen >>> 1")
    workshop.make("calm", QUIET)
    plugins = lenient().plugins
    sentence = plugins.set_aside.pop("garbled")
    assert sentence.split(": ")[:2] == ["It failed while being taken in", "InvalidRequirement"]
    assert (plugins.set_aside, "calm" in plugins.taken_in) == ({}, True)
