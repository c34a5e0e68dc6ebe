# SPDX-License-Identifier: AGPL-3.0-or-later
"""What comes through a socket is hostile: known fields pass, all else is refused (safety R05)."""

import json
import random
from typing import Any

import pytest
from tresen_remote_support.live import messages
from tresen_remote_support.live.messages import Malformed, Message, parse

SDP = "v=0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n"
GOOD: dict[str, dict[str, Any]] = {
    "offer": {"kind": "offer", "viewer": "agent", "no": 1, "generation": "0a", "sdp": SDP},
    "answer": {"kind": "answer", "viewer": "second", "no": 1, "sdp": SDP},
    "ice": {
        "kind": "ice",
        "viewer": "agent",
        "no": 1,
        "candidate": "candidate:1",
        "mid": "0",
        "line": 0,
    },
    "bye": {"kind": "bye"},
    "seen": {"kind": "seen"},
}
TRIES = 10_000


@pytest.mark.parametrize("kind", GOOD)
def test_message_of_each_kind_is_read_and_told_alike(kind: str) -> None:
    assert json.loads(parse(json.dumps(GOOD[kind])).body()) == GOOD[kind]


def test_message_knows_its_fields() -> None:
    read = parse(json.dumps(GOOD["ice"]))
    assert read == Message("ice", viewer="agent", no=1, candidate="candidate:1", mid="0", line=0)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "null",
        "[]",
        "1",
        '"offer"',
        "{",
        "{}",
        '{"kind": 1}',
        '{"kind": ["bye"]}',
        '{"kind": "here"}',
        '{"kind": "bye", "no": 1}',
        "[" * 50_000,
        b'{"kind": "bye"}',
    ],
    ids=lambda raw: repr(raw)[:20],
)
def test_text_that_is_no_message_is_refused(raw: Any) -> None:
    with pytest.raises(Malformed):
        parse(raw)


@pytest.mark.parametrize(
    "changed",
    [
        {"viewer": ""},
        {"viewer": "customer"},
        {"viewer": "third"},
        {"viewer": ["agent"]},
        {"viewer": None},
        {"no": "1"},
        {"no": True},
        {"no": 1.0},
        {"no": -1},
        {"no": 2**31},
        {"no": None},
        {"line": 2**15},
        {"line": -1},
        {"candidate": None},
        {"candidate": "x" * 1025},
        {"candidate": "a\r\nb"},
        {"mid": "\0"},
        {"more": 1},
    ],
    ids=str,
)
def test_field_of_another_form_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        parse(json.dumps(GOOD["ice"] | changed))


@pytest.mark.parametrize("name", ["viewer", "no", "candidate", "mid", "line"])
def test_field_that_is_missing_is_refused(name: str) -> None:
    rest = {key: value for key, value in GOOD["ice"].items() if key != name}
    with pytest.raises(Malformed):
        parse(json.dumps(rest))


@pytest.mark.parametrize(
    "sdp",
    [
        "",
        "x",
        "v=0",
        "v=1\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
        SDP + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
        SDP.replace("m=video", "m=audio"),
        SDP + "m=message 9 TCP *\r\n",
        SDP + "\0",
        SDP + "\ud800",
    ],
    ids=lambda sdp: repr(sdp)[-24:],
)
def test_description_of_sound_or_of_nothing_is_refused(sdp: str) -> None:
    with pytest.raises(Malformed):
        parse(json.dumps(GOOD["offer"] | {"sdp": sdp}))


def test_description_may_fill_a_message_and_no_more() -> None:
    room = messages.LARGEST - len(json.dumps(GOOD["offer"] | {"sdp": SDP + "a=\r\n"}))
    filled = json.dumps(GOOD["offer"] | {"sdp": SDP + f"a={'x' * room}\r\n"})
    assert len(filled) == messages.LARGEST
    assert parse(filled).kind == "offer"
    with pytest.raises(Malformed):
        parse(filled + " ")


def test_characters_count_by_their_bytes() -> None:
    long = json.dumps(GOOD["offer"] | {"sdp": SDP + "a=" + "€" * 30_000}, ensure_ascii=False)
    assert len(long) < messages.LARGEST
    with pytest.raises(Malformed):
        parse(long)


def test_ten_thousand_spoilt_messages_are_read_or_refused() -> None:
    chance = random.Random(5)
    texts = [json.dumps(each) for each in GOOD.values()]
    outcomes = {_outcome(_spoilt(chance, texts)) for _each in range(TRIES)}
    assert outcomes == {"read", "refused"}


def _spoilt(chance: random.Random, texts: list[str]) -> str:
    """Return a message in which a few places were cut, doubled or written over."""
    text = chance.choice(texts)
    for _each in range(chance.randint(0, 4)):
        at, to = sorted(chance.choices(range(len(text) + 1), k=2))
        put = chance.choice(["", text[at:to] * 2, chr(chance.randrange(0x3000)), "{", '"', "-1e9"])
        text = text[:at] + put + text[to:]
    return text


def _outcome(raw: str) -> str:
    try:
        parse(raw)
    except Malformed:
        return "refused"
    return "read"
