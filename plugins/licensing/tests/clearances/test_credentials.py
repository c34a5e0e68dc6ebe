# SPDX-License-Identifier: AGPL-3.0-or-later
"""Passwords, keys and tokens are found; placeholders and what only looks alike are not."""

import base64
import random
import re
import string

import pytest
from clearances.conftest import codes, found, lines, subject
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen_licensing.clearances.checks.credentials import SECRETS, entropy, is_key_file
from tresen_licensing.clearances.checks.records import Subject, TouchedFile

# Put together, so that no look through this repository finds them.
TOKENS = [
    "AKIA" + "J5QTHX7LB2ZMN4RW",
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "a1B2" * 10,
    "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "xoxb-" + "1234567890",
    "sk_live_" + "a1B2c3D4e5F6g7H8",
    "AIza" + "a1B2c" * 7,
    "npm_" + "a1B2" * 9,
    "hf_" + "aB" * 17,
    "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxMjM0In0" + ".abcdefghijk",
]


def kinds(text: str, path: str = "src/quay.py") -> list[str]:
    """Return the codes of what is found in a text."""
    return codes("C07", Subject(lines=lines(text, path)))


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("around", ["{}", 'call("{}")', "# {} was here"])
def test_tokens_are_known_by_their_form(token: str, around: str) -> None:
    assert kinds(around.format(token))[0] == "token"


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ('password = "S0mmer-2026"', "src/a.py", ["assigned"]),
        ("PASSWORD: 'S0mmer-2026'", "a.yml", ["assigned"]),
        ('"api_key": "4711-0815-x"', "a.json", ["assigned"]),
        ("kennwort=Sommer2026", "a.ini", ["assigned"]),
        ("secret_key: hunter22", "a.yaml", []),
        ("DB_PASSWORD=hunter22", ".env.sample", ["assigned"]),
        ("client-secret => 'abc123xyz'", "a.rb", ["assigned"]),
        ('password = ""', "src/a.py", []),
        ('password = "changeme"', "src/a.py", []),
        ('password = "your-password"', "src/a.py", []),
        ('password = "<secret>"', "src/a.py", []),
        ("password = form.password.data", "src/a.py", []),
        ('password = "${DB_PASSWORD}"', "a.yml", []),
        ("password: {{ vault.word }}", "a.yml", []),
        ("token = make_token(16)", "a.cfg", []),
        ('msgstr "Password: hidden2"', "locale/de/a.po", []),
        ("postgres://app:S0mmer26@db/app", "a.py", ["address"]),
        ("postgres://app:${WORD}@db/app", "a.py", []),
        ("https://forge.example/quay", "a.py", []),
        ("-----BEGIN " + "RSA PRIVATE KEY-----", "a.txt", ["key"]),
        ("-----BEGIN " + "OPENSSH PRIVATE KEY-----", "a.txt", ["key"]),
        ("-----BEGIN CERTIFICATE-----", "a.txt", []),
        ("0123456789abcdef0123456789abcdef01234567", "a.txt", []),
        ("sha512-" + "Zm9vYmFyMTIzNDU2Nzg5MFFXRVJUWlVJT1A=", "package-lock.json", []),
        ("theLongNameOfAFunctionInJava8Code", "a.java", []),
        ("/srv/data/harbour/quays2026/Berths7", "a.py", []),
    ],
)
def test_values_are_told_from_placeholders(text: str, path: str, expected: list[str]) -> None:
    assert kinds(text, path) == expected


def test_password_in_the_words_of_a_patch_is_found() -> None:
    assert kinds("Their password: S0mmer-2026", "") == ["assigned"]


@given(st.integers(0, 2**32))
def test_random_keys_are_found(seed: int) -> None:
    drawn = random.Random(seed)
    key = "".join(drawn.choices(string.ascii_letters + string.digits, k=44))
    is_mixed = sum(map(str.isdigit, key)) >= 2 and entropy(key) >= 3.8
    wordlike = any(key[at : at + 6].islower() or key[at : at + 6].isupper() for at in range(39))
    in_runs = sum(map(len, re.findall("[a-z]{3,}", key)))
    wordlike = wordlike or in_runs > 0.4 * len(key)
    found = kinds(f'call("{key}")')
    assert found == (["random"] if is_mixed and not wordlike else found)


@given(st.text(string.ascii_lowercase + " _.", max_size=200))
def test_words_in_small_letters_are_no_keys(text: str) -> None:
    assert kinds(text) == []


def test_key_of_bytes_is_found_in_base64() -> None:
    key = base64.b64encode(bytes(range(7, 250, 6))).decode()
    assert kinds(f"value {key}") == ["random"]


@pytest.mark.parametrize(
    ("path", "is_found"),
    [
        (".env", True),
        ("deploy/.env.production", True),
        ("deploy/.env.example", False),
        ("certificates/server.PEM", True),
        ("id_ed25519", True),
        ("id_ed25519.pub", False),
        ("settings/secrets.yml", True),
        ("src/secrets.py", False),
        ("src/keys.py", False),
    ],
)
def test_files_of_keys_are_known_by_name(path: str, is_found: bool) -> None:
    about = subject({path: ""})
    assert (is_key_file(path), "file" in codes("C07", about)) == (is_found, is_found)


def test_file_of_keys_that_goes_is_no_finding() -> None:
    gone = {".env": TouchedFile(".env", 1, is_gone=True)}
    assert codes("C07", Subject(files=gone)) == []


def test_finding_repeats_nothing_of_the_secret() -> None:
    word = "S0mmer-2026"
    (one,) = found("C07", Subject(lines=lines(f'password = "{word}"')))
    text = f"{SECRETS.texts[one.code]} {dict(one.facts)}"
    assert (word in text, one.place.line) == (False, 1)


@settings(deadline=None, max_examples=3)
@given(st.sampled_from(["a", "A1", "password=", "://a:", "eyJ", "-----BEGIN ", "ab/+=", "AKIA"]))
def test_line_of_megabytes_is_read_once(piece: str) -> None:
    assert len(kinds(piece * (1_000_000 // len(piece)))) <= 2
