# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same source gives the same bytes; any difference in it another fingerprint."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tresen_licensing.sources import archives
from tresen_licensing.sources.contents import Contents
from tresen_licensing.sources.distributions import Running

Install = Callable[..., Running]
ROOT = "tresen-kettle-2.1"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Return three files by the names that they have in an archive."""
    folder = tmp_path / "files"
    folder.mkdir()
    found = {name: folder / name.replace("/", "_") for name in ("b.py", "a/z.py", "größe.txt")}
    for name, file in found.items():
        file.write_text(name)
    return found


@pytest.fixture
def one(install: Install) -> Running:
    """Return the distribution that is packed."""
    return install()


def opened(body: bytes) -> tarfile.TarFile:
    return tarfile.open(fileobj=io.BytesIO(body), mode="r:gz")


def packed(one: Running, files: dict[str, Path], **more: tuple[str, ...]) -> bytes:
    return archives.packed(one, Contents(files, "4cf5", (), **more))


def test_archive_holds_the_files_below_one_folder(one: Running, files: dict[str, Path]) -> None:
    with opened(packed(one, files)) as tar:
        read = {each.name: tar.extractfile(each).read().decode() for each in tar if each.isfile()}  # type: ignore[union-attr]  # they are files
    del read[f"{ROOT}/SOURCE.json"]
    assert read == {f"{ROOT}/{name}": name for name in files}


def test_archive_says_what_is_known_of_the_source(one: Running, files: dict[str, Path]) -> None:
    body = archives.packed(one, Contents(files, "4cf5", ("b.py",), (".env",)))
    with opened(body) as tar:
        card = json.load(tar.extractfile(f"{ROOT}/SOURCE.json"))  # type: ignore[arg-type]  # it is a file
    assert card == {
        "name": "tresen-kettle",
        "version": "2.1",
        "licence": "AGPL-3.0-or-later",
        "source_url": "https://forge.example/kettle",
        "commit": "4cf5",
        "state": "unmodified",
        "differing": ["b.py"],
        "left_out": [".env"],
    }


def test_names_are_sorted_and_nobody_owns_them(one: Running, files: dict[str, Path]) -> None:
    with opened(packed(one, files)) as tar:
        entries = tar.getmembers()
    names = [each.name for each in entries[1:]]
    owners = {(each.uid, each.gid, each.uname, each.gname, each.mtime) for each in entries}
    assert (names, owners) == (sorted(names), {(0, 0, "", "", archives.MOMENT)})


def test_moment_is_the_first_of_january_1980() -> None:
    assert archives.MOMENT == 10 * 365 * 86_400 + 2 * 86_400


def test_same_files_give_the_same_bytes_whenever_they_were_written(
    one: Running, files: dict[str, Path]
) -> None:
    before = packed(one, files)
    for moment, file in enumerate(files.values()):
        os.utime(file, (moment, moment))
    assert packed(one, dict(reversed(files.items()))) == before


def test_head_of_the_archive_tells_neither_a_moment_nor_a_name(
    one: Running, files: dict[str, Path]
) -> None:
    # RFC 1952: flags in the fourth byte, the moment in the four that follow.
    assert packed(one, files)[3:8] == bytes(5)


def test_file_that_can_be_run_stays_one(one: Running, files: dict[str, Path]) -> None:
    files["b.py"].chmod(0o700)
    with opened(packed(one, files)) as tar:
        modes = [oct(tar.getmember(f"{ROOT}/{name}").mode) for name in ("b.py", "a/z.py")]
    assert modes == ["0o755", "0o644"]


def test_name_of_an_archive_has_the_version() -> None:
    assert archives.file_name("tresen-kettle", "2.1") == "tresen-kettle-2.1.tar.gz"


def test_hash_is_the_sha_512_of_the_bytes() -> None:
    assert archives.sha512(b"tea") == hashlib.sha512(b"tea").hexdigest()


def test_fingerprint_does_not_change_by_itself(one: Running, files: dict[str, Path]) -> None:
    first, second = (archives.fingerprint(one, Contents(files, "", ())) for _time in range(2))
    assert (first == second, len(first)) == (True, 128)


def test_fingerprint_tells_an_edited_file(one: Running, files: dict[str, Path]) -> None:
    before = archives.fingerprint(one, Contents(files, "", ()))
    files["b.py"].write_text("edited")
    assert archives.fingerprint(one, Contents(files, "", ())) != before


def test_fingerprint_tells_a_renamed_file(one: Running, files: dict[str, Path]) -> None:
    renamed = {("c.py" if name == "b.py" else name): file for name, file in files.items()}
    prints = {archives.fingerprint(one, Contents(each, "", ())) for each in (files, renamed)}
    assert len(prints) == 2


def test_fingerprint_tells_a_file_that_can_be_run_now(one: Running, files: dict[str, Path]) -> None:
    before = archives.fingerprint(one, Contents(files, "", ()))
    files["b.py"].chmod(0o755)
    assert archives.fingerprint(one, Contents(files, "", ())) != before


@pytest.mark.parametrize(
    "other",
    [
        {"commit": "4cf6", "differing": (), "left_out": ()},
        {"commit": "4cf5", "differing": ("b.py",), "left_out": ()},
        {"commit": "4cf5", "differing": (), "left_out": (".env",)},
    ],
    ids=str,
)
def test_fingerprint_tells_what_is_known_of_the_source(
    one: Running, files: dict[str, Path], other: dict[str, object]
) -> None:
    known = Contents(files, "4cf5", (), ())
    told = Contents(files, **other)  # type: ignore[arg-type]  # as the dataclass takes them
    assert archives.fingerprint(one, known) != archives.fingerprint(one, told)
