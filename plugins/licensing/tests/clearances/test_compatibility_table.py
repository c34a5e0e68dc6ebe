# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of licences, row by row: which part fits into which work.

Each row stands as the sources name it that the module itself names.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen_licensing.clearances.checks.compatibility import CLASHES, FITS, UNJUDGED, judged

WORKS = (
    "MIT",
    "Apache-2.0",
    "MPL-2.0",
    "LGPL-2.1-or-later",
    "LGPL-3.0-or-later",
    "GPL-2.0-only",
    "GPL-2.0-or-later",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "AGPL-3.0-only",
    "AGPL-3.0-or-later",
    "EUPL-1.2",
)
# One letter for each work: fits, clashes (-), unjudged (?).
TABLE = {
    "0BSD": "ffffffffffff",
    "BSD-2-Clause": "ffffffffffff",
    "BSD-3-Clause": "ffffffffffff",
    "CC0-1.0": "ffffffffffff",
    "ISC": "ffffffffffff",
    "MIT": "ffffffffffff",
    "Unlicense": "ffffffffffff",
    "Zlib": "ffffffffffff",
    "Apache-2.0": "-ff-f--ffff-",
    "MPL-2.0": "??fffffffff-",
    "LGPL-2.1-only": "??-f-ffffff-",
    "LGPL-2.1-or-later": "??-ffffffff-",
    "LGPL-3.0-only": "??--f--ffff-",
    "LGPL-3.0-or-later": "??--f--ffff-",
    "GPL-2.0-only": "-----f------",
    "GPL-2.0-or-later": "-----ffffff-",
    "GPL-3.0-only": "-------f-f--",
    "GPL-3.0-or-later": "-------ffff-",
    "AGPL-3.0-only": "---------f--",
    "AGPL-3.0-or-later": "---------ff-",
    "EUPL-1.2": "--f--f-f-f-f",
    "CC-BY-4.0": "-----ffffff-",
    "CC-BY-SA-4.0": "-------ff---",
    "BSD-4-Clause": "------------",
    "CC-BY-NC-4.0": "------------",
    "CDDL-1.0": "------------",
    "EPL-1.0": "------------",
    "BUSL-1.1": "------------",
    "SSPL-1.0": "------------",
    "Artistic-2.0": "????????????",
    "EPL-2.0": "????????????",
    "LicenseRef-House": "????????????",
}
LETTERS = {"f": FITS, "-": CLASHES, "?": UNJUDGED}
ORDER = [FITS, UNJUDGED, CLASHES]
PARTS = st.sampled_from(sorted(TABLE))


@pytest.mark.parametrize("part", sorted(TABLE))
def test_part_fits_where_the_table_says(part: str) -> None:
    found = {work: judged(part, work) for work in WORKS}
    assert found == {work: LETTERS[letter] for work, letter in zip(WORKS, TABLE[part], strict=True)}


@settings(deadline=None, max_examples=40)
@given(one=PARTS, other=PARTS, work=st.sampled_from(WORKS))
def test_two_parts_together_are_as_the_worse_of_them(one: str, other: str, work: str) -> None:
    apart = max(judged(one, work), judged(other, work), key=ORDER.index)
    assert judged(f"{one} AND {other}", work) == apart


@settings(deadline=None, max_examples=40)
@given(one=PARTS, other=PARTS, work=st.sampled_from(WORKS))
def test_choice_between_two_parts_is_as_the_better_of_them(one: str, other: str, work: str) -> None:
    apart = min(judged(one, work), judged(other, work), key=ORDER.index)
    assert judged(f"{one} OR {other}", work) == apart


@settings(deadline=None, max_examples=40)
@given(part=PARTS, one=st.sampled_from(WORKS), other=st.sampled_from(WORKS))
def test_work_that_leaves_a_choice_needs_both_to_fit(part: str, one: str, other: str) -> None:
    apart = max(judged(part, one), judged(part, other), key=ORDER.index)
    assert judged(part, f"{one} OR {other}") == apart


@settings(deadline=None, max_examples=20)
@given(part=PARTS, work=st.sampled_from(WORKS))
def test_writing_of_an_expression_makes_no_difference(part: str, work: str) -> None:
    assert judged(f"( {part.upper() if 'Ref' not in part else part} )", work) == judged(part, work)
