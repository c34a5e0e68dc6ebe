# SPDX-License-Identifier: AGPL-3.0-or-later
"""Notes who answered which hook in one request, for authors who ask why a page is as it is.

Only a process that was started with `trace_hooks` has the register below; in any other one no
line of this module runs. What is noted holds no words of anybody: arguments are told by type and
number, errors by the name of their class.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from tresen.errors import Refused
from tresen.hooks.caller import Plugins
from tresen.hooks.places import Page

if TYPE_CHECKING:
    from pluggy import HookImpl

# How many requests a process remembers, and how many calls of one.
MOST_TRACES, MOST_CALLS = 50, 500

ANSWERED, FAILED, REFUSED, MUTED = "answered", "failed", "refused", "muted"


@dataclass
class Call:
    """One call of a plugin or a slice; `within` is the hook whose call set it off.

    `kind` is empty for a function inside a record (`Column.load`) and for a panel's template.
    `answers` counts records; the time, in nanoseconds, holds what the call set off.
    """

    hook: str
    kind: str
    plugin: str
    within: str
    arguments: tuple[str, ...] = ()
    outcome: str = ANSWERED
    answers: int = 0
    nanoseconds: int = 0
    # The class of what it raised.
    error: str = ""

    @property
    def microseconds(self) -> int:
        """The time in whole microseconds."""
        return self.nanoseconds // 1000


@dataclass
class Trace:
    """What one request asked of plugins and slices; `route` is the pattern, not the address."""

    number: int
    method: str
    route: str
    at: datetime
    status: int = 0
    calls: list[Call] = field(default_factory=list)
    # Calls beyond the most that are kept of one request.
    left_out: int = 0
    open_calls: list[Call] = field(default_factory=list)

    @property
    def microseconds(self) -> int:
        """What all calls took together; those within others are counted once."""
        return sum(call.microseconds for call in self.calls if not call.within)

    def begin(self, hook: str, kind: str, plugin: str, arguments: tuple[Any, ...] = ()) -> Call:
        """Note a call; it is kept unless there are too many."""
        within = self.open_calls[-1].hook if self.open_calls else ""
        call = Call(hook, kind, plugin, within, tuple(map(told, arguments)))
        if len(self.calls) < MOST_CALLS:
            self.calls.append(call)
        else:
            self.left_out += 1
        return call


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


@dataclass
class TracingPlugins(Plugins):
    """A register that notes each call while a trace is open in its thread."""

    traces: deque[Trace] = field(default_factory=lambda: deque(maxlen=MOST_TRACES))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @contextmanager
    def tracing(self, method: str, route: str, at: datetime) -> Iterator[Trace]:
        """Note what is called within the block; the trace is kept when it ends."""
        trace = Trace(next(self.numbers), method, route, at)
        token = _current.set(trace)
        try:
            yield trace
        finally:
            _current.reset(token)
            self.traces.appendleft(trace)

    def run(self, plugin: str, hook: str, function: Callable[..., Any], *values: Any) -> Any:
        """Call a function as the register does, and note it."""
        trace = _current.get()
        if trace is None:
            return super().run(plugin, hook, function, *values)
        call = trace.begin(hook, self.kind_of(hook), plugin, values)
        trace.open_calls.append(call)
        started = perf_counter_ns()
        try:
            answer = super().run(plugin, hook, function, *values)
        except BaseException as error:
            call.outcome = REFUSED if isinstance(error, Refused) else FAILED
            call.error = type(error).__name__
            raise
        else:
            call.answers = _count(answer)
            return answer
        finally:
            call.nanoseconds = perf_counter_ns() - started
            trace.open_calls.pop()

    def note(self, plugin: str, hook: str, error: BaseException) -> None:
        """Count an error; one in an answer of the wrong form comes after its call."""
        super().note(plugin, hook, error)
        for call in reversed(trace.calls if (trace := _current.get()) else ()):
            if (call.plugin, call.hook) == (plugin, hook):
                call.outcome, call.error = FAILED, type(error).__name__
                return

    def passed_over(self, implementation: "HookImpl") -> None:
        """Note a muted plugin that would have been asked."""
        if trace := _current.get():
            name = implementation.function.__name__
            owner = str(implementation.plugin_name)
            trace.begin(name, self.kind_of(name), owner).outcome = MUTED

    def kind_of(self, hook: str) -> str:
        """Return the kind that a specification's grammar says it is; empty for what is no hook."""
        known = getattr(self.pm.hook, hook, None)
        if known is None or not known.has_spec():
            return ""
        # What a plugin offers bears its name in front.
        name = hook.removeprefix(f"{self.offers.get(hook, '')}_")
        return kind_of(name, known.spec.function)


def kind_of(name: str, spec: Callable[..., Any]) -> str:
    """Return the kind that the grammar of a hook's name, arguments and answer says it is."""
    if name.startswith("before_"):
        return "guards"
    answers = str(spec.__annotations__["return"])
    if answers == "None":
        return "events"
    if not spec.__code__.co_argcount:
        return "lists"
    return "questions" if answers.endswith("| None") else "parts"


def told(argument: Any) -> str:
    """Return an argument as type and number: `Ticket 7`, `list of 50`, `Page TICKET`."""
    name = type(argument).__name__
    if isinstance(argument, list | tuple | set | frozenset | dict):
        return f"{name} of {len(argument)}"
    # A row that was loaded knows its number; asking any other could ask the database.
    number = getattr(argument, "__dict__", {}).get("id")
    if isinstance(number, int):
        return f"{name} {number}"
    return f"{name} {argument.name}" if isinstance(argument, Page) else name


def _count(answer: Any) -> int:
    if answer is None:
        return 0
    is_many = isinstance(answer, Sized) and not isinstance(answer, str)
    return len(answer) if is_many else 1
