# SPDX-License-Identifier: AGPL-3.0-or-later
"""A journal's chain holds as it was written, and breaks wherever one sign of it is another."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen_licensing.journals import sealing

KINDS = st.sampled_from(["begun", "stepped", "deployed"])
FACTS = st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(), max_size=3)
CHAINS = st.lists(st.tuples(KINDS, FACTS, st.text(max_size=10)), min_size=1, max_size=6)


def chain(parts: list[tuple[str, dict[str, Any], str]]) -> list[dict[str, Any]]:
    """Return the entries of a journal as they are exported."""
    entries: list[dict[str, Any]] = []
    for number, (kind, facts, note) in enumerate(parts, start=1):
        sealed = {
            "reference": "CD-2026-0001",
            "number": number,
            "happened_at": sealing.moment_text(datetime(2026, 3, 10, 9, number, tzinfo=UTC)),
            "kind": kind,
            "side": "company",
            "facts": sealing.canonical(facts),
            "note_sha256": sealing.hash_of(note),
            "previous": entries[-1]["digest"] if entries else sealing.NOTHING,
        }
        entries.append(sealed | {"digest": sealing.seal(sealed)})
    return entries


@given(CHAINS)
def test_chain_holds_as_it_was_written(parts: list[tuple[str, dict[str, Any], str]]) -> None:
    assert sealing.broken_at(chain(parts)) == []


@given(CHAINS, st.data())
def test_no_sign_of_an_entry_can_be_another(
    parts: list[tuple[str, dict[str, Any], str]], data: st.DataObject
) -> None:
    entries = chain(parts)
    place = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from([*entries[0]]))
    other = entries[place][field]
    entries[place][field] = other + 1 if isinstance(other, int) else f"{other}x"
    assert sealing.broken_at(entries)[0] in (entries[place]["number"], place + 1, place + 2)


@given(CHAINS.filter(lambda parts: len(parts) > 1), st.data())
def test_no_entry_can_be_taken_out(
    parts: list[tuple[str, dict[str, Any], str]], data: st.DataObject
) -> None:
    entries = chain(parts)
    del entries[data.draw(st.integers(0, len(entries) - 2))]
    assert sealing.broken_at(entries) != []


def test_seal_can_be_computed_without_tresen() -> None:
    (entry,) = chain([("begun", {"kind": "fix"}, "Größe")])
    sealed = {key: value for key, value in entry.items() if key != "digest"}
    text = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert entry["digest"] == hashlib.sha256(text.encode("utf-8")).hexdigest()


@pytest.mark.parametrize("hours", [0, 2, -5])
def test_moment_is_sealed_in_utc(hours: int) -> None:
    moment = datetime(2026, 3, 10, 9, 0, 0, 1, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert sealing.moment_text(elsewhere) == "2026-03-10T09:00:00.000001Z"


def test_canonical_form_knows_one_order() -> None:
    assert sealing.canonical({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'


def test_journal_without_entries_holds() -> None:
    assert sealing.broken_at([]) == []


def test_entry_put_in_between_is_seen() -> None:
    first, second = chain([("begun", {}, ""), ("stepped", {}, "")])
    put = first | {"number": 2, "kind": "deployed"}
    assert sealing.broken_at([first, put, second]) == [2, 2]
