# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quotes and signatures are told from words, and a reply quotes what was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.web.quotes import Part, quote_for_reply, split_quotes, unquoted

W, Q, S, D = Part.WORDS, Part.QUOTE, Part.SIGNATURE, Part.DIFF
CODE = ["--- a/x", "+++ b/x", "@@ -1,3 +1,2 @@", "-- ", "-> a", "+b", " > c"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a\nb", [(W, ["a", "b"])]),
        ("a\n> b\n> c\nd", [(W, ["a"]), (Q, ["> b", "> c"]), (W, ["d"])]),
        ("a\n-- \nAnna", [(W, ["a"]), (S, ["-- ", "Anna"])]),
        ("a\n--\nAnna\n> b\nc", [(W, ["a"]), (S, ["--", "Anna"]), (Q, ["> b"]), (W, ["c"])]),
        (
            "a\n-----Original Message-----\nFrom: b\n> c",
            [(W, ["a"]), (Q, ["-----Original Message-----", "From: b", "> c"])],
        ),
        (
            "a\n-----Ursprüngliche Nachricht-----\nb",
            [(W, ["a"]), (Q, ["-----Ursprüngliche Nachricht-----", "b"])],
        ),
        ("- " + " " * 100_000 + "x", [(W, ["- " + " " * 100_000 + "x"])]),
        ("a -- b\n--- c", [(W, ["a -- b", "--- c"])]),
        ("\n".join(["a", *CODE, "b"]), [(W, ["a"]), (D, CODE), (W, ["b"])]),
        ("\n".join([*CODE, *CODE, "-- ", "Anna"]), [(D, CODE * 2), (S, ["-- ", "Anna"])]),
        ("\n".join(["-- ", *CODE[:-1]]), [(S, ["-- ", *CODE[:-1]])]),
    ],
)
def test_quotes_are_told_from_words(text: str, parts: list[tuple[Part, list[str]]]) -> None:
    assert split_quotes(text.split("\n")) == parts


@given(st.lists(st.sampled_from(["a", "> b", "-- ", "", ">", "-----Original Message-----"])))
def test_quotes_keep_every_line_in_order(lines: list[str]) -> None:
    assert [line for block in split_quotes(lines) for line in block.lines] == lines


@pytest.mark.parametrize(
    ("line", "rest"), [("> a", "a"), (">a", "a"), (" > a", "a"), (">> a", "> a"), (">", "")]
)
def test_mark_of_a_quote_is_taken_off(line: str, rest: str) -> None:
    assert unquoted(line) == rest


def test_reply_quotes_the_words_alone() -> None:
    text = "Hello\n\nit fails.\n> old\nThanks\n-- \nAnna\n"
    assert quote_for_reply(text, "Anna wrote:") == (
        "Anna wrote:\n> Hello\n>\n> it fails.\n> Thanks"
    )


def test_reply_quotes_code_with_the_words() -> None:
    text = "\n".join(["Look:", *CODE, "Thanks", "-- ", "Anna"])
    assert quote_for_reply(text, "Anna wrote:") == "\n".join(
        ["Anna wrote:", "> Look:", *(f"> {line}".rstrip() for line in CODE), "> Thanks"]
    )


def test_reply_cuts_a_long_text_visibly() -> None:
    lines = quote_for_reply("x\n" * 1_000, "Anna wrote:").split("\n")
    assert (len(lines), lines[-1]) == (202, "> […]")
