# SPDX-License-Identifier: AGPL-3.0-or-later
"""No check falls over, whatever patches hold: each ends, names its place and keeps to its texts."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from clearances.conftest import lines, subject
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen_licensing.clearances import states
from tresen_licensing.clearances.checks.records import Found, Line, Names, Place, Subject
from tresen_licensing.clearances.checks.records import TouchedFile as File
from tresen_licensing.clearances.checks.registry import CHECKS
from tresen_licensing.clearances.service import MOST, _run
from tresen_licensing.developments import states as kinds
from tresen_licensing.patches.series import PatchText
from tresen_licensing.repositories import outcomes

SPDX = "SPDX-License-" + "Identifier"
MIGRATION = "plugins/quay/tresen_quay/migrations/0001_berths.py"
PATHS = st.sampled_from(
    [
        *("src/quay.py", "REUSE.toml", "src/REUSE.toml", "locale/de/quay.po", MIGRATION),
        *("LICENSES/MIT.txt", ".env", "a.license", "quay.bin", "CHANGES.md", ".", "..", "/", "ä/ß"),
    ]
) | st.text(min_size=1, max_size=20)
# Pieces on which readers of formats stumble, beside letters of any kind.
PIECES = st.sampled_from(
    [
        *(f"{SPDX}: ", "()", "(", " AND ", " WITH ", "MIT", "LicenseRef-a", "[[annotations]]\n"),
        *("path = ", f"{SPDX} = ", "5", "'**'", "true", "[", "{", "}", "=", "\n", "\\", '"', "'"),
        *('msgid "a"\n', 'msgid ""\n', 'msgstr "b"\n', "msgstr[0] ", "#, fuzzy\n", "#~ ", "\ufeff"),
        *('"Plural-Forms: nplurals=9; plural=n\\n"\n', '"Language: %%\\n"\n', "msgctxt ", "\u2068"),
        *("op.execute(", "op.drop_table(", "*a", ")", "UPDATE ", "password = ", "://a:b@c", "eyJ"),
        *("DE02 1203 0000 0000 2020 51", "+49 421 1234567", "birgit@quay.de", "Signed-off-by: "),
        *("\0", "\x1b", "\r", "\u0308", "\ud800", "%(theirs)s", "%", "\u2028", "\uffff"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join)
FILES = st.dictionaries(PATHS, TEXTS, max_size=5)
PATCHES = st.builds(
    PatchText,
    *(TEXTS, TEXTS, st.text(max_size=9), st.text(max_size=9), st.none()),
    st.lists(st.text(max_size=9), max_size=2).map(tuple),
    *(st.just(b""), st.just(""), st.just(()), st.integers(0, 9), st.integers(0, 9)),
)
WORDS = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=2).map(tuple)
NAMES = st.builds(
    Names,
    st.frozensets(WORDS, max_size=3),
    st.frozensets(WORDS, max_size=3),
    st.frozensets(st.text(max_size=9), max_size=2),
)
SUBJECTS = st.builds(
    subject,
    FILES,
    outcome=st.sampled_from([outcomes.APPLIED, outcomes.NO_BASE, outcomes.NO_HISTORY]),
    failed=st.none() | st.tuples(st.integers(1, 9), PATHS),
    conflicts=st.none() | st.lists(st.tuples(st.integers(1, 9), PATHS), max_size=3),
    patches=st.lists(PATCHES, max_size=3),
    licence=st.sampled_from([None, "MIT", "AGPL-3.0-or-later", "LicenseRef-own", "GPL-2.0-only"]),
    kind=st.sampled_from([*kinds.KINDS]),
    names=NAMES,
)


def all_found(about: Subject) -> Iterator[tuple[str, Found]]:
    """Yield what all checks find, each with its check."""
    for name, check in CHECKS.items():
        for each in _run(check, about) or ():
            yield name, each


@settings(max_examples=150, deadline=None)
@given(about=SUBJECTS)
def test_each_finding_has_text_place_and_facts(about: Subject) -> None:
    odd = [
        (name, found)
        for name, found in all_found(about)
        if found.code not in {*CHECKS[name].texts, "more"}
        or found.severity not in states.SEVERITIES
        or len(json.dumps(dict(found.facts))) > 5000
        or (found.place.line is not None and found.place.line < 1)
    ]
    assert odd == []


@settings(max_examples=60, deadline=None)
@given(about=SUBJECTS)
def test_another_look_finds_the_same(about: Subject) -> None:
    assert [*all_found(about)] == [*all_found(about)]


@settings(max_examples=30, deadline=None)
@given(files=FILES, more=FILES)
def test_what_another_file_holds_hides_no_secret(
    files: dict[str, str], more: dict[str, str]
) -> None:
    assert secrets(files) - secrets(more | files) == set()


def secrets(files: dict[str, str]) -> set[tuple[str, Place]]:
    """Return what is found in files that nobody but the house may know."""
    checks = [CHECKS[name] for name in ("C07", "C08")]
    return {(each.code, each.place) for check in checks for each in check.run(subject(files))}


@settings(max_examples=60, deadline=None)
@given(secret=st.text("abcdefgh23456789", min_size=12, max_size=30), text=TEXTS)
def test_no_finding_repeats_what_blocks_it(secret: str, text: str) -> None:
    body = f"{text}\npassword = 'Zq{secret}'\nwrite to zq{secret}@quay.de\n"
    told = [
        f"{dict(found.facts)}{found.code}"
        for name, found in all_found(subject({"src/quay.py": body}))
        if name in ("C07", "C08")
    ]
    assert [each for each in told if secret in each] == []


CLEAN = {
    "src/quay.py": f"# {SPDX}: AGPL-3.0-or-later\nBERTHS = {{}}\n",
    "tests/test_quay.py": f"# {SPDX}: MIT\nassert {{}}\n",
    "changes/7.md": f"{SPDX}: CC0-1.0\nBerth {{}} is there.\n",
    "locale/de/quay.po": f'# {SPDX}: MIT\nmsgid ""\nmsgstr ""\n\nmsgid "{{}}"\nmsgstr "{{}}"\n',
    MIGRATION: f"# {SPDX}: AGPL-3.0-or-later\nop.create_table('quay_{{}}')\n",
}


@settings(max_examples=60, deadline=None)
@given(
    word=st.from_regex(r"[a-z]{1,12}", fullmatch=True),
    left_out=st.sets(st.sampled_from(["src/quay.py", "locale/de/quay.po", MIGRATION])),
)
def test_clean_patch_passes_whatever_it_is_about(word: str, left_out: set[str]) -> None:
    files = {path: text.replace("{}", word) for path, text in CLEAN.items() if path not in left_out}
    signed = PatchText(
        *("Berth", f"It has {word}.", "Dora", "dora@quay.de", None, ("dora@quay.de",)),
        *(b"", "", (), 1, 0),
    )
    names = Names(frozenset({("grünhafen", "logistik")}), frozenset({("birgit", "thomsen")}))
    about = subject(
        files, patches=[signed], licence="AGPL-3.0-or-later", kind=kinds.FEATURE, names=names
    )
    assert [*all_found(about)] == []


BAD: list[tuple[str, str, str]] = [
    ("C05", "new", "x = 1"),
    ("C06", "clash", f"# {SPDX}: SSPL-1.0"),
    ("C07", "key", "-----BEGIN PRIVATE KEY-----"),
    ("C07", "assigned", "password = 'S0mmer-2026'"),
    ("C08", "email", "# birgit@gruenhafen.de"),
    ("C08", "iban", "# DE02 1203 0000 0000 2020 51"),
    ("C08", "phone", "# call 0421 1234567"),
    ("C08", "organisation", "# of Molenkopf"),
]


@settings(max_examples=30, deadline=None)
@given(
    before=st.lists(st.sampled_from(["", "a = 1", "# words", "\tb"]), max_size=9),
    patch=st.integers(1, 200),
    bad=st.sampled_from(BAD),
)
def test_finding_names_patch_file_and_line(
    before: list[str], patch: int, bad: tuple[str, str, str]
) -> None:
    name, code, text = bad
    body = "\n".join([*before, text])
    about = Subject(
        lines=lines(body, "src/quay.py", patch),
        files={"src/quay.py": File("src/quay.py", patch, is_new=True)},
        texts={"src/quay.py": body}.get,
        licence="AGPL-3.0-or-later",
        names=Names(organisations=frozenset({("molenkopf",)})),
    )
    line = None if name == "C05" else len(before) + 1
    assert [(each.code, each.place) for each in CHECKS[name].run(about)] == [
        (code, Place(patch, "src/quay.py", line))
    ]


class Counted:
    """Gives the texts of files and counts how often it is asked."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts, self.asked = texts, dict.fromkeys(texts, 0)

    def __call__(self, path: str) -> str | None:
        """Return a file's text."""
        self.asked[path] = self.asked.get(path, 0) + 1
        return self.texts.get(path)


@pytest.mark.parametrize("name", [*CHECKS])
def test_each_check_asks_for_a_file_a_few_times_alone(name: str) -> None:
    files = {f"src/quay{number}.py": f"# {SPDX}: MIT\nx = 1\n" for number in range(200)}
    texts = Counted(files)
    _run(CHECKS[name], subject(files, texts=texts, licence="MIT"))
    assert {path: n for path, n in texts.asked.items() if path in files and n > 2} == {}


class CountedLines(list[Line]):
    """Lines that count how many of them were read."""

    had = 0

    def __iter__(self) -> Iterator[Line]:
        for each in super().__iter__():
            self.had += 1
            yield each


@pytest.mark.parametrize("name", ["C07", "C08"])
def test_patch_of_five_megabytes_is_walked_through_once(name: str) -> None:
    text = "x = 1  # some words of a line that is as long as lines are, and says so"
    added = CountedLines(lines("\n".join([text] * (5_000_000 // len(text)))))
    _run(CHECKS[name], Subject(lines=added))
    assert added.had == len(added)


@pytest.mark.parametrize(
    ("name", "text"),
    [("C07", "password = 'S0mmer-2026'"), ("C08", "birgit@gruenhafen.de")],
)
def test_looking_ends_where_no_more_is_kept(name: str, text: str) -> None:
    added = CountedLines(lines("\n".join([text] * 5000)))
    found = _run(CHECKS[name], Subject(lines=added)) or ()
    assert (len(found), added.had) == (MOST + 1, MOST + 1)


@given(values=st.lists(st.text(max_size=30), min_size=3, max_size=3), body=TEXTS)
def test_words_of_findings_are_filled_with_any_facts(values: list[str], body: str) -> None:
    facts: dict[str, Any] = dict(zip(("theirs", "ours", "table"), values, strict=True))
    facts |= {"size": body, "day": body}
    texts = [str(text) for check in CHECKS.values() for text in check.texts.values()]
    filled = [text % facts for text in texts]
    assert [text for text, said in zip(texts, filled, strict=True) if not said] == []
