# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plugin whose offered hooks are unclear is set aside with a sentence that names the fault."""

from collections.abc import Callable

import pytest
from hooks.wells import FILLS, ONE, QUIET, make_well
from hooks.workshop import Workshop
from tresen.desk import Core

Start = Callable[[], Core]


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"name": "fillings"}, "does not begin with well_"),
        ({"name": "wellness"}, "does not begin with well_"),
        ({"doc": "pass"}, "has no docstring"),
        ({"doc": "''' '''"}, "has no docstring"),
        ({"arguments": ""}, "does not take desk first"),
        ({"arguments": "depth, desk"}, "does not take desk first"),
    ],
)
def test_unclear_specification_is_refused(
    workshop: Workshop, lenient: Start, parts: dict[str, str], fault: str
) -> None:
    whole = {"name": "well_x", "arguments": "desk", "answers": "None", "doc": "'''Told.'''"} | parts
    make_well(workshop, ONE.format(**whole))
    sentence = f"The hook {whole['name']} that it offers {fault}."
    assert lenient().plugins.set_aside == {"well": sentence}


@pytest.mark.parametrize(
    "answers",
    [
        *("int", "'str | None'", "list", "'list[str]'", "'list[Filling]'", "dict", "'dict'"),
        *("'Filling | None'", "'dict | int | None'", "'list[dict] | None'", "'dict|None'"),
    ],
)
def test_answer_that_is_no_plain_data_is_refused(
    workshop: Workshop, lenient: Start, answers: str
) -> None:
    specs = ONE.format(name="well_x", arguments="desk", answers=answers, doc="'''Asked.'''")
    make_well(workshop, specs)
    assert lenient().plugins.set_aside == {
        "well": (
            "The hook well_x that it offers answers something else than None, list[dict] or "
            "dict | None."
        )
    }


@pytest.mark.parametrize(
    "answers",
    [
        *("None", "'None'", "dict | None", "'dict | None'", "dict[str, int] | None"),
        *("'dict[str, list[int]] | None'", "list[dict]", "'list[dict]'", "list[dict[str, int]]"),
    ],
)
def test_answer_that_is_plain_data_is_taken(
    workshop: Workshop, lenient: Start, answers: str
) -> None:
    specs = ONE.format(name="well_x", arguments="desk", answers=answers, doc="'''Asked.'''")
    make_well(workshop, specs)
    plugins = lenient().plugins
    assert (plugins.set_aside, plugins.offers) == ({}, {"well_x": "well"})


def test_specification_says_what_it_answers(workshop: Workshop, lenient: Start) -> None:
    specs = ONE.format(name="well_x", arguments="desk", answers="None", doc="'''Told.'''")
    make_well(workshop, specs.replace(" -> None", ""))
    (sentence,) = lenient().plugins.set_aside.values()
    assert sentence.startswith("The hook well_x that it offers answers something else than None")


def test_specification_by_pluggys_own_marker_is_refused(workshop: Workshop, lenient: Start) -> None:
    marker = "import pluggy\nmark = pluggy.HookspecMarker('tresen')\n@mark\n"
    make_well(workshop, f"{marker}def well_x(desk) -> None:\n    '''Told.'''\n")
    assert lenient().plugins.set_aside == {
        "well": "The hook well_x that it offers was not made with hookspec of tresen.sdk."
    }


def test_module_without_a_specification_is_refused(workshop: Workshop, lenient: Start) -> None:
    make_well(workshop, "from tresen.sdk import hookspec\ndef well_x(desk): ...\n")
    assert lenient().plugins.set_aside == {"well": "Its module hookspecs specifies no hook."}


def test_module_that_cannot_be_imported_costs_its_plugin_only(
    workshop: Workshop, lenient: Start
) -> None:
    make_well(workshop, "1 / 0\n")
    workshop.make("bucket", FILLS)
    assert lenient().plugins.set_aside == {
        "well": "It failed while being taken in: ZeroDivisionError: division by zero"
    }


def test_hook_of_the_core_is_not_offered_by_a_plugin(workshop: Workshop, lenient: Start) -> None:
    specs = ONE.format(name="page_panels", arguments="desk", answers="None", doc="'''Told.'''")
    workshop.make("page", QUIET, **{"hookspecs.py": specs})
    core = lenient()
    assert core.plugins.set_aside == {
        "page": "The hook page_panels that it offers bears the name of another hook."
    }
    assert core.plugins.pm.hook.page_panels.has_spec() is True
