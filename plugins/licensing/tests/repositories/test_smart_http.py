# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked of a server of git, and what is taken from it: no cookies, few hops, an end."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_licensing.repositories import addresses
from tresen_licensing.repositories.smart_http import Client, Limits, Line

Serve = Callable[[Any], str]
LOCAL = Limits(let_in=frozenset({"127.0.0.1"}))
TYPE = ("Content-Type", "application/x-git-upload-pack-advertisement")


@pytest.fixture
def seen() -> list[dict[str, Any]]:
    """Return what the server was asked."""
    return []


@pytest.fixture
def client(serve: Serve, seen: list[dict[str, Any]]) -> Iterator[Client]:
    """Return a client of a server that keeps what it is asked and moves on for a while."""

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        seen.append(environ | {"body": environ["wsgi.input"].read(size)})
        hops = int(environ["QUERY_STRING"] or 0)
        if hops:
            start("307 Temporary Redirect", [("Location", f"/moved?{hops - 1}")])
            return [b""]
        start("200 OK", [TYPE])
        return [b"0123456789" * 3]

    made = Client(serve(application), LOCAL)
    yield made
    made.end()


def asked(client: Client, query: str = "", **more: Any) -> tuple[Any, Callable[[int], bytes]]:
    """Ask the client's own address with a query."""
    return client._http_request(client._base_url + query, **more)


def test_nothing_is_told_but_what_is_asked(client: Client, seen: list[dict[str, Any]]) -> None:
    asked(client)
    told = {name: seen[0][name] for name in seen[0] if name.startswith("HTTP_")}
    del told["HTTP_HOST"]
    assert told == {"HTTP_ACCEPT_ENCODING": "identity", "HTTP_USER_AGENT": "git/Tresen"}


def test_body_is_sent_as_a_post(client: Client, seen: list[dict[str, Any]]) -> None:
    asked(client, data=b"want")
    assert (seen[0]["REQUEST_METHOD"], seen[0]["body"]) == ("POST", b"want")


def test_body_in_pieces_is_joined(client: Client, seen: list[dict[str, Any]]) -> None:
    asked(client, data=iter([b"wa", b"nt"]))
    assert (seen[0]["REQUEST_METHOD"], seen[0]["body"]) == ("POST", b"want")


def test_headers_of_the_library_are_sent(client: Client, seen: list[dict[str, Any]]) -> None:
    asked(client, headers={"Git-Protocol": "version=2"})
    assert seen[0]["HTTP_GIT_PROTOCOL"] == "version=2"


@pytest.mark.parametrize("hops", [0, 1, 2, 3])
def test_few_hops_are_followed(client: Client, seen: list[dict[str, Any]], hops: int) -> None:
    answer, _read = asked(client, f"?{hops}" if hops else "")
    is_moved = answer.redirect_location.endswith("/moved?0")
    assert (len(seen), is_moved) == (hops + 1, hops > 0)


def test_more_hops_are_not_followed(client: Client, seen: list[dict[str, Any]]) -> None:
    with pytest.raises(Refused, match="Upstream answered 307"):
        asked(client, "?4")
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([30], [b"0123456789" * 3]),
        ([4, 6], [b"0123", b"456789"]),
        ([40, 1], [b"0123456789" * 3, b""]),
        ([0, 1], [b"", b"0"]),
    ],
)
def test_as_many_bytes_are_read_as_are_asked(
    client: Client, sizes: list[int], expected: list[bytes]
) -> None:
    _answer, read = asked(client)
    assert [read(size) for size in sizes] == expected


def test_answer_says_what_it_is(client: Client) -> None:
    answer, _read = asked(client)
    answer.close()
    assert (answer.content_type, answer.redirect_location) == (TYPE[1], "")


def test_address_that_is_let_in_may_have_any_port(client: Client) -> None:
    assert addresses.checked(client._base_url, LOCAL.let_in).hostname == "127.0.0.1"


def test_bytes_of_all_answers_are_counted(client: Client) -> None:
    for _time in range(3):
        asked(client)[1](100)
    assert client.line.had == 90


@given(st.lists(st.binary(max_size=20), max_size=20), st.integers(0, 100))
def test_not_a_byte_more_than_allowed_is_taken(pieces: list[bytes], most: int) -> None:
    line = Line(Limits(size=most))
    taken = 0
    try:
        for piece in pieces:
            taken += len(line.count(piece))
    except Refused:
        assert line.had > most
    assert taken <= most


def test_time_that_is_over_takes_nothing_more() -> None:
    line = Line(Limits())
    line.shut()
    with pytest.raises(Refused, match="took too long"):
        line.count(b"")
