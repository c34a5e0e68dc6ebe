# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fetches the offer of source as a stranger does, over the network and without an account."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from tresen_licensing.sources import archives

PAGE = "/source"
# Seconds for each answer.
PATIENCE = 30


def faults(address: str, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return a sentence for all that a stranger does not get at that address.

    `rows` are cards of the running distributions. Raises OSError where nobody answers.
    """
    return list(_faults(address.rstrip("/"), rows))


def _faults(place: str, rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    status, _body = _fetch(place + PAGE)
    if status != HTTPStatus.OK:
        yield f"{place}{PAGE} answers {status}."
    for row in rows:
        packed = row["archive"]
        if packed is None:
            continue
        status, body = _fetch(place + packed["path"])
        if status != HTTPStatus.OK:
            yield f"The archive of {row['name']} answers {status}."
        elif archives.sha512(body) != packed["sha512"]:
            yield f"The archive of {row['name']} arrives with another SHA-512 than is shown."


def _fetch(address: str) -> tuple[int, bytes]:
    try:
        # The operator's own address, or the one that was named in the command.
        with urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - as above
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, b""
