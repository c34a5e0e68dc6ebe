# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads an advisory in the OSV format, and keeps of it what we use.

Source: https://ossf.github.io/osv-schema/. It comes from outside, so each field is looked at; the
limits are ours, since the format has none.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tresen.sdk import Refused, _

from tresen_licensing.advisories import packages
from tresen_licensing.boms.documents import demand_fit

INTRODUCED, FIXED = "introduced", "fixed"
LAST_AFFECTED, LIMIT = "last_affected", "limit"
EVENTS = (INTRODUCED, FIXED, LAST_AFFECTED, LIMIT)
# Characters of an id, of a summary and of details; parts of one list.
LONGEST_ID, LONGEST_SUMMARY, LONGEST_DETAILS, MOST = 200, 1000, 100_000, 50_000

# What happened, and at which version.
Event = tuple[str, str]


@dataclass(frozen=True)
class Range:
    """Versions between events; `kind` is SEMVER, ECOSYSTEM or GIT."""

    kind: str
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Affected:
    """A package and its versions that an advisory names; `keys` as `packages` writes them."""

    ecosystem: str
    keys: frozenset[str]
    ranges: tuple[Range, ...]
    versions: frozenset[str]


@dataclass(frozen=True)
class Record:
    """An advisory; moments in UTC, `vectors` as (type, score), `rating` as its source words it.

    `kept` is the record as OSV, with what we use and no more.
    """

    osv_id: str
    modified: datetime
    withdrawn: datetime | None
    published: datetime | None
    aliases: tuple[str, ...]
    summary: str
    vectors: tuple[tuple[str, str], ...]
    rating: str
    affected: tuple[Affected, ...]
    kept: Mapping[str, Any]

    @property
    def keys(self) -> frozenset[str]:
        """The keys of every package that it names."""
        return frozenset().union(*(each.keys for each in self.affected))


def read(found: Mapping[str, Any]) -> Record:
    """Return the advisory; raises Refused with a sentence for what is none."""
    osv_id = _text(found, "id")
    if not osv_id or len(osv_id) > LONGEST_ID or osv_id.split() != [osv_id]:
        raise Refused(_("It has no id, as every advisory of OSV has."))
    modified = _moment(found, "modified")
    if modified is None:
        raise Refused(_("It does not say when it was modified."))
    entries = [_entry(each) for each in _objects(found, "affected")]
    return Record(
        osv_id=osv_id,
        modified=modified,
        withdrawn=_moment(found, "withdrawn"),
        published=_moment(found, "published"),
        aliases=tuple(_texts(found, "aliases")),
        summary=_text(found, "summary")[:LONGEST_SUMMARY],
        vectors=tuple(_vectors([found, *entries])),
        rating=_rating(found),
        affected=tuple(_affected(each) for each in entries),
        kept=_kept(found, entries),
    )


def _entry(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return one of the affected packages with the fields that we use."""
    package = found.get("package")
    if package is not None and not isinstance(package, dict):
        raise _no("package")
    said = {name: _text(package or {}, name) for name in ("ecosystem", "name", "purl")}
    return {
        "package": {name: text for name, text in said.items() if text},
        "ranges": [_range(each) for each in _objects(found, "ranges")],
        "versions": _texts(found, "versions"),
        "severity": [_severity(each) for each in _objects(found, "severity")],
    }


def _range(found: Mapping[str, Any]) -> dict[str, Any]:
    events = [dict([_event(each)]) for each in _objects(found, "events")]
    if not any(INTRODUCED in each for each in events):
        raise Refused(_("One of its ranges does not say where it begins."))
    return {"type": _text(found, "type"), "events": events}


def _event(found: Mapping[str, Any]) -> Event:
    said = [(what, found[what]) for what in EVENTS if what in found]
    if len(said) != 1 or not isinstance(said[0][1], str) or not said[0][1]:
        raise Refused(_("An event of its ranges is none: each names one thing and its version."))
    demand_fit(said[0][1])
    return said[0]


def _affected(entry: Mapping[str, Any]) -> Affected:
    package = entry["package"]
    ecosystem = package.get("ecosystem", "")
    keys = {
        packages.key_of(package.get("purl", "")),
        packages.key_named(ecosystem, package.get("name", "")),
    }
    ranges = tuple(
        Range(each["type"], tuple(pair for event in each["events"] for pair in event.items()))
        for each in entry["ranges"]
    )
    return Affected(ecosystem, frozenset(keys - {""}), ranges, frozenset(entry["versions"]))


def _vectors(places: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for place in places:
        for each in _objects(place, "severity"):
            said = _severity(each)
            yield said["type"], said["score"]


def _severity(found: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(found, name)[:300] for name in ("type", "score")}


def _rating(found: Mapping[str, Any]) -> str:
    """Return the word that GitHub's advisories, and others, have beside vectors."""
    own = found.get("database_specific")
    return _text(own, "severity")[:40] if isinstance(own, dict) else ""


def _kept(found: Mapping[str, Any], entries: list[dict[str, Any]]) -> dict[str, Any]:
    plain = ("id", "modified", "withdrawn", "published", "summary", "details")
    texts = {name: _text(found, name)[:LONGEST_DETAILS] for name in plain}
    rating = _rating(found)
    return {
        **{name: text for name, text in texts.items() if text},
        "aliases": _texts(found, "aliases"),
        "severity": [_severity(each) for each in _objects(found, "severity")],
        "affected": entries,
        "references": [
            {name: _text(each, name)[:2000] for name in ("type", "url")}
            for each in _objects(found, "references")
        ],
        **({"database_specific": {"severity": rating}} if rating else {}),
    }


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if value is not None and not isinstance(value, str):
        raise _no(name)
    demand_fit(value or "")
    return (value or "").strip()


def _texts(found: Mapping[str, Any], name: str) -> list[str]:
    values = _list(found, name)
    if not all(isinstance(each, str) for each in values):
        raise _no(name)
    demand_fit("".join(values))
    return [each[:500] for each in values]


def _objects(found: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    for each in _list(found, name):
        if not isinstance(each, dict):
            raise _no(name)
        yield each


def _list(found: Mapping[str, Any], name: str) -> list[Any]:
    value = found.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _no(name)
    if len(value) > MOST:
        words = {"name": name, "most": MOST}
        raise Refused(_("“%(name)s” lists more than %(most)s things.") % words)
    return value


def _moment(found: Mapping[str, Any], name: str) -> datetime | None:
    """Return a moment of RFC 3339 in UTC."""
    text = _text(found, name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _no(name) from error


def _no(name: str) -> Refused:
    return Refused(_("“%(name)s” is not what the OSV schema asks for.") % {"name": name})
