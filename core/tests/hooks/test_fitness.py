# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the loader asks of a plugin, and what it takes as it is."""

from collections.abc import Callable

import pytest
from hooks.workshop import HOOK, TABLE, Workshop
from shipped import SHIPPED
from tresen import app as application
from tresen.db import metadata
from tresen.desk import Core

Start = Callable[[], Core]
QUIET = f"{HOOK}def permissions(): return []\n"


@pytest.mark.parametrize(
    "needs",
    [
        "tresen",
        "tresen>=0.1,<99",
        # What a marker excludes is not needed here.
        'not-there>=1; python_version < "3"',
        'not-there>=1; extra == "more"',
        'tresen>=0.1; python_version >= "3.11"',
    ],
)
def test_plugin_whose_requirements_hold_is_taken_in(
    workshop: Workshop, lenient: Start, needs: str
) -> None:
    workshop.make("calm", QUIET, needs=needs)
    assert "calm" in lenient().plugins.taken_in


@pytest.mark.parametrize(
    ("doc", "title"),
    [
        ("Lamp: it shines.", "Lamp"),
        ("Lamp", "Lamp"),
        ("Lamp of the desk: it shines: brightly.", "Lamp of the desk"),
        ("Lamp\n\nIt shines.", "Lamp"),
    ],
)
def test_title_is_what_stands_before_the_colon(
    workshop: Workshop, lenient: Start, doc: str, title: str
) -> None:
    workshop.make("lamp", QUIET, doc=doc)
    info = lenient().plugins.taken_in["lamp"]
    assert (info.title, info.version, info.distribution) == (title, "1", "tresen-lamp")


@pytest.mark.parametrize("name", ["Lamp", "lAMP"])
def test_name_that_is_no_lower_case_identifier_is_refused(
    workshop: Workshop, lenient: Start, name: str
) -> None:
    workshop.make(name, QUIET)
    sentence = f"Its name {name!r} is not a lower-case identifier."
    assert lenient().plugins.set_aside == {name: sentence}


def test_hook_of_a_newer_core_may_be_answered_optionally(
    workshop: Workshop, lenient: Start
) -> None:
    hooks = (
        "from tresen.sdk import hookimpl\n\n@hookimpl(optionalhook=True)\ndef dawn_broke(): ...\n"
    )
    workshop.make("early", hooks)
    assert "early" in lenient().plugins.taken_in


def test_plugin_may_point_at_its_own_tables_without_a_rule(
    workshop: Workshop, lenient: Start
) -> None:
    column = "other: Mapped[int | None] = mapped_column(ForeignKey('own_thing.id'))"
    workshop.make("own", TABLE.format(base="own", column=column))
    assert lenient().plugins.taken_in["own"].tables == {"own_thing"}


@pytest.mark.parametrize("rule", ["CASCADE", "SET NULL", "RESTRICT"])
def test_foreign_key_to_the_core_that_says_its_rule_is_taken(
    workshop: Workshop, lenient: Start, rule: str
) -> None:
    column = f"t: Mapped[int] = mapped_column(ForeignKey('ticket.id', ondelete={rule!r}))"
    workshop.make("tidy", TABLE.format(base="tidy", column=column))
    assert "tidy" in lenient().plugins.taken_in


@pytest.mark.parametrize("fault", ["raise SystemExit(3)", "import nowhere", "1 / 0"])
def test_tables_of_a_plugin_that_fails_are_forgotten(
    workshop: Workshop, lenient: Start, fault: str
) -> None:
    workshop.make("half", TABLE.format(base="half", column="") + f"\n{fault}\n")
    core = lenient()
    assert ("half" in core.plugins.set_aside, "half_thing" in metadata.tables) == (True, False)


@pytest.mark.parametrize("answer", ["5", "None", "{1: 2}", "'text'", "[5]"])
def test_list_hook_that_answers_no_list_of_records_sets_its_plugin_aside(
    workshop: Workshop, lenient: Start, answer: str
) -> None:
    workshop.make("odd", f"{HOOK}def permissions(): return {answer}\n")
    core = lenient()
    status = application.create_app(core).test_client().get("/").status_code
    assert ("odd" in core.plugins.set_aside, status) == (True, 200)


def test_plugins_are_taken_in_by_name_whatever_the_order_of_the_disk(
    workshop: Workshop, lenient: Start
) -> None:
    for name in ("zeta", "alpha", "mid"):
        workshop.make(name, QUIET)
    found = [name for name in lenient().plugins.taken_in if name not in SHIPPED]
    assert found == ["alpha", "mid", "zeta"]
