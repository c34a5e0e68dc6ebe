# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers and texts of addresses and forms are ones that a database can hold, or refused."""

import json

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from tresen.web.permissions import open_to_all
from tresen.web.values import GREATEST_ID, row_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("0", 0),
        (" 42 ", 42),
        ("007", 7),
        ("2147483647", 2147483647),
        ("2147483648", 0),
        ("9999999999", 0),
        ("00000000001", 0),
        ("9" * 5000, 0),
        ("", 0),
        (None, 0),
        ("-1", 0),
        ("+1", 0),
        ("1.0", 0),
        ("1e3", 0),
        ("1_000", 0),
        ("\u0663", 0),
        ("\uff11", 0),
        ("²", 0),
        ("x", 0),
        ("1 2", 0),
        ("0x10", 0),
    ],
)
def test_row_number_is_the_id_or_nothing(text: str | None, number: int) -> None:
    assert row_number(text) == number


@given(st.integers())
def test_each_id_is_read_and_no_other_number(number: int) -> None:
    assert row_number(str(number)) == (number if 0 <= number <= GREATEST_ID else 0)


@given(st.text())
def test_no_text_at_all_is_a_fault(text: str) -> None:
    assert 0 <= row_number(text) <= GREATEST_ID


@pytest.fixture
def echoing(app: Flask) -> FlaskClient:
    """Return a client of an application with a page that repeats what it was sent."""

    @open_to_all("a test asks")
    def echo(number: int) -> str:
        return json.dumps([number, request.args.get("a", ""), request.form.get("b", "")])

    @open_to_all("a test asks")
    def say(word: str) -> str:
        return word

    app.add_url_rule("/say/<word>", "say", say, methods=["GET", "POST"])
    app.add_url_rule("/echo/<int:number>", "echo", echo, methods=["GET", "POST"])
    app.add_url_rule("/few/<int(max=9):number>", "few", echo)
    app.add_url_rule("/signed/<int(signed=True):number>", "signed", echo)
    return app.test_client()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/echo/0", 200),
        ("/echo/2147483647", 200),
        ("/echo/2147483648", 404),
        (f"/echo/{'9' * 4000}", 404),
        ("/echo/-1", 404),
        ("/echo/1.5", 404),
        ("/few/9", 200),
        ("/few/10", 404),
        ("/signed/-5", 200),
    ],
)
def test_address_is_bounded_by_what_an_id_can_be(
    echoing: FlaskClient, path: str, status: int
) -> None:
    assert echoing.get(path).status_code == status


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/echo/1?a=%00", {}),
        ("/echo/1?a=x%00y", {}),
        ("/echo/1?%00=x", {}),
        ("/echo/1?a=x&a=%00", {}),
        ("/say/%00", {}),
        ("/echo/1", {"b": "x\0"}),
        ("/echo/1", {"\0b": "x"}),
    ],
)
def test_nul_is_refused_wherever_it_stands(
    echoing: FlaskClient, path: str, form: dict[str, str]
) -> None:
    assert echoing.post(path, data=form).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"a": "x\\u0000y"}', 400),
        ('{"\\u0000": 1}', 400),
        ('{"a": [1, {"b": ["\\u0000"]}]}', 400),
        ('"\\u0000"', 400),
        ('{"a": "x\\\\u0000y"}', 200),
        ('{"a": "u0000"}', 200),
        ('{"a": "\\u0001"}', 200),
        ("[" * 50, 200),
        ("\\u0000", 200),
    ],
)
def test_nul_is_refused_in_json_too(echoing: FlaskClient, body: str, status: int) -> None:
    answer = echoing.post("/echo/1", data=body, content_type="application/json")
    assert answer.status_code == status


def test_everything_else_comes_through_as_it_was_sent(echoing: FlaskClient) -> None:
    odd = "\x01 \u202e \ufffe 𝄞 \r\n %"
    answer = echoing.post("/echo/1", query_string={"a": odd}, data={"b": odd})
    assert json.loads(answer.text) == [1, odd, odd]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Please go back, load the page again and repeat what you did."),
        ("de", "Bitte gehen Sie zurück, laden Sie die Seite neu und wiederholen Sie"),
    ],
)
def test_refusal_is_a_page_with_a_sentence(
    echoing: FlaskClient, language: str, sentence: str
) -> None:
    page = echoing.get("/echo/1?a=%00", headers={"Accept-Language": language}).text
    assert page.partition("</h1>")[2].partition("<p>")[2].startswith(sentence)
