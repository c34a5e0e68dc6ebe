# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ends calls of plugins that hang, as far as Python allows, with one thread for each process.

An exception is raised in the hanging thread. It can never land in code of the core that runs
after the call: thread and watchdog both reach for the call's claim, and a thread that comes
second waits until the exception was sent and catches it, or one in its place, before it goes on.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread, get_ident
from typing import Any, ClassVar

# Seconds between two looks. A call's time is counted in looks rather than by a clock, so that a
# process that was stopped as a whole, or had no processor, blames no plugin for it.
INTERVAL = 0.5


class Overrun(BaseException):
    """Raised in a thread whose call ran too long; no Exception, lest the plugin catch it."""

    call: ClassVar["Call"]


class Settled(BaseException):
    """Raised by a thread in itself, in place of what was sent to it too late."""


class Call:
    """One call of a plugin that is being watched."""

    looks = 0
    is_sent = False

    def __init__(self, limit: float, hung: Callable[[], None]) -> None:
        self.limit = limit
        # Told first, so that nobody else waits for the plugin while this call still hangs.
        self.hung = hung
        # Whoever takes it out ends the call: its thread when the function returns, or the
        # watchdog. Taking from a list is one step for CPython, and cheaper than a lock.
        self.claim = [True]

    def is_mine(self) -> bool:
        """Take the claim; False when the other side was first."""
        try:
            return self.claim.pop()
        except IndexError:
            return False


# The calls that each thread is in, by its identity, the innermost last.
_stacks: dict[int, list[Call]] = {}
_threads: list[Thread] = []
_starting = Lock()
_stopping = Event()


def watched(
    limit: float, hung: Callable[[], None], function: Callable[..., Any], *arguments: Any
) -> Any:
    """Call the function; `hung` is told and TimeoutError raised after about `limit` seconds.

    Time that other watched calls take within it is theirs. What blocks outside Python, such as a
    wait for another machine, is ended only when it comes back.
    """
    stack = _stacks.get(thread := get_ident())
    if stack is None:
        stack = _stacks.setdefault(thread, [])
    if not _threads:
        _start()
    call, depth = Call(limit, hung), len(stack)
    try:
        stack.append(call)
        try:
            return function(*arguments)
        finally:
            if not call.is_mine():
                _settle(call)
            del stack[depth:]
    except Overrun as overrun:
        del stack[depth:]
        if overrun.call is not call:
            raise
        raise TimeoutError(f"It ran longer than {limit:g} s.") from overrun


def look() -> None:
    """Count one interval for the innermost call of each thread, and end those that overran."""
    for thread, stack in list(_stacks.items()):
        for call in stack[-1:]:
            call.looks += 1
            # The first look may come at once after the start.
            is_over = (call.looks - 1) * INTERVAL >= call.limit
            if is_over and call.is_mine():
                _end(thread, call)


def _end(thread: int, call: Call) -> None:
    try:
        call.hung()
        _send(thread, type("Overrun", (Overrun,), {"call": call}))
    finally:
        call.is_sent = True


def _settle(call: Call) -> None:
    while not call.is_sent:
        time.sleep(0.001)
    # Merely taken back, it would leave CPython's note that something is to be raised: every step
    # would look for it from then on, and under 3.11 a profiler would stop the thread for good.
    with suppress(Settled):
        _send(get_ident(), Settled)
        while True:
            pass


def _send(thread: int, exception: type[BaseException]) -> None:
    """Raise the exception in a thread at its next step in Python, in place of one on its way."""
    import ctypes  # noqa: PLC0415 - most processes never see a plugin hang

    target = ctypes.py_object(exception)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), target)


def _start() -> None:
    with _starting:
        if not _threads:
            _stopping.clear()
            thread = Thread(target=_run, name="plugin-watchdog", daemon=True)
            thread.start()
            _threads.append(thread)


def _run() -> None:
    while not _stopping.wait(INTERVAL):
        look()


def _stop() -> None:
    """End the thread before a fork, which would take nothing of it but its locks."""
    with _starting:
        _stopping.set()
        while _threads:
            _threads.pop().join()


os.register_at_fork(before=_stop, after_in_child=_stacks.clear)
