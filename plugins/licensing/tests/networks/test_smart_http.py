# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked of a server of git, and what is taken from it: no cookies, few hops, an end."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sites import Environment, Site, Start
from tresen.sdk import Refused
from tresen_licensing.networks import smart_http
from tresen_licensing.networks.faults import Fault, NotLetInError
from tresen_licensing.networks.guards import Guard, Limits, TooLargeError
from tresen_licensing.networks.smart_http import Account, Client

LOCAL = Limits(seconds=30, let_in=frozenset({"127.0.0.1"}))
TYPE = ("Content-Type", "application/x-git-upload-pack-advertisement")
ACCOUNT = Account("tresen", "s3cret")
SHOWN = "Basic dHJlc2VuOnMzY3JldA=="


@pytest.fixture
def seen(site: Site) -> list[dict[str, Any]]:
    """Return what a server is asked that moves on for a while."""
    found: list[dict[str, Any]] = []

    def application(environment: Environment, start: Start) -> list[bytes]:
        size = int(environment.get("CONTENT_LENGTH") or 0)
        found.append(environment | {"body": environment["wsgi.input"].read(size)})
        hops = int(environment["QUERY_STRING"] or 0)
        if hops:
            start("307 Temporary Redirect", [("Location", f"/moved?{hops - 1}")])
            return [b""]
        start("200 OK", [TYPE])
        return [b"0123456789" * 3]

    site.answers |= {"/quay.git/": application, "/moved": application}
    return found


@pytest.fixture
def client(site: Site, seen: list[dict[str, Any]]) -> Iterator[Client]:
    """Return a client of that server."""
    assert seen == []
    with smart_http.client(site.address("/quay.git"), LOCAL) as made:
        yield made


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
    with pytest.raises(Fault, match="Upstream answered 307"):
        asked(client, "?4")
    assert len(seen) == 4


def test_address_to_which_it_moves_must_be_one_that_is_asked(site: Site) -> None:
    address = site.answer("/quay.git/", b"", "302 Found", Location="http://10.0.0.1/")
    with (
        smart_http.client(address, LOCAL) as client,
        pytest.raises(NotLetInError, match="private network"),
    ):
        asked(client)


@pytest.mark.parametrize("location", ["/a b", "/a\x01b", "/\xff"])
def test_place_that_is_no_address_is_not_followed(site: Site, location: str) -> None:
    def move(_environment: Environment, start: Start) -> list[bytes]:
        start("302 Found", [("Location", location)])
        return [b""]

    site.answers["/quay.git/"] = move
    with (
        smart_http.client(site.address("/quay.git"), LOCAL) as client,
        pytest.raises(Refused, match="This is not an address of a repository"),
    ):
        asked(client)


# --------------------------------------------------------------------------------- accounts


def test_account_is_shown_to_its_server(site: Site, seen: list[dict[str, Any]]) -> None:
    with smart_http.client(site.address("/quay.git"), LOCAL, ACCOUNT) as client:
        asked(client, "?1")
    assert [each.get("HTTP_AUTHORIZATION") for each in seen] == [SHOWN, SHOWN]


def test_account_is_shown_to_no_other_server(site: Site, seen: list[dict[str, Any]]) -> None:
    other = site.address("/moved").replace("127.0.0.1", "localhost")
    address = site.answer("/quay.git/", b"", "302 Found", Location=other)
    near = replace(LOCAL, let_in={"127.0.0.1", "localhost"})
    with smart_http.client(address, near, ACCOUNT) as client:
        asked(client)
    assert [each.get("HTTP_AUTHORIZATION") for each in seen] == [None]


def test_secret_stands_in_no_text() -> None:
    assert repr(ACCOUNT) == "Account('tresen')"


# --------------------------------------------------------------------------------- answers


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


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (
            "text/html; charset=utf-8",
            "This leads to a web page, not to a repository: give",
        ),
        ("text/plain", "Upstream does not speak git's smart protocol."),
        ("application/octet-stream", "Upstream does not speak git's smart protocol."),
        ("", "Upstream does not speak git's smart protocol."),
    ],
)
def test_answer_of_another_kind_is_refused(site: Site, kind: str, said: str) -> None:
    address = site.answer("/quay.git/", b"1" * 40 + b"\trefs/heads/x\n", Content_Type=kind)
    with smart_http.client(address, LOCAL) as client, pytest.raises(Refused, match=said):
        asked(client)


@pytest.mark.parametrize(
    ("status", "may_pass"), [(401, False), (404, False), (429, True), (500, True), (503, True)]
)
def test_status_says_whether_it_may_pass(site: Site, status: int, may_pass: bool) -> None:
    address = site.answer("/quay.git/", b"", f"{status} So")
    with smart_http.client(address, LOCAL) as client, pytest.raises(Fault) as fault:
        asked(client)
    told = fault.value.sentence, fault.value.status, fault.value.may_pass
    assert told == (f"Upstream answered {status}.", status, may_pass)


def test_server_that_is_down_is_none_of_ours() -> None:
    with (
        smart_http.client("http://127.0.0.1:1/quay.git", LOCAL) as client,
        pytest.raises(ConnectionError),
    ):
        asked(client)


# ---------------------------------------------------------------------------------- bounds


def test_bytes_of_all_answers_are_counted(client: Client) -> None:
    for _time in range(3):
        asked(client)[1](100)
    assert client.guard.taken == 90


def test_answer_without_an_end_is_cut(site: Site) -> None:
    def endless(_environment: Environment, start: Start) -> Iterable[bytes]:
        start("200 OK", [TYPE])
        while True:
            yield b"0" * 10_000

    site.answers["/quay.git/"] = endless
    few = replace(LOCAL, size=50_000)
    with smart_http.client(site.address("/quay.git"), few) as client:
        _answer, read = asked(client)
        with pytest.raises(TooLargeError):
            read(1_000_000)


@given(st.lists(st.binary(max_size=20), max_size=20), st.integers(0, 100))
def test_not_a_byte_more_than_allowed_is_taken(pieces: list[bytes], most: int) -> None:
    guard = Guard(Limits(size=most))
    taken = 0
    try:
        for piece in pieces:
            taken += len(guard.count(piece))
    except TooLargeError:
        assert guard.taken > most
    assert taken <= most


def test_time_that_is_over_is_told_before_anything_is_asked(
    client: Client, seen: list[dict[str, Any]]
) -> None:
    client.guard.shut()
    with pytest.raises(Fault, match="Upstream took too long to answer") as fault:
        asked(client)
    assert (fault.value.may_pass, seen) == (True, [])


def test_time_that_is_over_ends_an_answer(client: Client) -> None:
    _answer, read = asked(client)
    client.guard.shut()
    with pytest.raises(Fault, match="Upstream took too long to answer"):
        read(30)
