# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a file is, told by its path: a test, an entry of a list of changes, a file of keys."""

import pytest
from clearances.conftest import codes, lines, subject
from hypothesis import given
from hypothesis import strategies as st
from tresen_licensing.clearances.checks.contents import NOTED
from tresen_licensing.clearances.checks.credentials import is_key_file
from tresen_licensing.clearances.checks.headers import says_licence
from tresen_licensing.clearances.checks.records import Subject, TouchedFile
from tresen_licensing.developments import states

TESTS = [
    "test/quay.rb",
    "tests/test_quay.py",
    "core/tests/flows/test_quay.py",
    "Tests/QuayTest.swift",
    "spec/models/quay_spec.rb",
    "specs/quay.js",
    "src/__tests__/quay.jsx",
    "web/quay.test.ts",
    "web/quay.spec.js",
    "web/quay-test.js",
    "pkg/quay_test.go",
    "test_quay.py",
    "src/quay_tests.rs",
]
NO_TESTS = [
    "src/quay.py",
    "src/contest/quay.py",
    "src/latest.py",
    "docs/testing.md",
    "src/attestation.go",
    "protests/quay.py",
    "src/inspect/quay.py",
]
NOTES = [
    "changes/7.feature.md",
    "core/changes/7.md",
    "changelog.d/7.fixed.rst",
    "changelogs/unreleased/7.yml",
    "newsfragments/7.bugfix",
    "news/7.txt",
    ".changeset/brave-quays.md",
    "CHANGES",
    "CHANGES.md",
    "CHANGELOG.rst",
    "changelog",
    "NEWS",
    "HISTORY.md",
    "docs/releases.md",
    "debian/changelog",
    "plugins/quay/tresen_quay/CHANGES.md",
]
NO_NOTES = [
    "src/changes.py/quay.py",
    "docs/newsletter.md",
    "src/exchange.py",
    "docs/historical.md",
    "src/release_train.py",
]
KEY_FILES = [
    ".env",
    "deploy/.env",
    ".env.local",
    "production.env",
    ".netrc",
    "home/.pypirc",
    ".npmrc",
    "www/.htpasswd",
    ".pgpass",
    "tls/server.key",
    "tls/server.pem",
    "TLS/SERVER.PEM",
    "a.p12",
    "a.pfx",
    "a.jks",
    "app.keystore",
    "words.kdbx",
    "id_rsa",
    "id_rsa.old",
    "keys/id_ed25519",
    "keys/id_ecdsa",
    ".aws/credentials",
    "credentials.json",
    "secrets.yaml",
    "secrets.toml",
]
NO_KEY_FILES = [
    ".env.example",
    ".env.sample",
    ".env.template",
    ".env.dist",
    "id_rsa.pub",
    "id_ed25519.pub",
    "secrets.py",
    "src/environment.py",
    "src/keys.py",
    "docs/credentials.md",
    "src/monkey.c",
    "envelope.txt",
]
FREE = [
    "LICENSE",
    "LICENSE.md",
    "LICENSE-MIT",
    "LICENCE.txt",
    "COPYING",
    "COPYING.LESSER",
    "UNLICENSE",
    "LICENSES/MIT.txt",
    "REUSE.toml",
    "deep/REUSE.toml",
    "picture.png.license",
    "bom.spdx",
]
NOT_FREE = ["licensing.py", "src/license.py", "docs/LICENSES.md", "src/LICENSES/a.py", "reuse.py"]


@pytest.mark.parametrize("path", TESTS)
def test_tests_are_known_by_their_path(path: str) -> None:
    assert codes("C10", Subject(lines=lines("x", path), kind=states.FIX)) == []


@pytest.mark.parametrize("path", NO_TESTS)
def test_what_only_sounds_like_a_test_is_none(path: str) -> None:
    assert codes("C10", Subject(lines=lines("x", path), kind=states.FIX)) == ["untested"]


@pytest.mark.parametrize("path", TESTS)
def test_test_that_only_goes_is_no_test(path: str) -> None:
    gone = {path: TouchedFile(path, 1, is_gone=True)}
    assert codes("C10", Subject(files=gone, kind=states.FIX)) == ["untested"]


@pytest.mark.parametrize("kind", [*states.KINDS])
def test_words_and_settings_need_no_tests(kind: str) -> None:
    free = {states.TRANSLATION, states.DOCUMENTATION, states.CONFIGURATION, states.TEMPLATE}
    assert codes("C10", Subject(kind=kind)) == ([] if kind in free else ["untested"])


@pytest.mark.parametrize("path", NOTES)
def test_entries_of_a_list_of_changes_are_known(path: str) -> None:
    assert codes("C11", subject({path: "x"}, exists=lambda _path: True)) == []


@pytest.mark.parametrize("path", NO_NOTES)
def test_what_only_sounds_like_an_entry_is_none(path: str) -> None:
    assert codes("C11", subject({path: "x"}, exists=lambda _path: True)) == ["unnoted"]


@pytest.mark.parametrize("path", ["changes", "changelog.d", "CHANGELOG.md", "NEWS", ".changeset"])
def test_project_with_a_list_of_changes_is_known(path: str) -> None:
    about = subject({"src/quay.py": "x"}, exists=lambda wanted: wanted == path)
    assert NOTED.applies(about) is True


@pytest.mark.parametrize("path", KEY_FILES)
def test_files_of_keys_are_known(path: str) -> None:
    assert (is_key_file(path), codes("C07", subject({path: ""}))) == (True, ["file"])


@pytest.mark.parametrize("path", NO_KEY_FILES)
def test_samples_and_public_halves_are_no_files_of_keys(path: str) -> None:
    assert (is_key_file(path), codes("C07", subject({path: ""}))) == (False, [])


@pytest.mark.parametrize("path", FREE)
def test_texts_of_licences_need_no_header(path: str) -> None:
    assert codes("C05", subject({path: "x", "LICENSES": ""})) == []


@pytest.mark.parametrize("path", NOT_FREE)
def test_what_only_sounds_like_a_licence_needs_one(path: str) -> None:
    assert codes("C05", subject({path: "x"}, exists=lambda _path: True)) == ["new"]


@given(st.text("abc/._-", min_size=1, max_size=30).filter(lambda path: path.strip("/.")))
def test_any_path_is_judged(path: str) -> None:
    about = subject({path: "x"})
    found = [codes(name, about) for name in ("C05", "C07", "C10", "C11", "C12", "C13")]
    assert len(found) == 6


@pytest.mark.parametrize(
    ("glob", "path", "is_covered"),
    [
        ("a.png", "a.png", True),
        ("a.png", "b.png", False),
        ("*.png", "a.png", True),
        ("*.png", "docs/a.png", False),
        ("docs/*", "docs/a.png", True),
        ("docs/*", "docs/deep/a.png", False),
        ("docs/**", "docs/deep/a.png", True),
        ("**/a.png", "docs/deep/a.png", True),
        ("**", "anything/at/all", True),
        ("docs/*.p*g", "docs/a.png", True),
        ("docs/a.p?g", "docs/a.png", False),
        ("docs/a+(b).png", "docs/a+(b).png", True),
        ("[a].png", "a.png", False),
    ],
)
def test_globs_of_reuse_are_read(glob: str, path: str, is_covered: bool) -> None:
    key = "SPDX-License-" + "Identifier"
    toml = f"version = 1\n[[annotations]]\npath = '{glob}'\n{key} = 'MIT'\n"
    about = subject({path: "x", "REUSE.toml": toml})
    assert says_licence(about, about.files[path]) is is_covered


@pytest.mark.parametrize(
    "toml",
    [
        "",
        "version = 1\n",
        "annotations = 1\n",
        "annotations = [1, 2]\n",
        "[annotations]\npath = 'a.py'\n",
        "[[annotations]]\npath = 'a.py'\n",
        "[[annotations]]\npath = []\n",
        "[[annotations",
    ],
)
def test_other_annotations_cover_nothing(toml: str) -> None:
    about = subject({"a.py": "x", "REUSE.toml": toml})
    assert says_licence(about, about.files["a.py"]) is False


def test_file_that_is_not_known_is_not_judged() -> None:
    touched = TouchedFile("a.py", 1)
    about = subject({}, files={"a.py": touched}, texts=lambda _path: None)
    assert says_licence(about, touched) is None
