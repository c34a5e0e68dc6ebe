# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is written is read again as it was: import(export(x)) == x."""

import string
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen_licensing.boms import reading, writing
from tresen_licensing.boms.bills import Bill, Part, line

HEADING = writing.Heading("Harbour", "4.1", "Kunde GmbH", "https://desk.example", datetime.now(UTC))
WORDS = st.text(string.ascii_letters + string.digits + " -.&<>\"'äß漢", min_size=1, max_size=20)
LINE = WORDS.map(line).filter(bool)
LICENCES = st.one_of(
    st.sampled_from(
        [
            *("MIT", "GPL-2.0-only OR MIT", "Apache-2.0 AND (MIT OR BSD-3-Clause)"),
            *("GPL-2.0-or-later WITH Classpath-exception-2.0", "LicenseRef-Harbour"),
            *("AGPLv3", "The Harbour Licence", "mit or apache-2.0", "NONE"),
        ]
    ),
    LINE,
)
SAID = st.one_of(st.just(""), LICENCES)
KINDS = st.sampled_from(["library", "application", "framework", "operating-system", "file"])
PURLS = st.sampled_from(
    ["", "pkg:pypi/django@1.11.1", "pkg:npm/%40angular/core@15.2.0", "pkg:deb/debian/curl@7.50.3-1"]
)
HASHES = st.dictionaries(
    st.sampled_from(["SHA-256", "SHA-512"]), st.just("ab" * 32), max_size=1
).map(lambda found: tuple(sorted(found.items())))
LINES = st.sets(LINE, max_size=3).map(lambda found: tuple(sorted(found)))
TEXTS = st.dictionaries(LICENCES.filter(lambda each: " " not in each), LINE, max_size=2).map(
    lambda found: tuple(sorted(found.items()))
)
PART = st.builds(
    Part,
    ref=st.just(""),
    name=LINE,
    kind=KINDS,
    group=st.one_of(st.just(""), LINE),
    version=st.one_of(st.just(""), LINE),
    purl=PURLS,
    supplier=st.one_of(st.just(""), LINE),
    declared=SAID,
    concluded=SAID,
    copyright=LINES,
    hashes=HASHES,
    texts=TEXTS,
)


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    """Return a bill whose parts depend on each other, in circles too."""
    parts = draw(st.lists(PART, max_size=4))
    refs = [f"part-{number}" for number in range(len(parts))]
    links = st.sets(st.sampled_from(refs)) if refs else st.just(set())
    named = [
        replace(each, ref=ref, depends_on=tuple(sorted(draw(links))))
        for ref, each in zip(refs, parts, strict=True)
    ]
    direct = tuple(sorted(draw(links)))
    return Bill("CycloneDX", writing.VERSION, tuple(named), direct=direct)


@pytest.mark.parametrize("form", ["json", "xml"])
@given(bill=bills())
def test_what_is_written_is_read_again_as_it_was(form: str, bill: Bill) -> None:
    text = writing.text_of(writing.bom_of(HEADING, bill), form)
    read = reading.read(text.encode())
    parts = tuple(sorted(read.parts, key=lambda each: each.ref))
    assert (parts, read.direct) == (bill.parts, bill.direct)
