# SPDX-License-Identifier: AGPL-3.0-or-later
"""Text in the colour of its ground is made readable and counted; visible text is left alone."""

import pytest
from tresen.web.mail_hidden import reveal


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<p style="color:#ffffff">x</p>', '<p style="color:#000000">x</p>'),
        ('<p style="color:#fefefe;width:9px">x</p>', '<p style="width:9px;color:#000000">x</p>'),
        ('<font color="#ffffff">x</font>', '<font color="#ffffff" style="color:#000000">x</font>'),
        (
            '<div style="background-color:#000000"><p>x</p></div>',
            '<div style="background-color:#000000"><p style="color:#ffffff">x</p></div>',
        ),
        (
            '<table bgcolor="#0b57d0"><a href="tel:1">x</a></table>',
            '<table bgcolor="#0b57d0"><a href="tel:1" style="color:#ffffff">x</a></table>',
        ),
    ],
)
def test_hidden_text_is_shown(html: str, shown: str) -> None:
    assert reveal(html) == (shown, 1)
    assert reveal(shown) == (shown, 0)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "text &amp; <br> more",
        '<p style="color:#ff0000">x</p>',
        '<td bgcolor="#003366"><font color="#ffffff">x</font></td>',
        '<p style="color:#ffffff"> &nbsp; <b style="color:#000000">x</b></p>',
    ],
)
def test_text_that_shows_is_left_alone(html: str) -> None:
    assert reveal(html) == (html, 0)


def test_counting_pixel_loses_its_address() -> None:
    html = '<img src="https://example.com/p" width="1" height="1"><img src="/a" width="9">'
    assert reveal(html) == ('<img width="1" height="1"><img src="/a" width="9">', 0)
