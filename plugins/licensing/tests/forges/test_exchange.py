# SPDX-License-Identifier: AGPL-3.0-or-later
"""A forge that fails, lies or moves is told of in a sentence, and no token leaves with it."""

import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from forge_server import TOKEN, ForgeServer, Reply
from tresen_licensing.forges import exchange
from tresen_licensing.forges.exchange import Exchange
from tresen_licensing.forges.records import Access
from tresen_licensing.networks.faults import Fault

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
    monkeypatch.setattr(exchange, "LONGEST", 0.05)
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
