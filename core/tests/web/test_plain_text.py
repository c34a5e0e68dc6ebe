# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plain text shows whole, with links and folds, and stays text."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.web.plain_text import FoldTitles, mark_diffs, text_to_html

TITLES = FoldTitles("Quoted text", "Signature")
OUT = ' target="_blank" rel="noopener noreferrer nofollow"'


def fold(title: str, inner: str) -> str:
    return (
        f'<details class="fold"><summary>{title}</summary>'
        f"<blockquote>{inner}</blockquote></details>"
    )


def p(inner: str) -> str:
    return f'<p dir="auto">{inner}</p>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\nb\n\nc", p("a<br>b") + p("c")),
        ("<b>&", p("&lt;b&gt;&amp;")),
        ("a\u202eb", p("a[U+202E]b")),
        (
            "see https://x.example/?a&b.",
            p(f'see <a href="https://x.example/?a&amp;b"{OUT}>https://x.example/?a&amp;b</a>.'),
        ),
        (
            "mail anna@example.org",
            p(f'mail <a href="mailto:anna@example.org"{OUT}>anna@example.org</a>'),
        ),
        ("javascript://x ftp://x.example data:text/html,x://", None),
        ("a\n> b\n>> c", p("a") + fold("Quoted text", p("b") + fold("Quoted text", p("c")))),
        ("a\n-- \nAnna", p("a") + fold("Signature", p("-- <br>Anna"))),
        (
            "a\n-----Original Message-----\n> b",
            p("a") + fold("Quoted text", p("-----Original Message-----<br>&gt; b")),
        ),
        (
            "See:\n--- a/x\n+++ b/x\n@@ -1,4 +1,3 @@\n \n-- \n-> a@b.example\n+  <b>\n \nok",
            p("See:")
            + '<pre class="diff" dir="ltr">--- a/x\n+++ b/x\n@@ -1,4 +1,3 @@\n \n'
            + "<del>-- \n-&gt; a@b.example\n</del><ins>+  &lt;b&gt;\n</ins> \n</pre>"
            + p("ok"),
        ),
        (
            "> --- a/x\n> +++ b/x\n> @@ -1 +1 @@\n> -a\n> +b\nwhy?",
            fold(
                "Quoted text",
                '<pre class="diff" dir="ltr">--- a/x\n+++ b/x\n@@ -1 +1 @@\n'
                "<del>-a\n</del><ins>+b\n</ins></pre>",
            )
            + p("why?"),
        ),
        ("", ""),
    ],
)
def test_text_as_html(text: str, html: str | None) -> None:
    assert text_to_html(text, TITLES) == (p(text) if html is None else html)


@given(st.text("ab<>&\"' \n", max_size=100))
def test_text_keeps_every_word(text: str) -> None:
    html = re.sub(r"<summary>.*?</summary>", "", text_to_html(text, TITLES))
    words = unescape(re.sub(r"<[^>]*>", "", html))
    assert re.sub(r"[\s>]", "", words) == re.sub(r"[\s>]", "", text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("see https://x.example/ and more\n" * 31_000, 992_000),
        ("anna@example.org " * 60_000, 1_020_000),
        (">" * 1_000_000, 1_000_000),
        ("> a\n>> b\n" * 110_000, 990_000),
        ("a\n\n" * 330_000, 990_000),
    ],
)
def test_text_of_a_megabyte_is_shown_with_bounded_marks(text: str, size: int) -> None:
    html = text_to_html(text, TITLES)
    assert (len(text), html.count("<a ") <= 7_000, html.count("<details") <= 500) == (
        size,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", "\n"),
        ("- <b>\n+ b", "- &lt;b&gt;\n+ b\n"),
        (
            "a\n--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n-<a>\n-b\n+\u202e\n- b",
            (
                "a\n--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n"
                "<del>-&lt;a&gt;\n-b\n</del><ins>+[U+202E]\n</ins>- b\n"
            ),
        ),
    ],
)
def test_diffs_in_a_text_are_marked(text: str, html: str) -> None:
    assert mark_diffs(text) == html


@given(st.text("ab<>&+-@ \n", max_size=100))
def test_marks_keep_every_character(text: str) -> None:
    assert unescape(re.sub(r"</?(?:ins|del)>", "", mark_diffs(text))) == f"{text}\n"
