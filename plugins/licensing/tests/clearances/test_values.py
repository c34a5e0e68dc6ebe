# SPDX-License-Identifier: AGPL-3.0-or-later
"""Passwords as people write them down, in many languages and files; and what is none."""

import pytest
from clearances.conftest import codes, lines
from hypothesis import given
from hypothesis import strategies as st
from tresen_licensing.clearances.checks.credentials import entropy
from tresen_licensing.clearances.checks.records import Subject

WORD = "S0mmer-2026"
# File and line, in which {} stands for the password.
WRITTEN = [
    ("a.py", "password = '{}'"),
    ("a.py", 'PASSWORD = "{}"'),
    ("a.py", "db_password='{}'"),
    ("a.py", "self.password = b'{}'"),
    ("a.py", "connect(user='app', password='{}')"),
    ("a.py", "{{'password': '{}'}}"),
    ("a.py", "os.environ['TOKEN'] = ''; token = '{}'"),
    ("a.js", 'const apiKey = "{}";'),
    ("a.js", "const api_key = '{}';"),
    ("a.ts", 'clientSecret: "{}", client_secret: "{}"'),
    ("a.rb", ":password => '{}'"),
    ("a.go", 'password := "{}"'),
    ("A.java", 'String password = "{}";'),
    ("a.php", "$passwd = '{}';"),
    ("a.cs", 'Passphrase = "{}"'),
    ("a.sql", "password = '{}'"),
    ("a.xml", 'password="{}"'),
    ("a.html", 'data-token="{}"'),
    ("a.json", '"password": "{}",'),
    ("a.json", '"access_key": "{}"'),
    ("a.json", '"private-key": "{}"'),
    ("a.yml", "password: {}"),
    ("a.yaml", "  password: '{}'"),
    ("a.yaml", "secret: {}  # of the test system"),
    ("a.toml", 'password = "{}"'),
    ("a.ini", "password = {}"),
    ("a.cfg", "password={}"),
    ("a.conf", "pwd={}"),
    ("a.properties", "db.password={}"),
    (".env.sample", "PASSWORD={}"),
    ("a.sh", "export PASSWORD={}"),
    ("a.service", "Environment=TOKEN={}"),
    ("a.md", "Their password: {}"),
    ("a.txt", "Passwort: {}"),
    ("a.txt", "Kennwort: {}"),
    ("notes", "secret: {}"),
    ("", "The password: {}"),
]
# What stands in code and in texts and is no password.
HARMLESS = [
    ("a.py", "password = None"),
    ("a.py", "password = ''"),
    ("a.py", "password = form.password.data"),
    ("a.py", "password = getpass('Password: ')"),
    ("a.py", "password=password"),
    ("a.py", "def check(password: str) -> bool:"),
    ("a.py", "password: str = ''"),
    ("a.py", "password = os.environ['PASSWORD']"),
    ("a.py", "password = 'changeme'"),
    ("a.py", "password = 'example-word'"),
    ("a.py", "password = '<password>'"),
    ("a.py", "password = '${PASSWORD}'"),
    ("a.py", "password = '%(password)s'"),
    ("a.py", "password = '{password}'"),
    ("a.py", "password = 'xxxxxxxx'"),
    ("a.py", "password = '********'"),
    ("a.py", "password = 'short'"),
    ("a.py", "raise Refused('The password: it is wrong')"),
    ("a.js", 'label: "Password"'),
    ("a.js", 'placeholder="Your password"'),
    ("a.yml", "password: ${PASSWORD}"),
    ("a.yml", "password: {{ vault.password }}"),
    ("a.yml", "password:"),
    ("a.yml", "password: <secret>"),
    ("a.ini", "password = changeme"),
    ("a.md", "Set `password` in the file."),
    ("a.md", "The token is sent by mail."),
    ("a.po", 'msgid "Password: %(word)s-2026"'),
    ("a.po", "msgstr \"password = 'S0mmer-2026'\""),
    ("a.txt", "secretary: somebody"),
    ("a.html", '<input type="password" name="password">'),
    ("", "Ask for the password first"),
]
ADDRESSES = [
    ("postgresql://app:{}@db/app", True),
    ("mysql+pymysql://app:{}@10.0.0.7:3306/app", True),
    ("redis://default:{}@cache:6379/0", True),
    ("https://app:{}@forge.example/quay.git", True),
    ("amqps://app:{}@queue/vhost", True),
    ("postgresql://app@db/app", False),
    ("postgresql://app:${{WORD}}@db/app", False),
    ("https://forge.example:8443/@quay", False),
    ("user:{} at host", False),
]
RANDOM = [
    ("value = '7Hq2mX9vKp4Zt8Rw3Yb6Nc1Ld5Js0Gf'", True),
    ("7Hq2mX9vKp4Zt8Rw3Yb6Nc1Ld5Js0Gf==", True),
    ("eW91J3JlIG5vdCA7c3VwcG9zZWQ9dG8/cmVhZDk5", True),
    ("sha256:7Hq2mX9vKp4Zt8Rw3Yb6Nc1Ld5Js0Gf", False),
    ("integrity: 7Hq2mX9vKp4Zt8Rw3Yb6Nc1Ld5Js0Gf", False),
    ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", False),
    ("aVeryLongNameOfAMethodThatTakes2Of3", False),
    ("/usr/share/doc/Package2/README7/Notes9", False),
    ("AAAAAAAAAAAAAAAAAAAAAAAA11aa", False),
    ("2026-11-30T03:14:15.000000Z/PT12H", False),
    ("7Hq2mX9vKp4Zt8Rw", False),
]


def kinds(path: str, text: str) -> list[str]:
    """Return the codes of what is found in a line of a file."""
    return codes("C07", Subject(lines=lines(text, path)))


@pytest.mark.parametrize(("path", "line"), WRITTEN)
def test_password_is_found_as_it_is_written(path: str, line: str) -> None:
    assert kinds(path, line.format(WORD, WORD)) == ["assigned"]


@pytest.mark.parametrize(("path", "line"), HARMLESS)
def test_harmless_lines_are_let_through(path: str, line: str) -> None:
    assert kinds(path, line) == []


@pytest.mark.parametrize(("line", "is_found"), ADDRESSES)
def test_password_in_an_address_is_found(line: str, is_found: bool) -> None:
    assert kinds("a.py", line.format(WORD)) == (["address"] if is_found else [])


@pytest.mark.parametrize(("line", "is_found"), RANDOM)
def test_random_texts_are_found(line: str, is_found: bool) -> None:
    assert kinds("a.py", line) == (["random"] if is_found else [])


@given(st.text(min_size=1, max_size=100))
def test_entropy_stays_within_its_bounds(text: str) -> None:
    found = entropy(text)
    assert -1e-9 <= found <= 7


@pytest.mark.parametrize(("text", "bits"), [("aaaa", 0), ("abab", 1), ("abcd", 2), ("a" * 99, 0)])
def test_entropy_counts_bits_for_each_character(text: str, bits: float) -> None:
    assert entropy(text) == pytest.approx(bits)


def test_each_kind_is_found_once_a_line() -> None:
    assert kinds("a.py", f"password = '{WORD}'; token = '{WORD}'") == ["assigned"]


def test_all_kinds_of_a_line_are_found() -> None:
    line = f"password = '{WORD}' # https://app:{WORD}@quay -----BEGIN " + "PRIVATE KEY-----"
    assert kinds("a.py", line) == ["key", "address", "assigned"]
