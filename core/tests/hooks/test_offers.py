# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plugin offers hooks and others answer them, whoever is taken in first, or not at all.

What of a specification is refused stands in `test_offers_refused`.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hooks.wells import BEFORE_AND_AFTER, FILLS, IMPL, OPTIONAL, QUIET, SPECS, make_well
from hooks.workshop import HOOK, Workshop
from shipped import SHIPPED
from tresen import app as application
from tresen import loader
from tresen.admin import queries
from tresen.config import Config
from tresen.desk import Core, desk_for
from tresen.errors import Refused
from tresen.hooks.caller import MUTE_AFTER
from tresen.hooks.stability import Deprecated, Notice, Standing
from tresen.hooks.trace import Call, TracingPlugins

Start = Callable[[], Core]


def spec_of(name: str) -> Any:
    """Return a specification as the plugin that offers it has it."""
    return getattr(sys.modules["tresen_well.hookspecs"], name)


@pytest.mark.parametrize("answering", BEFORE_AND_AFTER)
def test_answer_is_asked_whoever_is_taken_in_first(
    workshop: Workshop, lenient: Start, answering: str
) -> None:
    make_well(workshop)
    workshop.make(answering, FILLS)
    core = lenient()
    with desk_for(core) as desk:
        found = desk.gather(spec_of("well_fillings"), 3)
    assert (found, core.plugins.set_aside) == ([{"what": "rain"}], {})


def test_answers_of_all_are_joined_and_arguments_may_be_left_out(
    workshop: Workshop, lenient: Start
) -> None:
    make_well(workshop)
    workshop.make("bucket", FILLS)
    body = "def well_fillings(depth): return [{'what': str(depth)}]\n"
    workshop.make("yard", OPTIONAL + IMPL + body)
    with desk_for(lenient()) as desk:
        found = desk.gather(spec_of("well_fillings"), 3)
    assert found == [{"what": "3"}, {"what": "rain"}]


def test_plugin_answers_its_own_hook_without_saying_that_it_is_optional(
    workshop: Workshop, lenient: Start
) -> None:
    make_well(workshop, hooks=f"{HOOK}def well_keeper(desk): return {{'name': 'Anna'}}\n")
    with desk_for(lenient()) as desk:
        assert desk.ask(spec_of("well_keeper")) == {"name": "Anna"}


def test_first_answer_to_a_question_counts(workshop: Workshop, lenient: Start) -> None:
    make_well(workshop)
    answers = {"bucket": "{'name': 'Ben'}", "yard": "{'name': 'Yves'}", "zinc": "None"}
    for name, answer in answers.items():
        workshop.make(name, f"{OPTIONAL}{IMPL}def well_keeper(desk): return {answer}\n")
    with desk_for(lenient()) as desk:
        assert desk.ask(spec_of("well_keeper")) == {"name": "Yves"}


def test_guard_may_refuse_and_another_error_lets_it_pass(
    workshop: Workshop, lenient: Start
) -> None:
    make_well(workshop)
    workshop.make("bucket", f"{OPTIONAL}{IMPL}def well_before_drawn(): 1 / 0\n")
    core = lenient()
    with desk_for(core) as desk:
        desk.guard(spec_of("well_before_drawn"))
    assert core.plugins.tallies["bucket", "well_before_drawn"].errors == 1
    workshop.make("yard", f"{OPTIONAL}{IMPL}def well_before_drawn(): raise Refused('Dry.')\n")
    with desk_for(lenient()) as desk, pytest.raises(Refused, match=r"^Dry\.$"):
        desk.guard(spec_of("well_before_drawn"))


def test_what_a_failing_listener_wrote_is_undone_and_the_others_are_told(
    workshop: Workshop, lenient: Start
) -> None:
    make_well(workshop)
    add = (
        "def well_emptied(desk):\n    desk.session.add(Team(name={!r}))\n    desk.session.flush()\n"
    )
    head = f"from tresen.sdk import Team, hookimpl\n{IMPL}"
    workshop.make("bucket", f"{head}{add.format('lost')}    1 / 0\n")
    workshop.make("yard", head + add.format("kept"))
    from tresen.people.models import Team  # noqa: PLC0415 - beside the names of the generated code

    with desk_for(lenient(), write=True) as desk:
        desk.tell(spec_of("well_emptied"))
        assert [team.name for team in desk.session.query(Team)] == ["kept"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        (
            "return ['rain']",
            "TypeError: Its hook well_fillings answers 'rain', which is no dict.",
        ),
    ],
)
def test_failing_answer_is_noted_of_its_plugin_and_muted_in_the_end(
    workshop: Workshop, lenient: Start, answer: str, error: str
) -> None:
    make_well(workshop)
    workshop.make("bucket", f"{OPTIONAL}{IMPL}def well_fillings(desk):\n    {answer}\n")
    workshop.make("yard", FILLS)
    core = lenient()
    with desk_for(core) as desk:
        for _time in range(MUTE_AFTER):
            assert desk.gather(spec_of("well_fillings"), 3) == [{"what": "rain"}]
    assert core.plugins.tallies["bucket", "well_fillings"].last_error == error
    assert core.plugins.muted == {"bucket"}


@pytest.mark.parametrize("answering", BEFORE_AND_AFTER)
def test_answer_with_strange_arguments_sets_aside_who_answers(
    workshop: Workshop, lenient: Start, answering: str
) -> None:
    make_well(workshop)
    body = "def well_fillings(desk, width, height): return []\n"
    workshop.make(answering, OPTIONAL + IMPL + body)
    plugins = lenient().plugins
    (said,) = plugins.set_aside.values()
    assert (list(plugins.set_aside), "height" in said, "width" in said) == (
        [answering],
        True,
        True,
    )
    assert ("well" in plugins.taken_in, plugins.pm.has_plugin(answering)) == (True, False)


def test_strange_arguments_are_named_in_one_sentence(workshop: Workshop, lenient: Start) -> None:
    make_well(workshop)
    body = "def well_fillings(desk, width, height): return []\n"
    workshop.make("bucket", OPTIONAL + IMPL + body)
    workshop.make("chain", QUIET, needs="tresen-bucket")
    assert lenient().plugins.set_aside == {
        "bucket": (
            "It answers well_fillings with arguments that this hook does not have: height, width."
        ),
        "chain": "chain needs the plugin bucket, which was set aside.",
    }


def test_plugin_that_answers_itself_with_strange_arguments_is_set_aside_alone(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("bucket", FILLS)
    make_well(workshop, hooks=f"{HOOK}def well_keeper(desk, name): return None\n")
    plugins = lenient().plugins
    assert plugins.set_aside == {
        "well": "It answers well_keeper with arguments that this hook does not have: name."
    }
    assert (plugins.offers, "bucket" in plugins.taken_in) == ({}, True)


def test_who_offers_and_needs_a_misfit_goes_with_it(workshop: Workshop, lenient: Start) -> None:
    workshop.make("bucket", f"{OPTIONAL}{IMPL}def well_keeper(desk, name): return None\n")
    make_well(workshop, needs="tresen-bucket")
    plugins = lenient().plugins
    assert (sorted(plugins.set_aside), plugins.offers) == (["bucket", "well"], {})
    assert plugins.set_aside["well"] == "well needs the plugin bucket, which was set aside."


@pytest.mark.parametrize(
    ("answering", "sentence"),
    [
        ("bucket", "It answers the hook 'well_keeper', which Tresen does not know."),
        (
            "yard",
            (
                "It answers well_keeper without optionalhook=True: "
                "the plugin well, which offers it, may be absent."
            ),
        ),
    ],
)
def test_answer_that_is_not_optional_is_refused_whoever_comes_first(
    workshop: Workshop, lenient: Start, answering: str, sentence: str
) -> None:
    make_well(workshop)
    workshop.make(answering, f"{HOOK}def well_keeper(desk): return None\n")
    assert lenient().plugins.set_aside == {answering: sentence}


def test_answer_that_wraps_is_refused(workshop: Workshop, lenient: Start) -> None:
    make_well(workshop)
    mark = "@hookimpl(optionalhook=True, wrapper=True)\n"
    workshop.make("yard", f"{OPTIONAL}{mark}def well_keeper(desk): return (yield)\n")
    assert lenient().plugins.set_aside == {
        "yard": "It wraps the hook well_keeper: answer it, and leave others theirs."
    }


def test_answer_waits_in_vain_for_who_is_absent(workshop: Workshop, lenient: Start) -> None:
    workshop.make("bucket", FILLS)
    core = lenient()
    assert (core.plugins.set_aside, core.plugins.offers) == ({}, {})
    assert queries.declared(core, "bucket").hooks == ("well_fillings",)


def test_answer_waits_in_vain_for_who_is_switched_off(
    workshop: Workshop, config: Config, lenient: Start
) -> None:
    make_well(workshop)
    for name in BEFORE_AND_AFTER:
        workshop.make(name, FILLS)
    off = ("well", *SHIPPED)
    core = application.create_core(replace(config, strict=False, plugins_off=off))
    core.engine.dispose()
    named = [name for name in core.plugins.set_aside if name not in SHIPPED]
    assert (named, core.plugins.offers) == (["well"], {})


@pytest.mark.parametrize("fault", ["1 / 0\n", f"{HOOK}def ticket_opend(): ...\n"])
def test_hooks_of_one_that_is_not_taken_in_are_unknown(
    workshop: Workshop, lenient: Start, fault: str
) -> None:
    make_well(workshop, hooks=fault)
    workshop.make("bucket", f"{OPTIONAL}{IMPL}def well_keeper(desk, name): return None\n")
    core = lenient()
    assert (list(core.plugins.set_aside), core.plugins.offers) == (["well"], {})
    assert core.plugins.pm.hook.well_keeper.has_spec() is False


def test_hooks_of_one_that_is_set_aside_later_are_unknown_again(
    workshop: Workshop, lenient: Start
) -> None:
    make_well(workshop)
    workshop.make("bucket", FILLS)
    core = lenient()
    plugins = core.plugins
    loader.set_aside(plugins, "well", "It is dry.")
    assert (plugins.offers, plugins.pm.hook.well_fillings.has_spec()) == ({}, False)
    assert (hasattr(plugins.pm.hook, "well_keeper"), "bucket" in plugins.taken_in) == (False, True)
    assert "tresen_well.hookspecs" not in sys.modules


def test_plugin_that_comes_back_offers_anew(workshop: Workshop, lenient: Start) -> None:
    make_well(workshop)
    workshop.make("bucket", FILLS)
    core = lenient()
    loader.set_aside(core.plugins, "well", "It is dry.")
    del core.plugins.set_aside["well"]
    (point,) = loader.entry_points(group=loader.GROUP, name="well")
    loader.take_in(core.plugins, point)
    with desk_for(core) as desk:
        found = desk.gather(spec_of("well_fillings"), 3)
    assert (found, core.plugins.set_aside) == ([{"what": "rain"}], {})


def test_what_is_offered_and_answered_is_told_of_each_plugin(
    workshop: Workshop, lenient: Start
) -> None:
    make_well(workshop)
    for name in BEFORE_AND_AFTER:
        workshop.make(name, FILLS)
    core = lenient()
    offering = queries.declared(core, "well").offers
    assert offering == ("well_before_drawn", "well_emptied", "well_fillings", "well_keeper")
    answering = [queries.declared(core, name) for name in BEFORE_AND_AFTER]
    assert [(each.hooks, each.provisionals, each.offers) for each in answering] == [
        (("well_fillings",), ("well_fillings",), ())
    ] * 2


ENDING = SPECS.replace(
    '@hookspec(since="1.0", stability="provisional")',
    '@hookspec(since="1.0", stability="stable", deprecated=Deprecated("1.1", "1.3", "rain"))',
)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("answering", BEFORE_AND_AFTER)
def test_hook_that_ends_is_noted_of_who_answers_whoever_comes_first(
    workshop: Workshop, lenient: Start, answering: str
) -> None:
    make_well(workshop, ENDING)
    workshop.make(answering, FILLS)
    core = lenient()
    ends = Deprecated("1.1", "1.3", "rain")
    assert queries.notices(core) == [Notice(answering, "well_fillings", "", ends)]
    loader.set_aside(core.plugins, "well", "It is dry.")
    assert queries.notices(core) == []


def test_standing_of_an_offered_hook_is_kept(workshop: Workshop, lenient: Start) -> None:
    make_well(workshop)
    hook = lenient().plugins.pm.hook.well_fillings
    assert hook.spec.function.tresen_standing == Standing("1.0", "provisional")


def test_calls_of_offered_hooks_are_traced_with_their_kinds(
    workshop: Workshop, config: Config
) -> None:
    make_well(workshop)
    rest = "".join(
        f"{IMPL}def {name}(desk): ...\n"
        for name in ("well_keeper", "well_before_drawn", "well_emptied")
    )
    workshop.make("bucket", FILLS + rest)
    core = application.create_core(replace(config, strict=False, trace_hooks=True))
    assert isinstance(core.plugins, TracingPlugins)
    with desk_for(core) as desk, core.plugins.tracing("GET", "/", desk.now()) as trace:
        desk.gather(spec_of("well_fillings"), 3)
        desk.ask(spec_of("well_keeper"))
        desk.guard(spec_of("well_before_drawn"))
        desk.tell(spec_of("well_emptied"))
    core.engine.dispose()
    assert [replace(call, nanoseconds=0) for call in trace.calls] == [
        Call("well_fillings", "parts", "bucket", "", ("Desk", "int"), answers=1),
        Call("well_keeper", "questions", "bucket", "", ("Desk",)),
        Call("well_before_drawn", "guards", "bucket", "", ("Desk",)),
        Call("well_emptied", "events", "bucket", "", ("Desk",)),
    ]
