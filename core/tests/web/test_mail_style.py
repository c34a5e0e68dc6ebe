# SPDX-License-Identifier: AGPL-3.0-or-later
"""Of a style attribute only known declarations stay, in our own spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.web.mail_style import clean_style


@pytest.mark.parametrize(
    ("style", "clean"),
    [
        ("COLOR: Red; position:fixed", "color:#ff0000"),
        ("background: #1F497D", "background-color:#1f497d"),
        ("background:url(https://example.com/x) red", ""),
        ("color:red;color:blue", "color:#0000ff"),
        ("color:red !important", "color:#ff0000"),
        ('font-family:"Times New Roman",serif', "font-family:times new roman,serif"),
        ("font-family:a}b,Arial", "font-family:arial"),
        ("font-size:11.0pt", "font-size:14.7px"),
        ("font-size:85%", "font-size:13.6px"),
        ("font-size:.9em", "font-size:14.4px"),
        ("padding:0cm 5.4pt 0cm 5.4pt", "padding:0px 7.2px 0px 7.2px"),
        ("margin:0 auto", "margin:0px auto"),
        ("border-top:solid #E1E1E1 1.0pt", "border-top:solid #e1e1e1 1.3px"),
        ("border:1px solid rgb(1, 2, 3)", "border:1px solid #010203"),
        ("border:1px solid rgb(1 , 2,3)", "border:1px solid #010203"),
        ("border:1px" + " " * 3_000 + "solid", "border:1px solid"),
        ("line-height:115%", "line-height:115%"),
        ("width:50%;max-width:600px", "width:50%;max-width:600px"),
        ("list-style:square", "list-style-type:square"),
        ("white-space:pre-wrap", "white-space:pre-wrap"),
    ],
)
def test_style_of_ordinary_mail_is_kept(style: str, clean: str) -> None:
    assert clean_style(style) == clean


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "visibility:hidden",
        "opacity:0",
        "font-size:0",
        "font-size:1px",
        "font-size:10%",
        "font-size:smaller",
        "line-height:0",
        "height:0;overflow:hidden",
        "max-width:0",
        "text-indent:-9999px",
        "margin-left:-9999px",
        "letter-spacing:-1em",
        "transform:scale(0)",
        "position:fixed;top:0;left:0",
        "mso-hide:all",
        "color:transparent",
        "color:rgba(0,0,0,0)",
        "behavior:url(x.htc)",
        "-moz-binding:url(x)",
        "width:expression(alert(1))",
        "background-image:url(https://example.com/)",
        "background:u\\72l(x)",
        "color:/**/red",
        "list-style-image:url(x)",
        "content:'x'",
        "@import 'x'",
    ],
)
def test_style_that_hides_moves_or_loads_is_dropped(style: str) -> None:
    assert clean_style(style) == ""


@given(st.text("abcdefghipx:;#%(),.0123456789 -\\\"'/*", max_size=80))
def test_style_cleaned_twice_is_the_same(style: str) -> None:
    assert clean_style(clean_style(style)) == clean_style(style)


@given(
    st.sampled_from(["color", "font-family", "border", "padding", "width", "background"]),
    st.text(max_size=40),
)
def test_style_holds_no_character_with_a_meaning_of_its_own(name: str, value: str) -> None:
    assert set(clean_style(f"{name}:{value}")) & set("\\(){}<>\"'/*@!&") == set()
