# SPDX-License-Identifier: AGPL-3.0-or-later
"""A forge that fails, lies or moves is told of in a sentence, and no token leaves with it."""

import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from forge_server import TOKEN, ForgeServer, Reply
from tresen.sdk import Refused
from tresen_licensing.forges import addresses, exchange
from tresen_licensing.forges.exchange import Exchange
from tresen_licensing.forges.faults import Fault
from tresen_licensing.forges.records import Access

PATH = "/api/v1/thing"
Ask = Callable[..., Fault]


@pytest.fixture
def ask(forge: ForgeServer, access: Access) -> Ask:
    """Return a function that lets the forge answer so, and returns the fault that came of it."""

    def go(reply: Any, method: str = "GET") -> Fault:
        forge.rows[method, PATH] = reply
        with pytest.raises(Fault) as caught:
            Exchange(access, "/api/v1").ask(method, "/thing", {} if method == "POST" else None)
        return caught.value

    return go


@pytest.mark.parametrize(
    ("status", "sentence", "may_pass"),
    [
        (401, "Our forge does not accept the token: it is wrong, or its time is over.", False),
        (403, "Our forge does not let this account do that: No more", False),
        (
            404,
            "Our forge knows no such repository or proposal, or hides it from this account.",
            False,
        ),
        (409, "Our forge refuses it: No more", False),
        (422, "Our forge refuses it: No more", False),
        (429, "Our forge was asked too often. It is tried again later.", True),
        (500, "Our forge has a fault of its own (500). It is tried again.", True),
        (503, "Our forge has a fault of its own (503). It is tried again.", True),
    ],
)
def test_each_refusal_has_its_sentence(
    ask: Ask, status: int, sentence: str, may_pass: bool
) -> None:
    fault = ask(Reply(status, {"message": "No more"}))
    assert (fault.sentence, fault.status, fault.may_pass) == (sentence, status, may_pass)


@pytest.mark.parametrize(
    ("said", "pause"), [("90", 90), ("999999", 86_400), ("soon", 0), ("9" * 30, 0), ("-1", 0)]
)
def test_pause_that_a_forge_asks_for_is_kept(ask: Ask, said: str, pause: int) -> None:
    assert ask(Reply(429, None, {"Retry-After": said})).pause == pause


def test_used_up_limit_of_github_is_no_lack_of_rights(ask: Ask) -> None:
    fault = ask(Reply(403, {"message": "rate limit"}, {"X-RateLimit-Remaining": "0"}))
    assert (fault.status, fault.may_pass) == (429, True)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"error": "no fork"}, "no fork"),
        ({"message": {"base": ["taken"]}}, '{"base": ["taken"]}'),
        ("plain words", "plain words"),
        (None, "null"),
        ({"message": "x" * 900}, "x" * 300),
    ],
)
def test_words_of_a_refusal_are_told_in_short(ask: Ask, data: Any, words: str) -> None:
    assert ask(Reply(422, data)).sentence == f"Our forge refuses it: {words}"


def test_page_instead_of_an_answer_is_told(ask: Ask) -> None:
    fault = ask(Reply(200, body=b"<html>Sign in</html>"))
    assert fault.sentence == "Our forge answers with something else than its API does."


def test_answer_that_is_too_long_is_cut_off(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MOST_BYTES", 10)
    assert ask(Reply(200, ["x" * 50])).sentence == "Our forge answers with more than can be read."


def test_server_that_is_down_is_told(access: Access) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Fault, match="does not answer") as caught:
            Exchange(replace(access, address=address), "/api/v1").get("/thing")
    assert caught.value.may_pass is True


def test_server_that_says_nothing_is_not_waited_for(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "READ", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Fault, match="does not answer"):
            Exchange(replace(access, address=address), "/api/v1").get("/thing")


def test_renamed_repository_is_followed_on_the_same_server(
    forge: ForgeServer, access: Access
) -> None:
    forge.rows["GET", PATH] = Reply(301, None, {"Location": "/api/v1/other"})
    forge.rows["GET", "/api/v1/other"] = {"is": "here"}
    assert Exchange(access, "/api/v1").get("/thing") == {"is": "here"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_token_is_carried_to_no_other_server(ask: Ask, forge: ForgeServer, method: str) -> None:
    fault = ask(Reply(307, None, {"Location": "https://other.example/thing"}), method)
    told = "Our forge says that it moved to https://other.example/thing: correct the address."
    assert (fault.sentence, len(forge.asked)) == (told, 1)


def test_ring_of_redirects_ends(ask: Ask, forge: ForgeServer) -> None:
    fault = ask(Reply(302, None, {"Location": PATH}))
    assert (fault.sentence, len(forge.asked)) == (
        "Our forge leads from one address to the next without end.",
        4,
    )


def test_answer_that_did_not_change_is_none(forge: ForgeServer, access: Access) -> None:
    forge.rows["GET", PATH] = lambda asked: Reply(
        304 if asked.headers.get("If-None-Match") == '"one"' else 200, {"a": 1}, {"ETag": '"one"'}
    )
    ours = Exchange(access, "/api/v1")
    first = ours.ask("GET", "/thing")
    again = ours.ask("GET", "/thing", etag=first.headers["ETag"])
    assert (first.data, again.data) == ({"a": 1}, None)


def test_token_is_sent_and_never_shown(forge: ForgeServer, access: Access, ask: Ask) -> None:
    fault = ask(Reply(401, {"message": "bad"}))
    sent = forge.asked[0].headers["Authorization"]
    told = f"{fault.sentence} {access!r} {fault!r}"
    assert (sent, told.count(TOKEN)) == (f"Bearer {TOKEN}", 0)


@pytest.mark.parametrize(
    "address",
    [
        *("", "forge.example", "ftp://forge.example", "http://forge.example", "https://"),
        *("https://a:b@forge.example", "https://forge.example/?q=1", "https://forge.example/#x"),
        *("file:///etc/passwd", "javascript:alert(1)"),
    ],
)
def test_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="begins with https://"):
        addresses.checked(address, {"other.example"})


def test_host_that_is_let_in_may_be_asked_without_encryption() -> None:
    address = "http://Forge.example:3000/git"
    assert addresses.checked(address, {"forge.example"}) == address


@pytest.mark.parametrize("name", ["Forge.example", "forge.example", "[::1]"])
def test_host_that_is_let_in_is_asked_wherever_it_leads(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    answers = [(0, 0, 0, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: answers)
    assert addresses.target(name, 443, {"forge.example", "::1"}) == "10.0.0.1"


def test_address_is_kept_without_its_last_slash() -> None:
    kept = addresses.checked(" https://forge.example/git/ ", ())
    assert kept == "https://forge.example/git"


PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104 - looked at
    *("100.64.0.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "224.0.0.1", "::"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_address_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="leads into a private network"):
        addresses.target(address, 443, ())


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_public_address_is_what_is_connected_to(address: str) -> None:
    assert addresses.target(address, 443, ()) == address


def test_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*_given: Any, **_more: Any) -> list[Any]:
        return [(2, 1, 6, "", (each, 443)) for each in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    with pytest.raises(Refused, match=r"forge\.example leads into a private network"):
        addresses.target("forge.example", 443, ())


def test_connection_into_a_private_network_is_never_made(
    forge: ForgeServer, access: Access
) -> None:
    ours = addresses.manager({"forge.example"})
    with pytest.raises(Refused, match="leads into a private network"):
        ours.request("GET", forge.address)
    assert forge.asked == []


def test_name_without_a_server_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_given: Any, **_more: Any) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", none)
    with pytest.raises(Refused, match=r"There is no server forge\.example"):
        addresses.target("forge.example", 443, ())
