# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of any HTML come out, and no program or style sheet among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.web.html_text import MAX_TEXT, html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello&nbsp;<b>you</b></p><p>there</p>", "Hello you\n\nthere"),
        ("a<br>b<style>p{}</style><script>x()</script>c", "a\nbc"),
        ("<!-- no -->yes<title>no</title>", "yes"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("1 < 2", "1 < 2"),
        ("<style>never closed <p>x", ""),
        ("", ""),
    ],
)
def test_text_of_html(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_text_is_bounded() -> None:
    assert len(html_to_text("word <b>" * 300_000)) == MAX_TEXT


@given(st.text("<>/abpdiv !-=\"' &;\n", max_size=200))
def test_text_never_fails(html: str) -> None:
    assert isinstance(html_to_text(html), str)
