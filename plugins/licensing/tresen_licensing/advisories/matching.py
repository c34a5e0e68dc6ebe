# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compares what releases consist of with advisories, ours and those that other plugins know.

It runs in a worker, as often as anybody likes: what was judged stays judged. A finding ends only
where its component is gone, or where its advisory says so: a plugin that falls silent ends none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from tresen.sdk import Desk, Refused

from tresen_licensing import hookspecs
from tresen_licensing.advisories import osv, packages, queries, ranges, service, states
from tresen_licensing.advisories.models import Advisory, AdvisoryFinding, UnreadAdvisory
from tresen_licensing.advisories.osv import Affected, Record

# Release, advisory, package and version of the component: what a finding is known by.
Key = tuple[int, str, str, str]
# Answers that cannot be read, named at most.
MOST_UNREAD = 50


@dataclass(frozen=True)
class Part:
    """A component of a release, by the key of its package."""

    version_id: int
    package: str
    version: str
    title: str
    purl: str


def match(desk: Desk, version_id: int | None = None) -> None:
    """Compare all releases, or one, with what is known of their parts; harmless when repeated."""
    parts = list(_parts(desk, version_id))
    keys = {each.package for each in parts}
    before = queries.findings_of(desk, version_id)
    records = _asked(desk, keys)
    _take_in_newer(desk, records.values(), keys, {each.advisory.osv_id for each in before})
    found = dict(_found(parts, records))
    known = {_key(each): each for each in before}
    rows = queries.by_osv_id(desk, records)
    for key, (part, verdict) in found.items():
        _keep(desk, known.get(key), rows[key[1]], part, verdict)
    _end_others(desk, [row for key, row in known.items() if key not in found], records, parts)
    desk.session.flush()


def _end_others(
    desk: Desk,
    rows: Sequence[AdvisoryFinding],
    records: Mapping[str, Record],
    parts: Iterable[Part],
) -> None:
    """End what is found no more; what nobody told of this time goes on as long as it is there."""
    there = {(each.version_id, each.package, each.version) for each in parts}
    named = queries.named_pairs(desk, {each.advisory_id for each in rows})
    for row in rows:
        is_there = (row.version_id, row.package, row.component_version) in there
        is_named = row.advisory.withdrawn_at is None and (row.advisory_id, row.package) in named
        if row.advisory.osv_id in records or not is_there or not is_named:
            _end(row, desk.now())


def _parts(desk: Desk, version_id: int | None) -> Iterator[Part]:
    for release_id, group, name, version, purl in queries.parts(desk, version_id):
        key = packages.key_of(purl) if purl else ""
        if key:
            said = (version or packages.version_of(purl))[:200]
            yield Part(release_id, key, said, f"{group}/{name}" if group else name, purl)


def _asked(desk: Desk, keys: Iterable[str]) -> dict[str, Record]:
    """Return the newest record of each advisory that anybody knows; note what is none."""
    asked = []
    for key in sorted(keys):
        ecosystem, name = packages.named(key)
        asked.append({"purl": key, "ecosystem": ecosystem, "name": name})
    answers = desk.gather(hookspecs.licensing_advisories, asked) if asked else []
    found: dict[str, Record] = {}
    unread = []
    for each in answers:
        try:
            record = osv.read(each)
        except Refused as refusal:
            unread.append((str(each.get("id", "")), refusal.sentence))
            continue
        known = found.get(record.osv_id)
        if known is None or record.modified > known.modified:
            found[record.osv_id] = record
    _note_unread(desk, unread)
    return found


def _note_unread(desk: Desk, unread: Sequence[tuple[str, str]]) -> None:
    desk.session.execute(delete(UnreadAdvisory))
    now = desk.now()
    for name, sentence in unread[:MOST_UNREAD]:
        row = UnreadAdvisory(name=name[:200], sentence=sentence, noted_at=now)
        desk.session.add(row)


def _take_in_newer(desk: Desk, records: Iterable[Record], keys: set[str], known: set[str]) -> None:
    """Keep what others know better than we, of what we asked for or have found before."""
    wanted = [each for each in records if each.keys & keys or each.osv_id in known]
    service.take_in(desk, wanted)


def _found(
    parts: Iterable[Part], records: Mapping[str, Record]
) -> Iterator[tuple[Key, tuple[Part, str]]]:
    naming = _by_package(records.values())
    for part in parts:
        for osv_id, affected in naming.get(part.package, {}).items():
            verdict = ranges.weightiest(ranges.verdict(each, part.version) for each in affected)
            if verdict != states.CLEAR:
                yield (part.version_id, osv_id, part.package, part.version), (part, verdict)


def _by_package(records: Iterable[Record]) -> Mapping[str, Mapping[str, list[Affected]]]:
    found: dict[str, dict[str, list[Affected]]] = {}
    for record in records:
        for affected in () if record.withdrawn else record.affected:
            for key in affected.keys:
                found.setdefault(key, {}).setdefault(record.osv_id, []).append(affected)
    return found


def _keep(
    desk: Desk, row: AdvisoryFinding | None, advisory: Advisory, part: Part, verdict: str
) -> None:
    if row is None:
        desk.session.add(_new(desk, advisory, part, verdict))
        return
    if row.ended_at is not None or row.verdict != verdict:
        row.ended_at, row.verdict = None, verdict
        row.revision += 1
    row.title, row.purl = part.title, part.purl


def _new(desk: Desk, advisory: Advisory, part: Part, verdict: str) -> AdvisoryFinding:
    named: dict[str, Any] = {
        "package": part.package,
        "component_version": part.version,
        "title": part.title,
        "purl": part.purl,
    }
    return AdvisoryFinding(
        advisory_id=advisory.id,
        version_id=part.version_id,
        verdict=verdict,
        found_at=desk.now(),
        status=states.UNDER_INVESTIGATION,
        **named,
    )


def _key(row: AdvisoryFinding) -> Key:
    return row.version_id, row.advisory.osv_id, row.package, row.component_version


def _end(row: AdvisoryFinding, now: datetime) -> None:
    if row.ended_at is None:
        row.ended_at = now
        row.revision += 1
