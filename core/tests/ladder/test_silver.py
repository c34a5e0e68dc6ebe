# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each rule of silver, broken alone: only this rule fails, and it names the place."""

from pathlib import Path

import pytest
from ladder.model import MANIFEST, added, edited, failed, report

CAPABLE = '[capabilities]\nnetwork = ["a.test"]\nmail = true\nfiles = true\nsubprocess = true\n'


def test_security_contact_must_be_named(tmp_path: Path) -> None:
    judged = report(tmp_path, edited("setup.cfg", "    Security =", "    Chat ="))
    assert failed(judged) == {"security_contact": ("Project-URL: Security",)}


def test_somebody_must_be_named(tmp_path: Path) -> None:
    judged = report(tmp_path, edited("setup.cfg", "author = Ada Adler, Bo Baum\n", ""))
    assert failed(judged) == {
        "maintainer": ("Author, Maintainer",),
        "second_maintainer": ("Maintainer",),
    }


def test_names_beside_addresses_count(tmp_path: Path) -> None:
    mailed = "author_email = Ada Adler <ada@tresen.test>, Bo Baum <bo@tresen.test>\n"
    judged = report(tmp_path, edited("setup.cfg", "author = Ada Adler, Bo Baum\n", mailed))
    assert failed(judged) == {}


@pytest.mark.parametrize(
    ("name", "old", "new", "wrong"),
    [
        ("setup.cfg", "forge.tresen.test/tap\n", "forge.example/tap\n", "Project-URL: .example"),
        ("setup.cfg", "tresen.test/tap/sec", "example.org/sec", "Project-URL: .example.org"),
        (
            *("README.md", "A cellar stays dry.", "Say here, in your own words, what it does for"),
            "",
        ),
    ],
)
def test_scaffold_must_be_gone(tmp_path: Path, name: str, old: str, new: str, wrong: str) -> None:
    changed = edited(name, old, f"{new} whom" if not wrong else new)
    found = failed(report(tmp_path, changed))
    assert list(found) == ["own_words"]
    assert found["own_words"][0].startswith(wrong or "README.md: Say here")


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("from tresen.tickets.models import Ticket", "tresen.tickets.models.Ticket"),
        ("import tresen.db", "tresen.db"),
        ("from tresen import app", "tresen.app"),
    ],
)
def test_import_past_the_front_door_is_named(tmp_path: Path, line: str, wrong: str) -> None:
    judged = report(tmp_path, added("more.py", f"{line}\n"))
    assert failed(judged) == {"front_door": (f"more.py:2 {wrong}",)}


@pytest.mark.parametrize(
    "line",
    ["from tresen.sdk import Desk", "from tresen.testing import factories", "from . import x"],
)
def test_front_door_is_open(tmp_path: Path, line: str) -> None:
    assert failed(report(tmp_path, added("more.py", f"{line}\n"))) == {}


USES = [
    ("import subprocess", "subprocess (subprocess)"),
    ("from subprocess import run", "subprocess.run (subprocess)"),
    ("from os import system", "os.system (subprocess)"),
    ("import socket", "socket (network)"),
    ("from urllib.request import urlopen", "urllib.request.urlopen (network)"),
    ("import httpx", "httpx (network)"),
    ("import smtplib", "smtplib (mail)"),
    ("import imaplib", "imaplib (mail)"),
    ("TEXT = open('x')", "open (files)"),
    ("import shutil", "shutil (files)"),
    ("TEXT = PATH.read_text()", "PATH.read_text (files)"),
]


@pytest.mark.parametrize(("line", "wrong"), USES)
def test_undeclared_capability_is_named(tmp_path: Path, line: str, wrong: str) -> None:
    judged = report(tmp_path, added("more.py", f"{line}\n"))
    assert failed(judged) == {"capabilities": (f"more.py:2 {wrong}",)}


@pytest.mark.parametrize("line", [line for line, _wrong in USES])
def test_declared_capability_passes(tmp_path: Path, line: str) -> None:
    manifest = edited("tresen_tap/plugin.toml", MANIFEST, MANIFEST + CAPABLE)
    assert failed(report(tmp_path, added("more.py", f"{line}\n") | manifest)) == {}


def test_names_that_only_begin_alike_are_no_capability(tmp_path: Path) -> None:
    text = "from tresen.sdk import Desk\n\nFOUND = open_ticket(Desk)\nimport socketry\n"
    assert failed(report(tmp_path, added("more.py", text))) == {}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("import pickle", "pickle"),
        ("from marshal import loads", "marshal.loads"),
        ("X = eval('1')", "eval"),
        ("exec('x = 1')", "exec"),
        ("X = __import__('os')", "__import__"),
    ],
)
def test_code_from_data_is_named(tmp_path: Path, line: str, wrong: str) -> None:
    manifest = edited("tresen_tap/plugin.toml", MANIFEST, MANIFEST + CAPABLE)
    judged = report(tmp_path, added("more.py", f"{line}\n") | manifest)
    assert failed(judged) == {"no_code_from_data": (f"more.py:2 {wrong}",)}


def test_compiling_an_expression_is_no_code(tmp_path: Path) -> None:
    assert failed(report(tmp_path, added("more.py", "import re\n\nX = re.compile('x')\n"))) == {}


@pytest.mark.parametrize(
    ("old", "new"), [("health_checks", "health"), ("@hookimpl\ndef h", "def h")]
)
def test_health_must_be_answered(tmp_path: Path, old: str, new: str) -> None:
    judged = report(tmp_path, edited("tresen_tap/hooks.py", old, new))
    assert failed(judged) == {"health_probe": ("health_checks",)}


def test_key_to_people_must_be_declared(tmp_path: Path) -> None:
    judged = report(tmp_path, edited("tresen_tap/plugin.toml", 'personal_data = ["name"]\n', ""))
    assert failed(judged) == {"personal_data": ("models.py:6",)}


@pytest.mark.parametrize(
    ("needs", "wrong"),
    [
        ("tresen>=0.1", "Requires-Dist: tresen"),
        ("flask", "Requires-Dist: tresen"),
        ("tresen>=0.2,<1", "plugin.toml: tested = 0.1"),
    ],
)
def test_range_must_end_and_hold_what_was_tested(tmp_path: Path, needs: str, wrong: str) -> None:
    judged = report(tmp_path, edited("setup.cfg", "tresen>=0.1,<1", needs))
    assert failed(judged) == {"tested_range": (wrong,)}


@pytest.mark.parametrize("needs", ["tresen~=0.1", "tresen==0.1", "tresen<=0.1"])
def test_range_may_end_in_any_way(tmp_path: Path, needs: str) -> None:
    assert failed(report(tmp_path, edited("setup.cfg", "tresen>=0.1,<1", needs))) == {}
