# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an entry is sealed, written so that it can be computed again without Tresen.

The digest is the SHA-256 of a JSON object in canonical form: keys sorted, no spaces, UTF-8 (as RFC
8785 does it for objects of texts and whole numbers).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

# Before the first entry.
NOTHING = "0" * 64


def canonical(facts: Mapping[str, Any]) -> str:
    """Return an object as the one text that it has in canonical form."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def moment_text(moment: datetime) -> str:
    """Return a moment in UTC to the microsecond, as it stands inside a seal."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal(sealed: Mapping[str, Any]) -> str:
    """Return the digest of an entry.

    `sealed` holds the keys reference, number, happened_at, kind, side, facts (a JSON text),
    note_sha256 and previous.
    """
    return hash_of(canonical(sealed))


def broken_at(entries: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the numbers of the entries that do not fit the chain, in order; empty if it holds.

    Each entry has the keys of `seal` and `digest`.
    """
    wrong, previous = [], NOTHING
    for place, entry in enumerate(entries, start=1):
        sealed = {key: value for key, value in entry.items() if key != "digest"}
        is_next = entry["number"] == place and entry["previous"] == previous
        if not is_next or entry["digest"] != seal(sealed):
            wrong.append(entry["number"])
        previous = entry["digest"]
    return wrong
