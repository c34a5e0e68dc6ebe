# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads what a browser sends through its socket: hostile input, of which only known fields pass.

A message is one JSON object of at most 64 kB. What belongs to a picture names its viewer, since two
may look on at once. Descriptions of sound are refused whoever sends them:
a session has no sound (section 201 of the German criminal code).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

OFFER, ANSWER, ICE, BYE = "offer", "answer", "ice", "bye"
# Somebody is at work at the page, so that the session does not end for standing still.
SEEN = "seen"
# Who may see the picture: the session's agent, and the second one (four eyes).
AGENT, SECOND = "agent", "second"
VIEWERS = (AGENT, SECOND)
LARGEST = 64 * 1024
# Of a candidate, which is one line; those that browsers send have some 150 characters.
LONGEST_LINE = 1024
MEDIA = ("m=video ", "m=application ")

_FIELDS: Mapping[str, Mapping[str, type]] = {
    OFFER: {"viewer": str, "no": int, "generation": str, "sdp": str},
    ANSWER: {"viewer": str, "no": int, "sdp": str},
    ICE: {"viewer": str, "no": int, "candidate": str, "mid": str, "line": int},
    BYE: {},
    SEEN: {},
}


class Malformed(ValueError):  # noqa: N818 - it reads as a sentence where raised
    """What came is no message; the sender is not told more than that."""


@dataclass(frozen=True)
class Message:
    """One step of signalling; fields that a kind does not know are empty."""

    kind: str
    viewer: str = ""
    no: int = 0
    generation: str = ""
    sdp: str = ""
    candidate: str = ""
    mid: str = ""
    line: int = 0

    def body(self) -> str:
        """Return what the other side is told, as JSON."""
        told = asdict(self)
        return json.dumps({name: told[name] for name in ("kind", *_FIELDS[self.kind])})


def parse(raw: str | bytes) -> Message:
    """Return the message; raises Malformed."""
    if not isinstance(raw, str) or len(raw.encode("utf-8", "replace")) > LARGEST:
        raise Malformed
    found = _object(raw)
    kind = found.pop("kind", None)
    fields = _FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None or found.keys() != fields.keys():
        raise Malformed
    # By the exact type: True is no number here.
    if any(type(found[name]) is not wanted for name, wanted in fields.items()):
        raise Malformed
    message = Message(kind, **found)
    _check(message)
    return message


def _object(raw: str) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(found, dict):
        raise Malformed
    return found


def _check(message: Message) -> None:
    if not 0 <= message.no < 2**31 or not 0 <= message.line < 2**15:
        raise Malformed
    if "viewer" in _FIELDS[message.kind] and message.viewer not in VIEWERS:
        raise Malformed
    if message.kind in (OFFER, ANSWER):
        _check_description(message.sdp)
    for line in (message.candidate, message.mid, message.generation):
        if len(line) > LONGEST_LINE or not line.isprintable():
            raise Malformed


def _check_description(sdp: str) -> None:
    lines = sdp.splitlines()
    media = [line for line in lines if line.startswith("m=")]
    if not lines or lines[0] != "v=0" or not media:
        raise Malformed
    if not all(line.startswith(MEDIA) for line in media):
        raise Malformed
    # What the database cannot keep, no browser sends.
    if "\0" in sdp or any(0xD800 <= ord(char) < 0xE000 for char in sdp):
        raise Malformed
