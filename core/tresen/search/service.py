# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps the search index; written in the same transaction as what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from tresen.desk import Desk
from tresen.search.models import SearchEntry
from tresen.search.stems import stems


@dataclass(frozen=True)
class Text:
    """A searchable text: `title` weighs more than `body`; customers find only public ones."""

    title: str = ""
    body: str = ""
    is_public: bool = False


def add(desk: Desk, kind: str, subject_id: int, part_id: int, text: Text) -> None:
    """Add a text that is not in the index yet: a new message, a new ticket's head."""
    desk.session.add(
        SearchEntry(
            kind=kind,
            subject_id=subject_id,
            part_id=part_id,
            is_public=text.is_public,
            title_stems=stems(text.title),
            body_stems=stems(text.body),
            at=desk.now(),
        )
    )


def put(desk: Desk, kind: str, subject_id: int, part_id: int, text: Text) -> None:
    """Put a text into the index in place of what stood there, if anything did."""
    entry = _entry(desk, kind, subject_id, part_id)
    if entry is None:
        add(desk, kind, subject_id, part_id, text)
        return
    entry.is_public = text.is_public
    entry.title_stems, entry.body_stems = stems(text.title), stems(text.body)


def put_all(desk: Desk, kind: str, texts: Mapping[int, Text]) -> None:
    """Put the texts of many subjects, those of the part 0, in place of what stands there."""
    found = desk.session.scalars(
        select(SearchEntry).where(
            SearchEntry.kind == kind,
            SearchEntry.subject_id.in_(texts),
            SearchEntry.part_id == 0,
        )
    )
    for entry in found:
        text = texts[entry.subject_id]
        entry.title_stems, entry.body_stems = stems(text.title), stems(text.body)


def remove(desk: Desk, kind: str, subject_id: int, part_id: int) -> None:
    """Take a text out of the index; one that is not there is no error."""
    entry = _entry(desk, kind, subject_id, part_id)
    if entry is not None:
        desk.session.delete(entry)


def _entry(desk: Desk, kind: str, subject_id: int, part_id: int) -> SearchEntry | None:
    return desk.session.scalar(
        select(SearchEntry).where(
            SearchEntry.kind == kind,
            SearchEntry.subject_id == subject_id,
            SearchEntry.part_id == part_id,
        )
    )
