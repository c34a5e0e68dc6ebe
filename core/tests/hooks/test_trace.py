# SPDX-License-Identifier: AGPL-3.0-or-later
"""A process that traces notes who answered what within a request; any other notes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hooks.workshop import HOOK, Workshop
from tresen import app as application
from tresen.config import Config, load_config
from tresen.desk import Core, desk_for
from tresen.errors import Refused
from tresen.hooks import specs
from tresen.hooks.caller import MUTE_AFTER, Plugins, gather_closed, gather_whole
from tresen.hooks.places import Page
from tresen.hooks.trace import MOST_CALLS, MOST_TRACES, Call, TracingPlugins, told
from tresen.mail.records import Mail
from tresen.people.models import Person
from tresen.testing import factories

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
CHECKS = "from tresen.sdk import Check, Refused\n" + HOOK
TWO = f"{CHECKS}def health_checks(desk): return [Check('a', 'good', 'A'), Check('b', 'good', 'B')]"

Start = Callable[[], Core]


@pytest.fixture
def traced(config: Config, workshop: Workshop) -> Iterator[Start]:
    """Return a function that starts a core which traces, and tolerates faults as in life."""
    made: list[Core] = []

    def start() -> Core:
        made.append(application.create_core(replace(config, strict=False, trace_hooks=True)))
        return made[-1]

    yield start
    for core in made:
        core.engine.dispose()


def register_of(core: Core) -> TracingPlugins:
    assert isinstance(core.plugins, TracingPlugins)
    return core.plugins


def of(calls: list[Call], plugin: str) -> list[Call]:
    """Return the calls of a plugin without the time that they took."""
    return [replace(call, nanoseconds=0) for call in calls if call.plugin == plugin]


def test_tracing_is_off_unless_the_option_says_so(config: Config, workshop: Workshop) -> None:
    core = application.create_core(config)
    core.engine.dispose()
    assert (type(core.plugins), config.trace_hooks) == (Plugins, False)
    assert load_config(environ={"TRESEN_TRACE_HOOKS": "1"}).trace_hooks is True


def test_process_that_does_not_trace_has_the_plain_register_and_no_step_more(
    config: Config, workshop: Workshop
) -> None:
    steps = []
    for is_tracing in (False, True):
        core = application.create_core(replace(config, trace_hooks=is_tracing))
        app = application.create_app(core)
        found = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
        steps.append([len(functions[None]) for functions in found])
        core.engine.dispose()
    plain, tracing = steps
    assert tracing == [count + 1 for count in plain]


def test_call_is_noted_with_kind_arguments_and_number_of_answers(
    workshop: Workshop, traced: Start
) -> None:
    workshop.make("two", TWO)
    workshop.make("none", f"{HOOK}def ticket_route(desk, ticket): return None")
    core = traced()
    with desk_for(core, write=True) as desk:
        ticket = factories.make_ticket(desk, None)
        with register_of(core).tracing("GET", "/here", NOON) as trace:
            desk.gather(specs.health_checks)
            desk.ask(specs.ticket_route, ticket)
    assert of(trace.calls, "two") == [
        Call("health_checks", "parts", "two", "", ("Desk",), answers=2)
    ]
    assert of(trace.calls, "none") == [
        Call("ticket_route", "questions", "none", "", ("Desk", f"Ticket {ticket.id}"))
    ]
    assert [(each.method, each.route, each.at) for each in register_of(core).traces] == [
        ("GET", "/here", NOON)
    ]


def test_slices_are_noted_as_plugins_are(workshop: Workshop, traced: Start) -> None:
    core = traced()
    with desk_for(core) as desk, register_of(core).tracing("GET", "/", NOON) as trace:
        desk.gather(specs.health_checks)
    assert [(call.plugin, call.outcome) for call in of(trace.calls, "jobs")] == [
        ("jobs", "answered")
    ]


def test_call_within_a_call_names_the_hook_that_set_it_off(
    workshop: Workshop, traced: Start
) -> None:
    inner = "from tresen.hooks import specs\n" + HOOK
    ask = "desk.gather(specs.message_marks, [])"
    workshop.make("outer", f"{inner}def health_checks(desk):\n    {ask}\n")
    workshop.make("inner", f"{HOOK}def message_marks(desk, messages): return []")
    core = traced()
    with desk_for(core) as desk, register_of(core).tracing("GET", "/", NOON) as trace:
        desk.gather(specs.health_checks)
    assert of(trace.calls, "outer") == [Call("health_checks", "parts", "outer", "", ("Desk",))]
    assert of(trace.calls, "inner") == [
        Call("message_marks", "parts", "inner", "health_checks", ("Desk", "list of 0"))
    ]
    top = [call.microseconds for call in trace.calls if not call.within]
    assert trace.microseconds == sum(top)


@pytest.mark.parametrize(
    ("answer", "error"),
    [("1 / 0", "ZeroDivisionError"), ("return 7", "TypeError"), ("raise SystemExit", "SystemExit")],
)
def test_failure_is_noted_by_the_name_of_its_class(
    workshop: Workshop, traced: Start, answer: str, error: str
) -> None:
    workshop.make("frail", f"{HOOK}def health_checks(desk):\n    {answer}\n")
    core = traced()
    with desk_for(core) as desk, register_of(core).tracing("GET", "/", NOON) as trace:
        desk.gather(specs.health_checks)
    (call,) = of(trace.calls, "frail")
    assert (call.outcome, call.error) == ("failed", error)


def test_refusal_of_a_guard_is_no_failure(workshop: Workshop, traced: Start) -> None:
    refuse = f"{CHECKS}def before_mail_taken(desk, mail):\n    raise Refused('A secret word.')"
    workshop.make("stern", refuse)
    core = traced()
    with (
        desk_for(core) as desk,
        register_of(core).tracing("POST", "/", NOON) as trace,
        pytest.raises(Refused),
    ):
        desk.guard(specs.before_mail_taken, Mail("<secret@word.example>"))
    assert of(trace.calls, "stern") == [
        Call(
            "before_mail_taken",
            "guards",
            "stern",
            "",
            ("Desk", "Mail"),
            outcome="refused",
            error="Refused",
        )
    ]


def test_muted_plugin_is_noted_wherever_it_would_have_been_asked(
    workshop: Workshop, traced: Start
) -> None:
    hooks = (
        f"{HOOK}def health_checks(desk): return []\n@hookimpl\ndef ticket_scopes(desk): return []"
    )
    workshop.make("noisy", f"{hooks}\n@hookimpl\ndef personal_data(desk, person): return []")
    core = traced()
    for _time in range(MUTE_AFTER):
        core.plugins.note("noisy", "health_checks", ValueError("a customer's words"))
    with desk_for(core) as desk, register_of(core).tracing("GET", "/", NOON) as trace:
        desk.gather(specs.health_checks)
        gather_closed(desk, specs.ticket_scopes, specs)  # type: ignore[arg-type]
        gather_whole(desk, specs.personal_data, Person(id=7, name="Karla"))
    assert [(call.hook, call.outcome) for call in of(trace.calls, "noisy")] == [
        ("health_checks", "muted"),
        ("ticket_scopes", "muted"),
        ("personal_data", "muted"),
    ]


def test_functions_of_records_are_noted_without_a_kind(workshop: Workshop, traced: Start) -> None:
    column = "from tresen.sdk import Column\n" + HOOK
    load = "lambda desk, ids: {1: 'a', 2: 'b', 3: 'c'}"
    workshop.make(
        "lamp", f"{column}def ticket_columns(): return [Column('lamp.lit', 'Lit', {load})]"
    )
    core = traced()
    columns = core.plugins.collect_named(specs.ticket_columns)
    lit = next(column for name, column in columns if name == "lamp")
    with desk_for(core) as desk, register_of(core).tracing("GET", "/", NOON) as trace:
        lit.load(desk, [1, 2, 3])
    assert of(trace.calls, "lamp") == [
        Call("Column.load", "", "lamp", "", ("Desk", "list of 3"), answers=3)
    ]


def test_nothing_is_noted_outside_a_trace(workshop: Workshop, traced: Start) -> None:
    workshop.make("two", TWO)
    core = traced()
    with desk_for(core) as desk:
        with register_of(core).tracing("GET", "/", NOON) as trace:
            pass
        desk.gather(specs.health_checks)
    assert (trace.calls, len(register_of(core).traces)) == ([], 1)


def test_process_remembers_so_many_requests_and_calls(workshop: Workshop, traced: Start) -> None:
    register = register_of(traced())
    for _time in range(MOST_TRACES + 3):
        with register.tracing("GET", "/", NOON) as trace:
            pass
    assert [each.number for each in register.traces] == list(range(MOST_TRACES + 3, 3, -1))
    for _time in range(MOST_CALLS + 2):
        trace.begin("health_checks", "parts", "two")
    assert (len(trace.calls), trace.left_out) == (MOST_CALLS, 2)


@pytest.mark.parametrize(
    ("hook", "kind"),
    [
        ("permissions", "lists"),
        ("page_panels", "parts"),
        ("ticket_route", "questions"),
        ("before_mail_taken", "guards"),
        ("ticket_opened", "events"),
        ("Column.load", ""),
        ("two/panel.html", ""),
        ("hookspec", ""),
    ],
)
def test_kind_is_told_by_the_grammar_of_the_specification(
    traced: Start, hook: str, kind: str
) -> None:
    assert register_of(traced()).kind_of(hook) == kind


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("a secret word", "str"),
        (None, "NoneType"),
        (12, "int"),
        ([1, 2], "list of 2"),
        ({"subject": ("secret", "word")}, "dict of 1"),
        (Page.TICKET, "Page TICKET"),
        (Person(name="Karla Kundin"), "Person"),
        (Person(id=7, name="Karla Kundin"), "Person 7"),
    ],
)
def test_argument_is_told_by_type_and_number_never_by_its_words(
    argument: object, words: str
) -> None:
    assert told(argument) == words
