# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies as text: flowed paragraphs, uuencoded blocks, HTML laid out, charsets of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail.samples import mail, mail_of, multipart, plain
from tresen.mail.reading.flowed import unflow
from tresen.mail.reading.parse import parse
from tresen.mail.reading.plaintext import MAX_LAID_OUT, html_to_text
from tresen.mail.reading.uuencoded import take_out_uuencoded
from tresen.mail.records import MailPart

UU = "begin 644 a.txt\n%2&5L;&\\\n`\nend"


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("one \ntwo", "one two"),
        ("one\ntwo", "one\ntwo"),
        ("one \n\ntwo", "one \ntwo"),
        ("> one \n> two", "> one two"),
        ("> one \n>> two", "> one \n>> two"),
        ("> one \ntwo", "> one \ntwo"),
        (" >stuffed", ">stuffed"),
        ("text \n-- \nAda", "text \n-- \nAda"),
        ("", ""),
    ],
)
def test_unflow_joins_soft_breaks_of_one_depth(text: str, joined: str) -> None:
    assert unflow(text, deletes_space=False) == joined


def test_unflow_deletes_the_space_where_the_mail_says_so() -> None:
    assert unflow("世 \n界", deletes_space=True) == "世界"


@given(st.text(alphabet="> ab\n-", max_size=200))
def test_unflow_loses_no_letter(text: str) -> None:
    def letters(value: str) -> str:
        return "".join(character for character in value if character in "ab")

    assert letters(unflow(text, deletes_space=False)) == letters(text)


@pytest.mark.parametrize(
    ("text", "rest", "names"),
    [
        (f"above\n{UU}\nbelow", "above\nbelow", ["a.txt"]),
        (f"{UU}\n{UU.replace('a.txt', 'b c.txt')}", "", ["a.txt", "b c.txt"]),
        ("begin 644 a.txt\nno end", "begin 644 a.txt\nno end", []),
        ("please begin 644 x\nend", "please begin 644 x\nend", []),
        ("begin at once\nand\nend", "begin at once\nand\nend", []),
        (f"begin 644 x\n{UU}", "begin 644 x", ["a.txt"]),
    ],
)
def test_take_out_uuencoded_leaves_the_rest(text: str, rest: str, names: list[str]) -> None:
    kept, parts = take_out_uuencoded(text)
    assert (kept, [part.file_name for part in parts]) == (rest, names)
    assert all(part == MailPart(part.file_name, part.media_type, b"Hello") for part in parts)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("a<br>b", "a\nb"),
        ("<style>p{}</style><script>x()</script><p>One</p>", "One"),
        ("<p>Gr&uuml;&szlig;e &amp; 5&nbsp;€</p>", "Grüße & 5 €"),
        ("<!-- comment -->One", "One"),
        ("<p>One" + "<br>" * 50 + "Two</p>", "One\n\nTwo"),
        ("no tags", "no tags"),
        ("<?xml version='1.0' encoding='utf-8'?><html><body>One</body></html>", "One"),
    ],
)
def test_html_to_text_reads_like_the_page(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 5_000 + "Hello",
        "<table><tr><td>" * 20_000 + "Hello",
        "<p>Hello</p>" + "<i>" * MAX_LAID_OUT,
        "Hello<",
        "\x01Hello",
    ],
)
def test_html_to_text_finds_the_words_of_broken_pages(html: str) -> None:
    assert "Hello" in html_to_text(html)


@given(st.text(alphabet="<>/abp &;!-=\"'\n", max_size=200))
def test_html_to_text_of_any_text_gives_text(html: str) -> None:
    assert isinstance(html_to_text(html), str)


def test_parse_takes_the_charset_of_a_page_from_the_page() -> None:
    page = '<meta http-equiv=x content="text/html; charset=koi8-r"><p>Привет</p>'.encode("koi8-r")
    assert parse(mail(page, b"Content-Type: text/html")).text == "Привет"


def test_parse_prefers_the_charset_of_the_mail() -> None:
    page = '<meta charset="koi8-r"><p>Привет</p>'.encode()
    assert parse(mail(page, b"Content-Type: text/html; charset=utf-8")).text == "Привет"


def test_parse_shows_text_between_pages_as_part_of_the_page() -> None:
    page = b"Content-Type: text/html\n\n<p>Page</p>"
    found = parse(mail_of(page, plain(b"1 < 2\n")))
    assert found.html == "<p>Page</p>\n<pre>1 &lt; 2\n</pre>"
    assert found.text == "Page\n1 < 2\n"


def test_parse_decodes_a_part_that_stands_for_both_once() -> None:
    alternative = multipart(plain(UU.encode()), kind=b"alternative", boundary=b"alt")
    assert len(parse(mail_of(alternative)).parts) == 1
