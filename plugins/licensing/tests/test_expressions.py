# SPDX-License-Identifier: AGPL-3.0-or-later
"""What counts as an expression of SPDX without a person having looked at it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen_licensing.licences import LONGEST, expression_of


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("mit", "MIT"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("GPL-2.0", "GPL-2.0-only"),
        ("(MIT  OR Apache-2.0)", "MIT OR Apache-2.0"),
        ("GPL-2.0-with-classpath-exception", ""),
        ("LicenseRef-Ours AND MIT", "LicenseRef-Ours AND MIT"),
        ("GPL", ""),
        ("MIT OR GPL", ""),
        ("GPL 2.0", ""),
        ("BSD-2", ""),
        ("AGPLv3", ""),
        ("NOASSERTION", ""),
        ("MIT OR", ""),
        ("MIT/ISC", ""),
        ("LicenseRef-Größe", ""),
        ("", ""),
        ("(" * 250 + "MIT" + ")" * 250, "MIT"),
        (" OR ".join(["MIT"] * 200), ""),
    ],
)
def test_text_is_an_expression_or_nothing(text: str, expression: str) -> None:
    assert expression_of(text) == expression


@given(st.text(alphabet="MITGPLapche-2.03+()ANDORWITH ,/\\\"'", max_size=40))
def test_expression_is_its_own_expression_and_short(text: str) -> None:
    found = expression_of(text)
    assert (expression_of(found), len(found) <= LONGEST) == (found, True)
