# SPDX-License-Identifier: AGPL-3.0-or-later
"""Desk: what one unit of work has on it - session, actor, settings, clock, language, plugins.

Every service function and every hook with a context takes it first, so that a new ability
never changes a signature, and so that nothing in Tresen needs a global.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, event

from tresen.clock import Clock, now
from tresen.config import Config
from tresen.db import DeskSession, number_rows, reserved_ids, writing
from tresen.errors import NeedsPermission
from tresen.hooks import caller

if TYPE_CHECKING:
    from tresen.hooks.caller import Plugins

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Actor:
    """Who does it: a person through a session or token, or Tresen itself.

    `permissions` holds the names granted by roles, narrowed by a token's scopes.
    """

    name: str
    kind: str = "anonymous"
    person_id: int | None = None
    organisation_id: int | None = None
    permissions: frozenset[str] = frozenset()
    team_ids: frozenset[int] = frozenset()
    sees_organisation: bool = False
    # Set when a token acts for the person: what it did once can be told from what it repeats.
    token_id: int | None = None

    @property
    def is_agent(self) -> bool:
        """Whether internal notes and all customers may be shown, permissions permitting."""
        return self.kind in ("agent", "system")

    def may(self, permission: str) -> bool:
        """Whether the actor holds the permission; Tresen itself holds every one."""
        return self.kind == "system" or permission in self.permissions


ANONYMOUS = Actor(name="")
SYSTEM = Actor(name="Tresen", kind="system")


@dataclass
class Core:
    """What outlives a unit of work: configuration, engine, plugins; one for each process."""

    config: Config
    engine: Engine
    plugins: "Plugins"
    clock: Clock = now
    # What slices keep for the life of the process, by slice name (compiled settings, parsers).
    shelf: dict[str, Any] = field(default_factory=dict)


@dataclass
class Desk:
    """One unit of work; opened with `desk_for`, committed when it ends without an error."""

    core: Core
    session: DeskSession
    actor: Actor
    language: str
    time_zone: str
    # Whether its transaction may write; on SQLite a writing one waits for all others.
    is_writing: bool = False
    # Whether many things of one kind are done together, each once more by itself if any fails:
    # hooks run without savepoints, ids are reserved, and `once` asks once.
    is_bulk: bool = False
    # What `once` was told in this transaction, and the ids that are reserved in it.
    memo: dict[str, Any] = field(default_factory=dict)
    # Runs after the commit, never on a rollback: waking a worker, clearing a cache.
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    @property
    def config(self) -> Config:
        """The options of this installation."""
        return self.core.config

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is SQLite; PostgreSQL is the only other one."""
        return self.core.engine.dialect.name == "sqlite"

    def now(self) -> datetime:
        """Return the present moment by the core's clock, in UTC."""
        return self.core.clock()

    def ago(self, **duration: float) -> datetime:
        """Return the moment that lies `duration` (as in timedelta) before now."""
        return self.now() - timedelta(**duration)

    def today(self, moment: datetime | None = None) -> date:
        """Return the operator's calendar day of the moment, or of now where none is given."""
        return (moment or self.now()).astimezone(ZoneInfo(self.config.time_zone)).date()

    def demand(self, permission: str) -> None:
        """Raise NeedsPermission unless the actor holds the permission."""
        if not self.actor.may(permission):
            raise NeedsPermission(permission)

    def once(self, key: str, ask: "Callable[[], R]") -> R:
        """Return what `ask` answers; in bulk it is asked once for each key.

        For what the work in hand does not change: settings, addresses of ours.
        """
        if not self.is_bulk:
            return ask()
        if key not in self.memo:
            self.memo[key] = ask()
        known: R = self.memo[key]
        return known

    def go_bulk(self) -> None:
        """Do many things of one kind together from here to the end; see `is_bulk`."""
        self.is_bulk = True
        if self.is_sqlite:
            event.listen(self.session, "before_flush", number_rows)

    def reserve_ids(self, model: Any, at_once: int = 1) -> None:
        """Give rows of the model their ids before they are written, so that many go together.

        More than one `at_once` is for ids that nobody sees: those not used are left out.
        """
        ids = reserved_ids(self.session, model.__table__, at_once)
        self.memo[f"ids:{model.__tablename__}"] = ids

    def add(self, row: Any) -> None:
        """Add a row whose id is needed at once: a reserved one, or what the database gives it."""
        row.id = next(self.memo.get(f"ids:{row.__tablename__}", iter(())), None)
        self.session.add(row)
        if row.id is None:
            self.session.flush()

    def commit(self) -> None:
        """Commit, then run what waits for the commit."""
        self.session.commit()
        self.memo.clear()
        waiting, self.after_commit = self.after_commit, []
        for run in waiting:
            run()

    def rollback(self) -> None:
        """Undo everything since the last commit, and what waited for it."""
        self.session.rollback()
        self.memo.clear()
        self.after_commit.clear()

    def gather(
        self, spec: "Callable[Concatenate[Desk, P], list[R]]", *args: P.args, **kwargs: P.kwargs
    ) -> list[R]:
        """Ask every plugin for its parts and join them."""
        return caller.gather(self, spec, *args, **kwargs)

    def ask(
        self, spec: "Callable[Concatenate[Desk, P], R | None]", *args: P.args, **kwargs: P.kwargs
    ) -> R | None:
        """Ask the plugins in order; the first record that is not None answers."""
        return caller.ask(self, spec, *args, **kwargs)

    def guard(
        self, spec: "Callable[Concatenate[Desk, P], None]", *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Let every plugin object; raises Refused when one does."""
        caller.guard(self, spec, *args, **kwargs)

    def tell(
        self, spec: "Callable[Concatenate[Desk, P], None]", *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Tell every plugin what happened, each in a savepoint of its own."""
        caller.tell(self, spec, *args, **kwargs)


def open_desk(core: Core, actor: Actor = SYSTEM, *, write: bool = False) -> Desk:
    """Return a desk that the caller must commit or roll back and close itself."""
    engine = writing(core.engine) if write else core.engine
    session = DeskSession(engine, expire_on_commit=False)
    session.is_reading = not write
    return Desk(core, session, actor, core.config.language, core.config.time_zone, write)


@contextmanager
def desk_for(core: Core, actor: Actor = SYSTEM, *, write: bool = False) -> Iterator[Desk]:
    """Open a desk; commit when the block ends, roll back when it raises.

    A writing desk takes SQLite's write lock at its first statement, so that two of them wait
    for each other instead of failing (experiment E7).
    """
    desk = open_desk(core, actor, write=write)
    try:
        yield desk
        desk.commit()
    except BaseException:
        desk.rollback()
        raise
    finally:
        desk.session.close()
