# SPDX-License-Identifier: AGPL-3.0-or-later
"""Remembers beyond one process where plugins failed and who rests, without holding up anybody.

A request only notes what happened; a thread writes it with a connection of its own, so that the
request's transaction neither holds it nor waits for it. The same thread learns what other
processes noted, and that an administrator woke a plugin.
"""

import atexit
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from weakref import WeakSet

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from tresen.admin.models import PluginFault, PluginRest
from tresen.desk import Core, Desk, desk_for
from tresen.log import log

# Seconds between two looks at what other processes noted.
LOOK_EVERY = 10.0
# How long a muted plugin rests before it is tried again.
REST = timedelta(hours=1)
# Faults are forgotten after so long, and only so many places of a plugin are kept.
KEPT = timedelta(days=30)
MOST_PLACES = 50
LONGEST_SENTENCE = 300
LONGEST_PLACE = 120

_open: "WeakSet[Ledger]" = WeakSet()


@dataclass
class Noted:
    """What was noted of one place and is not written yet."""

    count: int
    at: datetime
    sentence: str


@dataclass(eq=False)
class Ledger:
    """What one process noted of its plugins; `keep` writes it and follows the others."""

    core: Core
    faults: dict[tuple[str, str], Noted] = field(default_factory=dict)
    rests: dict[str, tuple[str, int]] = field(default_factory=dict)
    # Who rests as the database had it at the last look.
    known: set[str] = field(default_factory=set)
    # Held for a few steps in memory only, never while something is written.
    lock: Lock = field(default_factory=Lock)
    wake: Event = field(default_factory=Event)
    thread: Thread | None = None

    def failed(self, plugin: str, place: str, sentence: str) -> None:
        """Note an error."""
        key = plugin, place[:LONGEST_PLACE]
        with self.lock:
            before = self.faults[key].count if key in self.faults else 0
            self.faults[key] = Noted(
                before + 1, self.core.clock(), sentence[:LONGEST_SENTENCE].strip()
            )
        self.wake.set()

    def muted(self, plugin: str, place: str, errors: int) -> None:
        """Note that a plugin rests from now on; without errors it hung."""
        with self.lock:
            self.rests[plugin] = place[:LONGEST_PLACE], errors
        self.wake.set()

    def start(self) -> None:
        """Start the thread of this process unless it runs; one does not outlive a fork."""
        if self.thread is None or not self.thread.is_alive():
            self.thread = Thread(target=self._run, name="plugin-ledger", daemon=True)
            self.thread.start()

    def keep(self) -> None:
        """Write what was noted, then mute and wake plugins as the database says.

        What could not be written is noted still; raises SQLAlchemyError then.
        """
        with self.lock:
            faults, self.faults = self.faults, {}
            rests, self.rests = self.rests, {}
        try:
            if faults or rests:
                with desk_for(self.core, write=True) as desk:
                    _write_faults(desk, faults)
                    _write_rests(desk, rests)
        except BaseException:
            self._put_back(faults, rests)
            raise
        self.follow()

    def follow(self) -> None:
        """Mute and wake the plugins of this process as the database says."""
        register = self.core.plugins
        with desk_for(self.core) as desk:
            found = {rest.plugin: rest for rest in resting(desk)}
        for name in self.known - found.keys():
            register.wake(name)
        for name, rest in found.items():
            if name not in register.muted:
                register.mute_again(name, rest.place, rest.errors)
        self.known = set(found)

    def _put_back(
        self, faults: dict[tuple[str, str], Noted], rests: dict[str, tuple[str, int]]
    ) -> None:
        with self.lock:
            for key, noted in faults.items():
                newer = self.faults.get(key, Noted(0, noted.at, noted.sentence))
                self.faults[key] = Noted(newer.count + noted.count, newer.at, newer.sentence)
            self.rests = rests | self.rests

    def _run(self) -> None:
        while True:
            self.wake.wait(LOOK_EVERY)
            self.wake.clear()
            _kept(self)


def open_ledger(core: Core) -> Ledger:
    """Remember from now on what the plugins of this process do, and mute those who rest.

    The schema must be the code's. The thread starts with `start`, in each process that serves.
    """
    ledger = Ledger(core)
    core.plugins.ledger = ledger
    ledger.follow()
    _open.add(ledger)
    return ledger


def follow_others(core: Core) -> None:
    """Let this process, which goes on, learn what others note, where a ledger is open."""
    if isinstance(core.plugins.ledger, Ledger):
        core.plugins.ledger.start()


def resting(desk: Desk) -> Iterable[PluginRest]:
    """Return who rests now; another version of a plugin is tried at once."""
    found = desk.session.scalars(select(PluginRest).where(PluginRest.until > desk.now())).all()
    taken_in = desk.core.plugins.taken_in
    return [
        rest
        for rest in found
        if rest.plugin in taken_in and taken_in[rest.plugin].version == rest.version
    ]


@atexit.register
def _keep_the_last() -> None:
    """Write what a process noted just before its end, such as a command's."""
    for ledger in list(_open):
        if ledger.faults or ledger.rests:
            _kept(ledger)


def _kept(ledger: Ledger) -> None:
    try:
        ledger.keep()
    except SQLAlchemyError as error:
        # Tried again at the next look: a database that is away is no plugin's fault.
        log.warning("plugin_faults_not_kept", reason=type(error).__name__)


def _write_faults(desk: Desk, faults: dict[tuple[str, str], Noted]) -> None:
    for (plugin, place), noted in sorted(faults.items()):
        row = desk.session.get(PluginFault, (plugin, place), with_for_update=not desk.is_sqlite)
        if row is None:
            row = PluginFault(plugin=plugin, place=place, count=0, since=noted.at)
            desk.session.add(row)
        row.count += noted.count
        row.last_at, row.sentence = noted.at, noted.sentence
    desk.session.flush()
    for plugin in sorted({plugin for plugin, _place in faults}):
        _forget_old(desk, plugin)


def _forget_old(desk: Desk, plugin: str) -> None:
    own = select(PluginFault).where(PluginFault.plugin == plugin)
    newest = desk.session.scalars(own.order_by(PluginFault.last_at.desc(), PluginFault.place)).all()
    for place, row in enumerate(newest):
        if place >= MOST_PLACES or row.last_at < desk.now() - KEPT:
            desk.session.delete(row)


def _write_rests(desk: Desk, rests: dict[str, tuple[str, int]]) -> None:
    for plugin, (place, errors) in sorted(rests.items()):
        info = desk.core.plugins.taken_in.get(plugin)
        desk.session.execute(delete(PluginRest).where(PluginRest.plugin == plugin))
        desk.session.add(
            PluginRest(
                plugin=plugin,
                version=info.version if info else "",
                place=place,
                errors=errors,
                since=desk.now(),
                until=desk.now() + REST,
            )
        )
        desk.session.flush()
