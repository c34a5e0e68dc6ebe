# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files say their licence, and it fits to the one under which all is published."""

import pytest
from clearances.conftest import codes, found, subject
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_licensing.clearances.checks.compatibility import CLASHES, FITS, UNJUDGED, judged
from tresen_licensing.clearances.checks.licences import expressions
from tresen_licensing.clearances.checks.records import TouchedFile
from tresen_licensing.clearances.states import BLOCKING, WARNING
from tresen_licensing.repositories import outcomes

TAG = "SPDX-License-" + "Identifier:"
PARTS = ["MIT", "Apache-2.0", "GPL-2.0-only", "GPL-3.0-or-later", "MPL-2.0", "SSPL-1.0"]
AGPL = f"# {TAG} AGPL-3.0-or-later\nBERTHS = 4\n"
TOML = f"""\
version = 1

[[annotations]]
path = ["docs/*.png", "data/**"]
{TAG.rstrip(":").join(('"', '"'))} = "CC0-1.0"
"""


@pytest.mark.parametrize(
    ("part", "work", "verdict"),
    [
        ("MIT", "AGPL-3.0-or-later", FITS),
        ("MIT", "Apache-2.0", FITS),
        ("Apache-2.0", "AGPL-3.0-or-later", FITS),
        ("Apache-2.0", "GPL-2.0-only", CLASHES),
        ("Apache-2.0 OR MIT", "GPL-2.0-only", FITS),
        ("Apache-2.0 AND MIT", "GPL-2.0-only", CLASHES),
        ("GPL-2.0-only", "AGPL-3.0-or-later", CLASHES),
        ("GPL-2.0-or-later", "AGPL-3.0-or-later", FITS),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only", FITS),
        ("GPL-3.0-or-later", "AGPL-3.0-or-later", FITS),
        ("AGPL-3.0-or-later", "GPL-3.0-or-later", CLASHES),
        ("AGPL-3.0-or-later", "MIT", CLASHES),
        ("MPL-2.0", "AGPL-3.0-or-later", FITS),
        ("MPL-2.0", "MIT", UNJUDGED),
        ("LGPL-2.1-only", "GPL-3.0-only", FITS),
        ("LGPL-3.0-only", "GPL-2.0-only", CLASHES),
        ("EUPL-1.2", "GPL-3.0-only", FITS),
        ("SSPL-1.0", "AGPL-3.0-or-later", CLASHES),
        ("CC-BY-NC-4.0", "MIT", CLASHES),
        ("LicenseRef-House", "AGPL-3.0-or-later", UNJUDGED),
        ("MIT", "LicenseRef-House", FITS),
        ("LicenseRef-House", "LicenseRef-House", FITS),
        ("GPL-2.0-or-later", "GPL-2.0-only OR GPL-3.0-only", FITS),
        ("GPL-3.0-only", "GPL-2.0-only OR GPL-3.0-only", CLASHES),
        ("GPL-3.0-only", "MIT AND GPL-3.0-only", FITS),
    ],
)
def test_licences_are_judged(part: str, work: str, verdict: str) -> None:
    assert judged(part, work) == verdict


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(
        ["MIT", "Apache-2.0", "GPL-2.0-only", "GPL-3.0-or-later", "MPL-2.0", "SSPL-1.0"]
    )
)
def test_every_licence_fits_to_itself(licence: str) -> None:
    assert (judged(licence, licence), judged(f"{licence} AND MIT", f"{licence} AND MIT")) == (
        *(FITS, FITS),
    )


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(
        ["MIT", "Apache-2.0", "GPL-2.0-only", "GPL-2.0-or-later", "MPL-2.0", "SSPL-1.0"]
    ),
    st.sampled_from(["MIT", "Apache-2.0", "GPL-2.0-only", "AGPL-3.0-or-later"]),
)
def test_choice_never_makes_it_worse(part: str, work: str) -> None:
    order = [FITS, UNJUDGED, CLASHES].index
    assert order(judged(f"{part} OR MIT", work)) <= order(judged(part, work))


def test_more_choices_than_anybody_judges_are_refused() -> None:
    part = " AND ".join(["(MIT OR ISC)"] * 4 + ["(Zlib OR X11)", "(0BSD OR HPND)"] * 4)
    with pytest.raises(Refused):
        judged(part, "MIT")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"# {TAG} MIT", ["MIT"]),
        (f"/* {TAG} MIT OR Apache-2.0 */", ["MIT OR Apache-2.0"]),
        (f"<!-- {TAG} MIT -->", ["MIT"]),
        (f"{{# {TAG} MIT #}}", ["MIT"]),
        (f'TEXT = "{TAG} MIT"', ["MIT"]),
        (f"# {TAG} AGPLv3!", ["AGPLv3"]),
        ("# Licence: MIT", []),
    ],
)
def test_expressions_are_found_in_any_comment(line: str, expected: list[str]) -> None:
    assert [text for _number, text in expressions(line)] == expected


def test_what_reuse_ignores_is_ignored() -> None:
    start, end = "REUSE-" + "IgnoreStart", "REUSE-" + "IgnoreEnd"
    text = f"# {start}\n# {TAG} MIT\n# {end}\n# {TAG} ISC"
    assert list(expressions(text)) == [(4, "ISC")]


@pytest.mark.parametrize(
    ("text", "code", "severity"),
    [
        ("GPL-2.0-only", "clash", BLOCKING),
        ("AGPLv3", "invalid", BLOCKING),
        ("LicenseRef-House", "unjudged", WARNING),
    ],
)
def test_conflict_of_licences_is_found_with_its_line(text: str, code: str, severity: str) -> None:
    about = subject({"a.py": f"\n# {TAG} {text}\n"}, licence="AGPL-3.0-or-later")
    (one,) = found("C06", about)
    assert (one.code, one.severity, one.place.path, one.place.line, one.facts) == (
        *(code, severity, "a.py", 2, {"theirs": text, "ours": "AGPL-3.0-or-later"}),
    )


def test_without_an_agreement_no_licence_fits() -> None:
    assert codes("C06", subject({"a.py": AGPL}, licence=None)) == ["no_agreement"]


@pytest.mark.parametrize("name", ["a.png.license", "REUSE.toml"])
def test_licence_that_is_said_elsewhere_is_judged(name: str) -> None:
    beside = f"{TAG} SSPL-1.0" if name != "REUSE.toml" else TOML.replace("CC0-1.0", "SSPL-1.0")
    path = "a.png" if name != "REUSE.toml" else "docs/a.png"
    texts = {path: "x", name: beside}
    about = subject(
        *({path: "x"},),
        files={path: TouchedFile(path, 1)},
        texts=texts.get,
        licence="AGPL-3.0-or-later",
    )
    assert codes("C06", about) == ["clash"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.py": AGPL}, []),
        ({"a.py": "BERTHS = 4\n"}, ["new"]),
        ({"a.py": ""}, []),
        ({"a.py": "x", "a.py.license": f"{TAG} MIT"}, []),
        ({"docs/a.png": "x", "REUSE.toml": TOML}, []),
        ({"docs/deep/a.png": "x", "REUSE.toml": TOML}, ["new"]),
        ({"data/deep/a.csv": "x", "REUSE.toml": TOML}, []),
        ({"x/docs/a.png": "x", "x/REUSE.toml": TOML}, []),
        ({"docs/a.png": "x", "REUSE.toml": "broken ["}, ["new"]),
        ({"LICENSES/MIT.txt": "x", "COPYING": "x", "LICENSE.md": "x"}, []),
    ],
)
def test_new_files_say_their_licence(files: dict[str, str], expected: list[str]) -> None:
    assert codes("C05", subject(files)) == expected


@pytest.mark.parametrize(
    ("is_new", "has_licences", "outcome", "expected"),
    [
        (True, True, outcomes.APPLIED, [BLOCKING]),
        (True, False, outcomes.APPLIED, [WARNING]),
        (True, False, outcomes.NO_BASE, [BLOCKING]),
        (False, True, outcomes.APPLIED, [WARNING]),
        (False, False, outcomes.APPLIED, []),
    ],
)
def test_how_grave_it_is_depends_on_the_project(
    is_new: bool, has_licences: bool, outcome: str, expected: list[str]
) -> None:
    files = {"a.py": TouchedFile("a.py", 1, is_new=is_new)}
    about = subject(
        {"a.py": "x"},
        files=files,
        exists=lambda path: has_licences and path == "LICENSES",
        outcome=outcome,
    )
    assert [each.severity for each in found("C05", about)] == expected
