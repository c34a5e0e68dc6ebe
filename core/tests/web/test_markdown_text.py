# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plain part of a mail reads well without any marks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.web.markdown_text import markdown_to_text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**a** _b_ `c`\nd", "a b c\nd"),
        ("# a\n\nb", "a\n\nb"),
        ("- a\n- b\n  - c\n\nd", "- a\n- b\n  - c\n\nd"),
        ("9. a\n10. b", "9. a\n10. b"),
        ("- a\n\n  b", "- a\n\n  b"),
        ("> a\n>\n> b", "> a\n>\n> b"),
        ("```\na\n\n b\n```", "    a\n\n     b".rstrip()),
        ("|a|b|\n|-|-|\n|1|2|", "a | b\n1 | 2"),
        ("[a](https://x.example)", "a <https://x.example>"),
        ("https://x.example", "https://x.example"),
        ("anna@example.org", "anna@example.org"),
        ("![a](https://x.example/p.png)", "a <https://x.example/p.png>"),
        ("a\n\n---\n\nb", f"a\n\n{'-' * 40}\n\nb"),
        ("<b>a</b> &amp; \\*b\\*", "<b>a</b> & *b*"),
        ("", ""),
    ],
)
def test_markdown_as_text(markdown: str, text: str) -> None:
    assert markdown_to_text(markdown) == text


@settings(max_examples=100, deadline=None)
@given(st.text("[]()!<>*_`#|~-:.\n\\ 'a1\"&", max_size=100))
def test_markdown_of_any_text_never_fails(markdown: str) -> None:
    assert isinstance(markdown_to_text(markdown), str)
