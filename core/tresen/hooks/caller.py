# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calls plugins so that a faulty one harms nobody.

pluggy stops at the first implementation that raises and isolates none (experiment E15), so
this module walks the implementations itself. Built-in slices run strict: their errors are the
core's own. A plugin that errs ten times in ten minutes, or hangs once, is muted; who keeps a
ledger says until when, in all processes.
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

import pluggy

from tresen.errors import Refused
from tresen.hooks import specs
from tresen.hooks.meter import BUDGET, Tally
from tresen.hooks.shapes import shape_of
from tresen.hooks.shield import shielded
from tresen.hooks.watchdog import watched
from tresen.log import log

if TYPE_CHECKING:
    from pluggy import HookImpl

    from tresen.db import DeskSession
    from tresen.desk import Desk

P = ParamSpec("P")
R = TypeVar("R")

MUTE_AFTER = 10
MUTE_WINDOW = 600.0


class Keeper(Protocol):
    """Remembers beyond this process what is noted; neither may wait for anything."""

    def failed(self, plugin: str, place: str, sentence: str) -> None:
        """Note an error."""

    def muted(self, plugin: str, place: str, errors: int) -> None:
        """Note that a plugin is muted; without errors it hung."""


@dataclass
class Plugins:
    """The plugins of one process: who is taken in, who is set aside, who is muted, and why."""

    pm: pluggy.PluginManager
    strict: bool = False
    # Sentence by plugin name: why it was not taken in.
    set_aside: dict[str, str] = field(default_factory=dict)
    # Whether an earlier start found this installed state fit: what costs time is not asked again.
    is_known: bool = False
    # Those among them that an administrator wants off: no fault, and not even imported.
    switched_off: set[str] = field(default_factory=set)
    # Which plugins each one needs, and for which of them it was set aside.
    needs: dict[str, set[str]] = field(default_factory=dict)
    unmet: dict[str, str] = field(default_factory=dict)
    # Distribution metadata by plugin name, in the order they were taken in.
    taken_in: dict[str, Any] = field(default_factory=dict)
    # Which plugin offers a hook that is not the core's, by the hook's name.
    offers: dict[str, str] = field(default_factory=dict)
    muted: set[str] = field(default_factory=set)
    errors: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    tick: Callable[[], float] = time.monotonic
    # Seconds after which a plugin's call is ended; 0 for never.
    time_limit: float = 0
    # Those that hung, with the hook that did.
    hung: dict[str, str] = field(default_factory=dict)
    ledger: Keeper | None = None
    # What each hook cost, by plugin and hook.
    tallies: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    # What list hooks answered, by their names, with whom was asked: they are asked once.
    collected: dict[str, tuple[list["HookImpl"], list[tuple[str, Any]]]] = field(
        default_factory=dict, init=False
    )

    def implementations(self, spec: Callable[..., Any]) -> "Iterator[HookImpl]":
        """Yield who answers the hook, in pluggy's order, the muted ones left out."""
        hook = getattr(self.pm.hook, spec.__name__)
        for implementation in reversed(hook.get_hookimpls()):
            if not (self.muted and self.is_muted(implementation)):
                yield implementation

    def is_muted(self, implementation: "HookImpl") -> bool:
        """Whether a plugin is not asked for now."""
        if implementation.plugin_name not in self.muted:
            return False
        self.passed_over(implementation)
        return True

    def passed_over(self, implementation: "HookImpl") -> None:
        """Told of a muted plugin that is not asked; for who traces the calls."""

    def collect(self, spec: Callable[[], list[R]]) -> list[R]:
        """Ask a list hook; every plugin's records joined."""
        return [record for _, record in self.collect_named(spec)]

    def collect_named(
        self, spec: Callable[[], list[R]], muted: Collection[str] | None = None
    ) -> list[tuple[str, R]]:
        """Ask a list hook; each record with the name of the plugin that brought it.

        Those who are muted now are left out, or those who were when a list was begun.
        """
        muted = self.muted if muted is None else muted
        asked = list(getattr(self.pm.hook, spec.__name__).get_hookimpls())
        known, found = self.collected.get(spec.__name__, (None, []))
        if known != asked:
            found = [pair for each in reversed(asked) for pair in self._records_of(spec, each)]
            self.collected[spec.__name__] = (asked, found)
        return [(name, record) for name, record in found if name not in muted]

    def _records_of(
        self, spec: Callable[[], list[R]], implementation: "HookImpl"
    ) -> list[tuple[str, R]]:
        name = implementation.plugin_name
        answer = self.call(implementation, {}, shape=shape_of(spec)) or []
        if self.tolerates(name):
            answer = [shielded(self, name, record) for record in answer]
        return [(name, record) for record in answer]

    def call(
        self,
        implementation: "HookImpl",
        arguments: dict[str, Any],
        session: "DeskSession | None" = None,
        passing: tuple[type[Exception], ...] = (),
        shape: Callable[[Any], Any] = lambda answer: answer,
    ) -> Any:
        """Call one implementation; an outside plugin's error is noted and answers None.

        It runs in a savepoint: on PostgreSQL a failed statement would spoil the transaction of
        everybody else. Errors of the types in `passing` go through. `shape` reads the answer,
        so that one of the wrong form is its plugin's error too.
        """
        if not self.tolerates(implementation.plugin_name):
            return shape(self.call_unguarded(implementation, arguments))
        if session:
            # What the core wrote wrongly before is no plugin's error.
            session.flush()
        try:
            with session.lent() if session else nullcontext():
                return shape(self.call_unguarded(implementation, arguments))
        except passing:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - what this module is for
            self.note(implementation.plugin_name, implementation.function.__name__, error)
            return None

    def call_unguarded(self, implementation: "HookImpl", arguments: dict[str, Any]) -> Any:
        """Call one implementation with those of the arguments that it names."""
        function = implementation.function
        values = [arguments[name] for name in implementation.argnames]
        return self.run(implementation.plugin_name, function.__name__, function, *values)

    def run(self, plugin: str, hook: str, function: Callable[..., Any], *values: Any) -> Any:
        """Call a function; a plugin's is counted, and ended with TimeoutError when it hangs."""
        if plugin not in self.taken_in:
            return function(*values)
        started = perf_counter_ns()
        try:
            if self.strict or not self.time_limit:
                return function(*values)
            return watched(self.time_limit, lambda: self.mute(plugin, hook), function, *values)
        finally:
            spent = perf_counter_ns() - started
            tally = self.tallies[plugin, hook]
            tally.add(spent)
            # Without arguments it is a list, asked when Tresen starts and nobody waits.
            if spent > BUDGET and values and tally.exceeds(spent):
                log.warning("plugin_slow", plugin=plugin, hook=hook, milliseconds=spent // 10**6)

    def mute(self, plugin: str, hook: str) -> None:
        """Mute a plugin at once whose hook hangs."""
        self.mute_again(plugin, hook, 0)
        if self.ledger:
            self.ledger.muted(plugin, hook, 0)
        log.error("plugin_hangs", plugin=plugin, hook=hook, seconds=self.time_limit)

    def mute_again(self, plugin: str, hook: str, errors: int) -> None:
        """Mute a plugin for what was noted of it, here or elsewhere; without errors it hung."""
        self.muted.add(plugin)
        if errors:
            self.errors[plugin] = deque([self.tick()] * errors)
        else:
            self.hung[plugin] = hook

    def wake(self, plugin: str) -> None:
        """Ask a muted plugin again, and count its errors from none."""
        self.muted.discard(plugin)
        self.hung.pop(plugin, None)
        self.errors.pop(plugin, None)

    def tolerates(self, plugin: str) -> bool:
        """Whether the plugin's errors are set aside: not a slice's, and not in strict mode."""
        return not self.strict and plugin in self.taken_in

    def note(self, plugin: str, hook: str, error: BaseException) -> None:
        """Count and log an error; mute the plugin when there are too many."""
        self.count_error(plugin, hook, error)
        moments = self.errors[plugin]
        moments.append(self.tick())
        while moments[0] < moments[-1] - MUTE_WINDOW:
            moments.popleft()
        if len(moments) >= MUTE_AFTER:
            self.muted.add(plugin)
            if self.ledger:
                self.ledger.muted(plugin, hook, len(moments))
            log.error("plugin_muted", plugin=plugin, errors=len(moments))

    def count_error(self, plugin: str, place: str, error: BaseException) -> None:
        """Log an error with its plugin's name, and keep it as the last one of that place."""
        log.error("plugin_failed", plugin=plugin, hook=place, exc_info=error)
        self.keep_error(plugin, place, error)

    def keep_error(self, plugin: str, place: str, error: BaseException) -> None:
        """Keep an error that was logged as the last one of that place."""
        tally = self.tallies[plugin, place]
        tally.errors += 1
        tally.last_error = f"{type(error).__name__}: {error}"
        if self.ledger:
            self.ledger.failed(plugin, place, tally.last_error)

    def keep_error_of(self, name: str, error: BaseException) -> None:
        """Keep an error of a job or a service, if it is called after a plugin."""
        owner = name.partition(".")[0]
        if owner in self.taken_in:
            self.keep_error(owner, name, error)


def make_plugins(
    kind: type[Plugins] = Plugins, *, strict: bool = False, time_limit: float = 0
) -> Plugins:
    """Return an empty register that knows every hook."""
    manager = pluggy.PluginManager("tresen")
    manager.add_hookspecs(specs)
    return kind(manager, strict=strict, time_limit=time_limit)


def gather(
    desk: "Desk",
    spec: "Callable[Concatenate[Desk, P], list[R]]",
    *args: P.args,
    **kwargs: P.kwargs,
) -> list[R]:
    """Ask every plugin for its parts and join them; one that raises brings none."""
    return [part for _, part in gather_named(desk, spec, *args, **kwargs)]


def gather_named(
    desk: "Desk",
    spec: "Callable[Concatenate[Desk, P], list[R]]",
    *args: P.args,
    **kwargs: P.kwargs,
) -> list[tuple[str, R]]:
    """As `gather`, each part with the name of the plugin that brought it."""
    plugins, arguments = desk.core.plugins, _arguments(spec, desk, args, kwargs)
    found: list[tuple[str, R]] = []
    for implementation in plugins.implementations(spec):
        answer = _call(desk, implementation, arguments, shape=shape_of(spec))
        found += [(implementation.plugin_name, part) for part in answer or ()]
    return found


def gather_closed(desk: "Desk", spec: "Callable[[Desk], list[R]]", instead: R) -> list[R]:
    """As `gather`, for parts that restrict: one that fails, or is muted, answers `instead`."""
    plugins = desk.core.plugins
    found: list[R] = []
    for implementation in getattr(plugins.pm.hook, spec.__name__).get_hookimpls():
        is_muted = plugins.is_muted(implementation)
        arguments = {"desk": desk}
        # An answer in the form of a list is never None; a failure is.
        answer = (
            None
            if is_muted
            else plugins.call(implementation, arguments, desk.session, shape=shape_of(spec))
        )
        found += [instead] if answer is None else answer
    return found


def gather_whole(
    desk: "Desk",
    spec: "Callable[Concatenate[Desk, P], list[R] | None]",
    *args: P.args,
    **kwargs: P.kwargs,
) -> tuple[list[tuple[str, R]], list[str]]:
    """As `gather_named`, where half an answer is none: return the parts, and who failed.

    Who is muted has failed. Events may be told so, too; their answers are no parts.
    """
    plugins, arguments = desk.core.plugins, _arguments(spec, desk, args, kwargs)
    read = shape_of(spec)
    found: list[tuple[str, R]] = []
    failed: list[str] = []
    for implementation in reversed(getattr(plugins.pm.hook, spec.__name__).get_hookimpls()):
        name = implementation.plugin_name
        is_muted = plugins.is_muted(implementation)
        # A list, and a listener's silence made one, is never None; a failure is.
        answer = (
            None
            if is_muted
            else _call(desk, implementation, arguments, shape=lambda answer: read(answer) or [])
        )
        failed += [name] if answer is None else []
        found += [(name, part) for part in answer or ()]
    return found, failed


def ask(
    desk: "Desk",
    spec: "Callable[Concatenate[Desk, P], R | None]",
    *args: P.args,
    **kwargs: P.kwargs,
) -> R | None:
    """Ask the plugins in order; the first answer that is not None counts."""
    plugins, arguments = desk.core.plugins, _arguments(spec, desk, args, kwargs)
    for implementation in plugins.implementations(spec):
        answer: R | None = _call(desk, implementation, arguments, shape=shape_of(spec))
        if answer is not None:
            return answer
    return None


def guard(
    desk: "Desk",
    spec: "Callable[Concatenate[Desk, P], None]",
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """Let every plugin object; Refused goes through, another error is noted (fails open)."""
    plugins, arguments = desk.core.plugins, _arguments(spec, desk, args, kwargs)
    for implementation in plugins.implementations(spec):
        _call(desk, implementation, arguments, passing=(Refused,))


def tell(
    desk: "Desk",
    spec: "Callable[Concatenate[Desk, P], None]",
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """Tell every plugin; what a raising listener wrote is undone, the others keep theirs."""
    plugins, arguments = desk.core.plugins, _arguments(spec, desk, args, kwargs)
    for implementation in plugins.implementations(spec):
        _call(desk, implementation, arguments)


def _call(desk: "Desk", implementation: "HookImpl", arguments: dict[str, Any], **how: Any) -> Any:
    """Call one implementation; in bulk without a net, for the whole is repeated with one."""
    plugins = desk.core.plugins
    if not desk.is_bulk:
        return plugins.call(implementation, arguments, desk.session, **how)
    shape = how.get("shape", lambda answer: answer)
    return shape(plugins.call_unguarded(implementation, arguments))


def _arguments(
    spec: Callable[..., Any], desk: "Desk", args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    names = spec.__code__.co_varnames[: spec.__code__.co_argcount]
    return dict(zip(names, (desk, *args), strict=False)) | kwargs
