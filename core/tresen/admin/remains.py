# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plugin keeps in the database, found by its name and without its code.

Ownership is by name: tables begin with ``<plugin>_``; settings, jobs, search rows and journal
subjects are called ``<plugin>`` or ``<plugin>.something``. Files belong to the rows that point
at them. So what a plugin left can be told, exported and removed long after pip took it away.
"""

from collections.abc import Iterable
from importlib.metadata import entry_points
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Connection,
    MetaData,
    Select,
    Table,
    column,
    delete,
    exists,
    func,
    inspect,
    or_,
    select,
    table,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute

from tresen.admin.mentions import count_mentions, forget_mentions
from tresen.admin.models import PluginFault, PluginRest
from tresen.admin.records import Remains
from tresen.db import without_foreign_keys
from tresen.desk import Core
from tresen.files.models import Blob, StoredFile
from tresen.hooks import specs
from tresen.jobs.models import PeriodicRun, QueuedJob
from tresen.journal.models import JournalEntry
from tresen.loader import GROUP, table_of_the_core
from tresen.revisions import VERSIONS
from tresen.search.models import SearchEntry
from tresen.settings.models import Setting

# Where rows of plugins stand in tables of the core, and the column that names their owner.
NAMED: dict[str, InstrumentedAttribute[str]] = {
    "setting": Setting.name,
    "queued_job": QueuedJob.name,
    "periodic_run": PeriodicRun.name,
    "search_entry": SearchEntry.kind,
    "journal_entry": JournalEntry.subject_kind,
    "plugin_fault": PluginFault.plugin,
    "plugin_rest": PluginRest.plugin,
}


def orphans(core: Core) -> list[Remains]:
    """Return what is kept in the name of plugins that are not installed any more, by name."""
    installed = {point.name for point in entry_points(group=GROUP)}
    with core.engine.connect() as connection:
        names = _names_in(connection, core) - installed
        return [remains_of(connection, name) for name in sorted(names)]


def remains_of(connection: Connection, plugin: str) -> Remains:
    """Count what is kept in a plugin's name."""
    tables = tables_of(connection, plugin)
    named = {
        name: _count(connection, select(owner).where(owned(owner, plugin)))
        for name, owner in NAMED.items()
    }
    return Remains(
        plugin,
        tables={each.name: _count(connection, select(each)) for each in tables},
        rows={name: count for name, count in named.items() if count},
        mentions=count_mentions(connection, plugin),
        files=len(files_of(connection, tables)),
        has_version=plugin in _versions(connection),
    )


def purge(core: Core, plugin: str) -> Remains:
    """Remove all that is kept in a plugin's name, in one transaction; return what it was.

    What the journal says of the plugin's own things goes with them.
    """
    with without_foreign_keys(core.engine) as connection:
        found = remains_of(connection, plugin)
        tables = tables_of(connection, plugin)
        files = files_of(connection, tables)
        if tables:
            tables[0].metadata.drop_all(connection, tables)
        if found.has_version:
            Table(f"{VERSIONS}{plugin}", MetaData()).drop(connection)
        for owner in NAMED.values():
            connection.execute(delete(owner.class_).where(owned(owner, plugin)))
        forget_mentions(connection, plugin)
        _forget_files(connection, files)
    return found


def _count(connection: Connection, rows: Select[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _names_in(connection: Connection, core: Core) -> set[str]:
    """Return the plugins in whose name something is kept: by version table, else by its rows.

    A row that an older core left must never make its own tables look like a plugin's.
    """
    register = core.plugins
    slices = {name for name, _part in register.pm.list_name_plugin()} - set(register.taken_in)
    declared = {
        *(form.name for form in core.plugins.collect(specs.settings_forms)),
        *(job.name for job in core.plugins.collect(specs.jobs)),
        *(source.kind for source in core.plugins.collect(specs.search_sources)),
    }
    columns = (Setting.name, QueuedJob.name, PeriodicRun.name, SearchEntry.kind)
    kept = set(connection.scalars(union(*(select(column) for column in columns))))
    found = _versions(connection) | {name.partition(".")[0] for name in kept - declared}
    return {name for name in found - slices if not table_of_the_core(name)}


def _versions(connection: Connection) -> set[str]:
    names = inspect(connection).get_table_names()
    return {name.removeprefix(VERSIONS) for name in names if name.startswith(VERSIONS)} - {"core"}


def tables_of(connection: Connection, plugin: str) -> list[Table]:
    """Return the tables of a plugin as the database describes them."""
    plugins = _versions(connection) | {plugin}
    names = [
        name
        for name in sorted(inspect(connection).get_table_names())
        if not name.startswith(VERSIONS) and _owner(name, plugins) == plugin
    ]
    reflected = MetaData()
    reflected.reflect(connection, only=names)
    return [reflected.tables[name] for name in names]


def _owner(name: str, plugins: Iterable[str]) -> str:
    """Return the plugin to which a table belongs: `a_b_c` is `a_b`'s rather than `a`'s."""
    return max((each for each in plugins if name.startswith(f"{each}_")), key=len, default="")


def owned(owner: InstrumentedAttribute[str], plugin: str) -> ColumnElement[bool]:
    """Return the condition for the rows of a table of the core that bear a plugin's name."""
    kinds = (plugin, f"settings:{plugin}")
    return or_(
        *(owner == kind for kind in kinds),
        *(owner.startswith(f"{kind}.", autoescape=True) for kind in kinds),
    )


def files_of(connection: Connection, tables: list[Table]) -> set[int]:
    """Return the numbers of the files at which rows of these tables point."""
    names = {table.name for table in tables}
    found: set[int] = set()
    for name, pointing in _pointing_at(connection, "stored_file"):
        if name in names:
            found.update(connection.scalars(select(pointing).where(pointing.is_not(None))))
    return found


def _forget_files(connection: Connection, files: set[int]) -> None:
    """Remove the files that nothing points at any more, and their bytes unless others share them.

    Taken one by one: they are few, and a list of all could be too long for one statement.
    """
    shown = [pointing for _name, pointing in _pointing_at(connection, "stored_file")]
    kept = [pointing for _name, pointing in _pointing_at(connection, "blob")]
    for number in sorted(files):
        if any(_has(connection, pointing, number) for pointing in shown):
            continue
        gone = delete(StoredFile).where(StoredFile.id == number).returning(StoredFile.sha256)
        digest = connection.scalar(gone)
        if digest and not any(_has(connection, pointing, digest) for pointing in kept):
            connection.execute(delete(Blob).where(Blob.sha256 == digest))


def _pointing_at(connection: Connection, target: str) -> list[tuple[str, ColumnClause[Any]]]:
    """Return the columns of all tables, by table, whose foreign key leads to the table."""
    return [
        (name, column(key["constrained_columns"][0], _selectable=table(name)))
        for (_schema, name), keys in inspect(connection).get_multi_foreign_keys().items()
        for key in keys
        if key["referred_table"] == target
    ]


def _has(connection: Connection, pointing: ColumnClause[Any], value: Any) -> bool:
    return connection.scalar(select(exists().where(pointing == value))) or False
