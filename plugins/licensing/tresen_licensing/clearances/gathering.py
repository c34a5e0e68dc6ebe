# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gathers what checks look at, so that they themselves ask nobody."""

import re
import stat
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from dulwich.object_store import BaseObjectStore, tree_lookup_path
from dulwich.objects import Blob, ObjectID
from sqlalchemy import select
from tresen.sdk import Desk, EmailAddress, Organisation, Person

from tresen_licensing.agreements import terms
from tresen_licensing.clearances.checks.people import words_of
from tresen_licensing.clearances.checks.records import Line, Names, Subject, TouchedFile
from tresen_licensing.clearances.reading import read
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments.models import Development
from tresen_licensing.patches.applying import conflicts
from tresen_licensing.patches.series import PatchText
from tresen_licensing.repositories.standings import Standing

# What stands behind a firm's name and not in every mention of it.
FORMS = frozenset(
    [
        "gmbh",
        "mbh",
        "ag",
        "kg",
        "kgaa",
        "ohg",
        "gbr",
        "ug",
        "se",
        "eg",
        "ev",
        "e",
        "v",
        "ltd",
        "llc",
        "inc",
        "co",
        "plc",
        "sa",
        "bv",
    ]
)
# A single word shorter than this is a word of any language.
SHORTEST = 5
_SIGNED = re.compile(r"(?im)^signed-off-by:\s*([^<\n]{1,200})<")


def subject_of(desk: Desk, row: Development, standing: Standing) -> Subject:
    """Return what is to be looked at; objects of the standing must be at hand, agreement loaded."""
    lines, files = read(standing.patches)
    texts, exists = _texts(standing, lines, files)
    failed = standing.failed
    return Subject(
        outcome=standing.outcome,
        failed=(failed.position, failed.path) if failed else None,
        conflicts=_conflicts(standing),
        patches=standing.patches,
        lines=lines,
        files=files,
        texts=texts,
        exists=exists,
        licence=row.agreement.licence if row.agreement else None,
        kind=row.kind,
        aliases=aliases_of(desk, {each.author_address for each in standing.patches}),
        names=_names(desk, row, standing.patches),
        clock=developments.standings(desk, [row])[row.id].clock,
    )


def _conflicts(standing: Standing) -> Sequence[tuple[int, str]] | None:
    if standing.store is None or standing.upstream is None:
        return None
    return conflicts(standing.store, standing.upstream, standing.patches)


def _texts(
    standing: Standing, lines: Sequence[Line], files: Mapping[str, TouchedFile]
) -> tuple[Callable[[str], str | None], Callable[[str], bool]]:
    """Return how to read a file as it is in the end, and whether there is one."""
    if standing.applied is None:
        new: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            if line.place.path in files and files[line.place.path].is_new:
                new[line.place.path].append(line.text)
        texts = {path: "\n".join(found) for path, found in new.items()}
        return texts.get, files.__contains__
    store, tree = standing.applied.store, ObjectID(standing.applied.tree.encode())

    @lru_cache(maxsize=256)
    def read_text(path: str) -> str | None:
        found = _blob(store, tree, path)
        return None if found is None else found.as_raw_string().decode("utf-8", "replace")

    return read_text, lambda path: _mode(store, tree, path) is not None


def _mode(store: BaseObjectStore, tree: ObjectID, path: str) -> int | None:
    try:
        return tree_lookup_path(store.__getitem__, tree, path.encode())[0]
    except (KeyError, NotADirectoryError, ValueError):
        return None


def _blob(store: BaseObjectStore, tree: ObjectID, path: str) -> Blob | None:
    try:
        mode, found = tree_lookup_path(store.__getitem__, tree, path.encode())
        blob = store[found] if stat.S_ISREG(mode) else None
    except (KeyError, NotADirectoryError, ValueError):
        return None
    return blob if isinstance(blob, Blob) else None


def aliases_of(desk: Desk, addresses: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return all addresses of the person whose address each is."""
    wanted = set(addresses)
    theirs = select(EmailAddress.person_id).where(EmailAddress.address.in_(wanted))
    found = desk.session.execute(
        select(EmailAddress.person_id, EmailAddress.address).where(
            EmailAddress.person_id.in_(theirs)
        )
    )
    people: dict[int, set[str]] = defaultdict(set)
    for row in found:
        people[row.person_id].add(row.address)
    return {each: frozenset(group) for group in people.values() for each in group & wanted}


def _names(desk: Desk, row: Development, patches: Sequence[PatchText]) -> Names:
    """Return all names that must not become public; a customer may have agreed to be named."""
    is_named = row.agreement is not None and row.agreement.credit != terms.ANONYMOUS
    own = words_of(desk.config.operator)
    organisations = {
        tuple(words_of(each.name))
        for each in desk.session.execute(select(Organisation.id, Organisation.name))
        if not (is_named and each.id == row.organisation_id)
    }
    public = {tuple(words_of(each)) for each in _public(patches)}
    people = {tuple(words_of(name)) for name in desk.session.scalars(select(Person.name))}
    people |= {name[::-1] for name in people}
    return Names(
        frozenset(_telling(name) for name in organisations - {tuple(own)}) - {()},
        frozenset(name for name in people - public if len(name) > 1),
        frozenset(_addresses(patches)) | {desk.config.mail_from.lower()},
    )


def _telling(name: tuple[str, ...]) -> tuple[str, ...]:
    """Return a firm's name without its legal form; nothing where the rest could be any word."""
    words = list(name)
    while words and words[-1] in FORMS:
        words.pop()
    return tuple(words) if len(words) > 1 or len("".join(words)) >= SHORTEST else ()


def _public(patches: Sequence[PatchText]) -> Iterable[str]:
    for patch in patches:
        yield patch.author_name
        yield from (each.strip() for each in _SIGNED.findall(patch.message))


def _addresses(patches: Sequence[PatchText]) -> Iterable[str]:
    for patch in patches:
        yield patch.author_address
        yield from patch.signed_off
