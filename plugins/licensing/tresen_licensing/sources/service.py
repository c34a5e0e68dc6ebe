# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks what runs here, packs the source of what is not packed yet, and keeps it on offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select, update
from tresen.sdk import Desk, desk_for, read_settings, record, remove_files, store_file

from tresen_licensing.sources import archives, queries
from tresen_licensing.sources.contents import Contents, contents_of, folder_of
from tresen_licensing.sources.distributions import Running, running
from tresen_licensing.sources.models import RunningDistribution, SourceArchive

ARCHIVE = "licensing.source_archive"
# What the operator decides about source.
SETTINGS = "licensing.sources"
# The job that looks what runs here.
LOOK = "licensing.look_at_sources"
YEAR = timedelta(days=365.25)


@dataclass(frozen=True)
class Source:
    """A running distribution with its files; `fingerprint` is empty where nothing is packed."""

    running: Running
    contents: Contents
    fingerprint: str = ""


def survey(found: Sequence[Running], data_dir: Path) -> list[Source]:
    """Return the files of what runs, to be packed where it is owed; asks the database nothing."""
    places = [folder_of(each.distribution) for each in found if each.is_own]
    folders = [place for place in places if place is not None]
    return [_source(each, folders, data_dir) for each in found]


def look(desk: Desk, found: Sequence[Running] | None = None) -> int:
    """Note what runs here and pack what is not packed yet; return how many archives were made.

    Files are read before the first statement: on SQLite nobody else writes from there on.
    """
    sources = survey(running(desk.core) if found is None else found, desk.config.data_dir)
    owed = {each.fingerprint: each for each in sources if each.fingerprint}
    with desk_for(desk.core) as reading:
        known = queries.archives_of(reading, owed)
    made = {key: _packed(each) for key, each in owed.items() if key not in known}
    for key, body in made.items():
        _keep(desk, owed[key], body)
    desk.session.flush()
    _note(desk, sources, queries.archives_of(desk, owed))
    _let_go(desk)
    return len(made)


def _source(one: Running, folders: Sequence[Path], data_dir: Path) -> Source:
    if not one.is_owed:
        return Source(one, Contents({}, one.origin.commit, one.origin.differing))
    own = folder_of(one.distribution)
    # A folder that this one lies in is not another's: the core's holds those of its plugins.
    apart = [each for each in folders if own is None or not own.is_relative_to(each)]
    contents = contents_of(one, apart, [data_dir])
    return Source(one, contents, archives.fingerprint(one, contents))


def _packed(each: Source) -> bytes:
    return archives.packed(each.running, each.contents)


def _keep(desk: Desk, each: Source, body: bytes) -> None:
    origin = each.running.origin
    name = archives.file_name(origin.name, origin.version)
    made = SourceArchive(
        name=origin.name,
        version=origin.version,
        fingerprint=each.fingerprint,
        sha512=archives.sha512(body),
        file_id=store_file(desk, name, archives.MEDIA_TYPE, body).id,
        packed_at=desk.now(),
        last_seen_at=desk.now(),
    )
    desk.session.add(made)
    desk.session.flush()
    record(desk, ARCHIVE, made.id, "packed", {"state": (None, origin.state)})


def _note(desk: Desk, sources: Sequence[Source], packed: Mapping[str, SourceArchive]) -> None:
    """Let the rows say what runs now; one statement for each table, whatever was there before."""
    now = desk.now()
    rows = {row.name: row for row in desk.session.scalars(select(RunningDistribution))}
    for each in sources:
        origin = each.running.origin
        row = rows.pop(origin.name, None) or RunningDistribution(name=origin.name)
        row.version, row.licence, row.state = origin.version, each.running.licence, origin.state
        row.source_url, row.commit = each.running.address, each.contents.commit
        row.is_own, row.seen_at = each.running.is_own, now
        row.differing = list(each.contents.differing)
        row.left_out = list(each.contents.left_out)
        found = packed.get(each.fingerprint)
        row.archive_id = found.id if found else None
        desk.session.add(row)
    for gone in rows.values():
        desk.session.delete(gone)
    seen = SourceArchive.id.in_([row.id for row in packed.values()])
    desk.session.execute(update(SourceArchive).where(seen).values(last_seen_at=now))


def _let_go(desk: Desk) -> None:
    """Remove archives whose years are over since their content last ran here."""
    years = read_settings(desk, SETTINGS)["keep_years"]
    over = select(SourceArchive.id, SourceArchive.file_id)
    found = desk.session.execute(over.where(SourceArchive.last_seen_at < desk.now() - years * YEAR))
    ids = {each.id: each.file_id for each in found}
    if ids:
        desk.session.execute(delete(SourceArchive).where(SourceArchive.id.in_(ids)))
        remove_files(desk, list(ids.values()))
