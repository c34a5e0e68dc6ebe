# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever lies may send anything: the program says FAIL in its own lines, and never stumbles."""

import io
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.sdk import Core
from tresen_licensing import hooks
from tresen_licensing.bundles import packing, signing, verify

KEY = signing.key_from("secret")
PLAIN: dict[str, bytes] = {
    "contribution.json": b'{"change_sets": [], "state": "draft"}',
    "deployments.json": b'{"announced": [], "deployments": []}',
    "CHAIN": b"",
}
DEEP = b"[" * 100_000
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
TOLD = ("state", "clock", "change_sets", "embargoed_until", "embargo_days", "waivers")
SAID = ("announced", "deployments")
Program = Callable[..., tuple[int, list[str], bytes]]


def zipped(
    files: list[tuple[str, bytes]], method: int = zipfile.ZIP_STORED, count: int = 1
) -> bytes:
    """Return a zip as no bundle is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, body in files * count:
            made.writestr(name, body)
    return out.getvalue()


def spoilt(body: bytes, signature: bytes, offset: int, value: int) -> bytes:
    """Return a zip with another number of two bytes in the first of such records."""
    place = body.index(signature) + offset
    return body[:place] + struct.pack("<H", value) + body[place + 2 :]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Return a function that runs the program where nothing is installed: status, lines, errors."""

    def go(body: bytes, *words: str, **files: bytes) -> tuple[int, list[str], bytes]:
        for name, each in {"proof.zip": body, **files}.items():
            (tmp_path / name).write_bytes(each)
        command = [sys.executable, "-I", "-S", verify.__file__, "proof.zip", *words]
        done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, check=False)
        return done.returncode, done.stdout.decode().splitlines(), done.stderr

    return go


def only(body: bytes, signer: bytes | None = None) -> str:
    """Return the one line on what is no bundle at all."""
    lines, holds = verify.verified(body, signer)
    assert (len(lines), holds) == (1, False)
    return lines[0]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_fail() -> None:
    body = packing.closed(PLAIN, KEY)
    files = [*verify.Bundle(body).files.items()]
    lines, holds = verify.verified(zipped([("CHAIN", b"the other one"), *files]))
    assert (holds, lines[0][:4], lines[1].strip()) == (False, "FAIL", "the file itself was changed")


def test_bundle_without_its_key_is_none() -> None:
    files = verify.Bundle(packing.closed(PLAIN, KEY)).files
    del files["signer.pub"]
    assert only(verify.packed(files)) == "FAIL     KeyError: 'signer.pub'"


@pytest.mark.parametrize(
    ("missing", "numbers"),
    [("contribution.json", 10), ("deployments.json", 3)],
)
def test_bundle_that_says_nothing_promises_nothing(missing: str, numbers: int) -> None:
    files = {name: body for name, body in PLAIN.items() if name != missing}
    lines, holds = verify.verified(packing.closed(files, KEY))
    told = [line for line in lines if "TypeError: 'NoneType' object" in line]
    assert (holds, len(told)) == (False, numbers)


@pytest.mark.parametrize("missing", ["CHAIN", "dco.csv", "MANIFEST.sha512", "MANIFEST.sig"])
def test_file_that_a_promise_needs_fails_it(missing: str) -> None:
    files = verify.Bundle(packing.closed(PLAIN, KEY)).files | {"dco.csv": b"version\n"}
    files["contribution.json"] = b'{"change_sets": [], "state": "ready"}'
    del files[missing]
    lines, holds = verify.verified(verify.packed(files))
    assert (holds, f"         KeyError: '{missing}'" in lines) == (False, True)


@pytest.mark.parametrize("body", [b"", b"no json", b"\xff", b'{"a": ', DEEP, b"9" * 5000])
@pytest.mark.parametrize("name", ["contribution.json", "deployments.json"])
def test_what_is_no_json_is_a_line(name: str, body: bytes) -> None:
    line = only(packing.closed(PLAIN | {name: body}, KEY))
    assert (line[:9], line.count("\n")) == ("FAIL     ", 0)


@pytest.mark.parametrize("told", ["null", "[]", "7", '"x"', "{}", '{"change_sets": 3}'])
def test_document_of_another_shape_fails(told: str) -> None:
    files = PLAIN | {"contribution.json": told.encode(), "deployments.json": told.encode()}
    assert verify.verified(packing.closed(files, KEY))[1] is False


@settings(max_examples=30, deadline=None)
@given(
    told=st.fixed_dictionaries(dict.fromkeys(TOLD, VALUES)),
    said=st.fixed_dictionaries(dict.fromkeys(SAID, VALUES)),
    files=st.dictionaries(st.sampled_from(["CHAIN", "dco.csv", "source.tar"]), st.binary()),
)
def test_no_document_makes_it_stumble(
    told: dict[str, Any], said: dict[str, Any], files: dict[str, bytes]
) -> None:
    documents = {"contribution.json": told, "deployments.json": said}
    bodies = {name: json.dumps(each).encode() for name, each in documents.items()}
    lines, _holds = verify.verified(packing.closed(PLAIN | files | bodies, KEY))
    titles = [line for line in lines if line[:4] in ("PASS", "FAIL")]
    assert len(titles) == len(verify.CHECKS)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.none() | st.binary(max_size=80))
def test_no_bytes_make_it_stumble(body: bytes, signer: bytes | None) -> None:
    assert only(body, signer)[:9] == "FAIL     "


def test_number_beyond_every_calendar_is_a_finding() -> None:
    clock = {"started_on": "2026-03-10"}
    told = {"embargoed_until": "2026-03-11", "embargo_days": 10**12, "clock": clock}
    made = verify.Bundle(
        packing.closed(PLAIN | {"contribution.json": json.dumps(told).encode()}, KEY)
    )
    (found,) = verify.faults_of(verify.embargoed, made)
    assert found.partition(":")[0] == "OverflowError"


def test_cell_beyond_every_table_is_a_finding() -> None:
    lines = b"version,position,author,aliases,signed_off\n1,1," + b"a" * 200_000 + b",,\n"
    told = b'{"change_sets": [], "state": "ready"}'
    files = PLAIN | {"dco.csv": lines, "contribution.json": told}
    (found,) = verify.faults_of(verify.signed_off, verify.Bundle(packing.closed(files, KEY)))
    assert found.partition(":")[0] == "Error"


def test_folders_beyond_every_depth_are_a_finding() -> None:
    out = io.BytesIO()
    with verify.tarfile.open(fileobj=out, mode="w") as made:
        made.addfile(verify.tarfile.TarInfo("a/" * 50_000 + "b"))
    told = b'{"change_sets": [{"archive_sha512": "", "tree": ""}]}'
    files = PLAIN | {"source.tar": out.getvalue(), "contribution.json": told}
    (found,) = verify.faults_of(verify.source, verify.Bundle(packing.closed(files, KEY)))
    assert found.partition(":")[0] == "RecursionError"


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_small_file_does_not_become_a_huge_one(method: int) -> None:
    huge = [("huge", bytes(5_000_000)), *PLAIN.items()]
    assert only(zipped(huge, method)) == (
        "FAIL     ValueError: the files are larger than the file that holds them"
    )


@pytest.mark.parametrize(
    ("signature", "offset", "value", "error"),
    [
        # A password, a way to compress that there is not, and a version to come.
        (b"PK\1\2", 8, 1, "RuntimeError"),
        (b"PK\1\2", 10, 97, "NotImplementedError"),
        (b"PK\1\2", 6, 99, "NotImplementedError"),
        (b"PK\3\4", 26, 3, "BadZipFile"),
        (b"PK\5\6", 12, 9, "BadZipFile"),
    ],
)
def test_zip_that_cannot_be_read_is_a_line(
    signature: bytes, offset: int, value: int, error: str
) -> None:
    line = only(spoilt(packing.closed(PLAIN, KEY), signature, offset, value))
    assert line.partition(":")[0] == f"FAIL     {error}"


@pytest.mark.parametrize("name", ["x" * 60_000, "../" * 50 + "etc/passwd", "C:\\x", "a\0b", ""])
def test_name_of_any_kind_is_one_more_file(name: str, tmp_path: Path) -> None:
    files = verify.Bundle(packing.closed(PLAIN, KEY)).files | {name: b"Trust us."}
    lines, holds = verify.verified(verify.packed(files))
    assert (holds, lines[0][:4] in ("PASS", "FAIL"), [*tmp_path.iterdir()]) == (False, True, [])


@pytest.mark.parametrize(
    "name", ["x\nPASS  1  All is well.", "x\r", "x\x1b[2J", "\u2028", "\u202egpj", "\x85"]
)
def test_no_name_looks_like_a_line_of_ours(name: str) -> None:
    files = verify.Bundle(packing.closed(PLAIN, KEY)).files | {name: b"Trust us."}
    lines, _holds = verify.verified(verify.packed(files))
    shown = f"         {name.encode('unicode_escape').decode()}"
    odd = [line for line in lines if not line.isprintable()]
    assert (lines.count(shown), odd) == (1, [])


def test_half_a_character_is_printed_all_the_same(program: Program) -> None:
    told = b'{"change_sets": [], "clock": {"started_on": "\\ud800\\n"}, "state": "draft"}'
    status, lines, errors = program(packing.closed(PLAIN | {"contribution.json": told}, KEY))
    assert (status, lines.count("         \\ud800\\n instead of None"), errors) == (1, 1, b"")


@pytest.mark.parametrize("body", [b"", b"PK\5\6", b"no zip", zipped([]), zipped([("x", DEEP)])])
def test_program_alone_says_so_in_a_line(program: Program, body: bytes) -> None:
    status, lines, errors = program(body)
    assert (status, len(lines), lines[0][:9], errors) == (1, 1, "FAIL     ", b"")


def test_program_alone_does_not_stumble_over_a_password(program: Program) -> None:
    body = spoilt(packing.closed(PLAIN, KEY), b"PK\1\2", 8, 1)
    status, lines, errors = program(body)
    assert (status, lines[0][:22], errors) == (1, "FAIL     RuntimeError:", b"")


@pytest.mark.parametrize(
    ("key", "status"), [(signing.public_line(KEY), 1), (b"", 1), (b"ssh-ed25519 ?", 1)]
)
def test_program_alone_takes_any_key(program: Program, key: bytes, status: int) -> None:
    told = program(packing.closed(PLAIN, KEY), "--signer", "key.pub", **{"key.pub": key})
    assert (told[0], told[2]) == (status, b"")


@pytest.mark.parametrize("words", [["--signer", "none.pub"], ["--signer", "."], ["--unknown"]])
def test_program_alone_says_what_it_was_not_given(program: Program, words: list[str]) -> None:
    status, lines, errors = program(packing.closed(PLAIN, KEY), *words)
    assert (status, lines, errors.count(b"verify.py: error: ")) == (2, [], 1)


@pytest.mark.parametrize("body", [b"no zip", zipped([("x", bytes(10**6))], zipfile.ZIP_DEFLATED)])
def test_command_says_so_in_a_line(core: Core, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "proof.zip").write_bytes(body)
    _source, contrib, _advisories = hooks.cli_commands()
    words = ["verify", str(tmp_path / "proof.zip")]
    found = CliRunner().invoke(contrib, words, obj=lambda: core)
    assert (found.exit_code, found.stdout.count("\n"), found.stdout[:9]) == (1, 1, "FAIL     ")


@pytest.mark.usefixtures("change")
def test_command_says_where_it_cannot_write(core: Core, development: Any, tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "proof.zip"
    _source, contrib, _advisories = hooks.cli_commands()
    words = ["bundle", development.reference, "--out", str(path)]
    found = CliRunner().invoke(contrib, words, obj=lambda: core)
    assert (found.exit_code, found.stderr.count(str(path)), found.stderr.count("\n")) == (2, 1, 1)
