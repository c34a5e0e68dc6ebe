# SPDX-License-Identifier: AGPL-3.0-or-later
"""Colours are read as browsers read them, and contrast is that of WCAG."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.web.colours import BLACK, WHITE, Colour, colour_of, contrast, readable_on


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("red", Colour(255, 0, 0)),
        (" Navy ", Colour(0, 0, 128)),
        ("#fff", WHITE),
        ("#1A2b3C", Colour(26, 43, 60)),
        ("003366", Colour(0, 51, 102)),
        ("rgb(1, 2,3)", Colour(1, 2, 3)),
        ("rgb(300,0,0)", Colour(255, 0, 0)),
        ("rgba(1,2,3,0.9)", Colour(1, 2, 3)),
        ("rgba(1,2,3,.1)", None),
        ("transparent", None),
        ("inherit", None),
        ("#12345", None),
        ("url(x)", None),
        ("", None),
    ],
)
def test_colour_of_text(text: str, colour: Colour | None) -> None:
    assert colour_of(text) == colour


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_colour_written_reads_back(parts: tuple[int, int, int]) -> None:
    assert colour_of(str(Colour(*parts))) == Colour(*parts)


def test_contrast_of_black_on_white_is_the_greatest() -> None:
    assert [contrast(BLACK, WHITE), contrast(WHITE, WHITE)] == pytest.approx([21, 1])


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_readable_colour_meets_level_aa(parts: tuple[int, int, int]) -> None:
    assert contrast(readable_on(Colour(*parts)), Colour(*parts)) >= 4.5
