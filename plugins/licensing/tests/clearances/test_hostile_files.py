# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that were written to break whoever reads them are read, and cost no more than others."""

import sys
import unicodedata

import pytest
from clearances.conftest import codes, found, lines, subject
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen_licensing.clearances.checks import headers
from tresen_licensing.clearances.checks.headers import annotations, covers, says_licence
from tresen_licensing.clearances.checks.people import is_iban, words_of
from tresen_licensing.clearances.checks.records import Names, Subject
from tresen_licensing.clearances.states import WARNING

SPDX = "SPDX-License-" + "Identifier"
PO = 'msgid ""\nmsgstr ""\n"{}\\n"\n\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n'


def reuse(body: str) -> Subject:
    """Return a subject with one file and what a REUSE.toml says."""
    return subject({"a.py": "x", "REUSE.toml": body}, licence="MIT")


@pytest.mark.parametrize(
    "body",
    [
        f"[[annotations]]\npath = 5\n{SPDX} = 'MIT'\n",
        f"[[annotations]]\npath = true\n{SPDX} = 'MIT'\n",
        f"[[annotations]]\npath = {{ a = 1 }}\n{SPDX} = 'MIT'\n",
        f"[[annotations]]\npath = 'a.py'\n{SPDX} = 5\n",
        f"[[annotations]]\npath = 'a.py'\n{SPDX} = [1979-05-27, false]\n",
        f"[[annotations]]\npath = [['a.py']]\n{SPDX} = 'MIT'\n",
        "a = " + "[" * 50_000,
        "a = " + "{ b = " * 50_000,
        f"[[annotations]]\npath = '{'*' * 5000}'\n{SPDX} = 'MIT'\n",
    ],
)
def test_annotation_of_another_kind_covers_nothing(body: str) -> None:
    about = reuse(body)
    assert (says_licence(about, about.files["a.py"]), codes("C06", about)) == (False, [])


@pytest.mark.parametrize("path", [".", "/", "..", "./", "//"])
def test_path_without_a_name_is_judged_like_any_other(path: str) -> None:
    assert codes("C05", subject({path: "x"})) == ["new"]


def test_annotations_are_read_once_for_all_files(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    whole = headers.tomllib.loads
    monkeypatch.setattr(headers.tomllib, "loads", lambda text: read.append(text) or whole(text))
    body = f"[[annotations]]\npath = '**'\n{SPDX} = 'MIT'\n"
    about = subject({**{f"src/{each}.py": "x" for each in range(50)}, "REUSE.toml": body})
    said = [next(annotations(about, path)) for path in about.files if path != "REUSE.toml"]
    assert (set(said), [each for each in read if each]) == ({"MIT"}, [body])


@given(
    glob=st.text("a/*.", max_size=12),
    path=st.text("a/.", min_size=1, max_size=12),
)
def test_globs_match_as_a_plain_reading_of_the_standard(glob: str, path: str) -> None:
    def read(at: int, to: int) -> bool:
        if at == len(glob):
            return to == len(path)
        if glob[at] != "*":
            return to < len(path) and glob[at] == path[to] and read(at + 1, to + 1)
        end = at
        while end < len(glob) and glob[end] == "*":
            end += 1
        for taken in range(to, len(path) + 1):
            if read(end, taken):
                return True
            if taken < len(path) and path[taken] == "/" and end - at == 1:
                return False
        return False

    assert covers(glob, path) is read(0, 0)


def test_glob_of_many_stars_comes_to_an_end() -> None:
    steps = 0

    def count(_frame: object, event: str, _given: object) -> object:
        nonlocal steps
        steps += event == "line"
        return count

    sys.settrace(count)  # type: ignore[arg-type]
    try:
        is_covered = covers("*a" * 20 + "*b", "a" * 200)
    finally:
        sys.settrace(None)
    # Letters of the glob by letters of the path, a few lines each.
    assert (is_covered, steps < 6 * 42 * 201) == (False, True)


@pytest.mark.parametrize(
    "said",
    ["()", "(())", "MIT AND ()", "(" * 150, "(" * 99 + "MIT", "+", "MIT MIT", "AND", "a:b", "."],
)
def test_what_is_no_expression_is_said_to_be_none(said: str) -> None:
    assert codes("C06", subject({"a.py": f"# {SPDX}: {said}"}, licence="MIT")) == ["invalid"]


@pytest.mark.parametrize("said", ["(" * 50_000 + "MIT", " AND ".join(["MIT"] * 5000)])
def test_longer_expression_than_anybody_writes_is_neither_judged_nor_repeated(said: str) -> None:
    about = reuse(f"[[annotations]]\npath = 'a.py'\n{SPDX} = '{said}'\n")
    assert [(each.code, each.facts["theirs"]) for each in found("C06", about)] == [
        ("invalid", said[:200])
    ]


@pytest.mark.parametrize(
    "field",
    [
        "Plural-Forms: nplurals=99999999999; plural=n",
        "Plural-Forms: nplurals=11; plural=n",
        'Plural-Forms: nplu"\n"rals = 99999999999; plural=n',
        "Plural-Forms: npl\\urals=99999999999; plural=n",
        "Plural-Forms: nplurals=x",
        "Plural-Forms: nplurals=-1",
        "Language: %%",
        "Language: x_y_z",
        "POT-Creation-Date: 2020-01-01 10:00+9999",
        "POT-Creation-Date: yesterday",
        "PO-Revision-Date: 2020-13-01 10:00+0100",
        "Content-Type: text/plain; charset=nothing",
        "Content-Type: text/plain; charset=rot13",
        "Content-Type: text/plain; charset=utf-16",
    ],
)
def test_head_of_a_catalogue_that_cannot_be_is_told(field: str) -> None:
    about = subject({"a.po": PO.replace("{}", field)})
    assert [(each.code, each.severity) for each in found("C12", about)] == [("broken", WARNING)]


@pytest.mark.parametrize("forms", [1, 2, 6, 10])
def test_catalogue_of_any_language_is_read(forms: int) -> None:
    body = PO.replace("{}", f"Plural-Forms: nplurals={forms}; plural=0")
    assert codes("C12", subject({"a.po": body})) == ([] if forms == 1 else ["empty"])


@settings(max_examples=40)
@given(
    name=st.sampled_from(["Grünhafen Logistik", "Ångström", "Café Molé", "İzmir Yolcu"]),
    form=st.sampled_from(["NFC", "NFD"]),
    kept=st.sampled_from(["NFC", "NFD"]),
)
def test_name_is_found_however_its_accents_are_written(name: str, form: str, kept: str) -> None:
    known = tuple(words_of(unicodedata.normalize(kept, name)))
    written = unicodedata.normalize(form, f"made for {name} alone")
    about = Subject(lines=lines(written), names=Names(organisations=frozenset({known})))
    assert codes("C08", about) == ["organisation"]


@settings(max_examples=40, deadline=None)
@given(
    st.from_regex(r"[0-9]{16}", fullmatch=True),
    st.sampled_from(["", " BIC", " KNTO", " A", " XX YYYY", " ABCD EFGH"]),
)
def test_iban_is_found_though_capital_letters_follow(account: str, after: str) -> None:
    plain = "".join(str(int(each, 36)) for each in f"{account}AT00")
    iban = f"AT{98 - int(plain) % 97:02}{account}"
    written = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
    assert (is_iban(written), codes("C08", Subject(lines=lines(f"to {written}{after}")))) == (
        *(True, ["iban"]),
    )
