# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small distribution as pip leaves it, another that runs from a working copy, and what runs."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pytest
from dulwich import porcelain
from tresen.sdk import Core, Desk, desk_for, provenance_of
from tresen_licensing.sources import service
from tresen_licensing.sources.distributions import Running

CODE = b"ANSWER = 42\n"
PAGE = b"<p>hot</p>\n"
HEAD = (
    "Metadata-Version: 2.4\nName: tresen-kettle\nVersion: 2.1\n"
    "License-Expression: AGPL-3.0-or-later\n"
    "Project-URL: Source, https://forge.example/kettle\n"
)
AUTHOR = b"Ada <ada@forge.example>"

Install = Callable[..., Running]
Again = Callable[..., Running]
Look = Callable[..., int]


def recorded(path: str, body: bytes) -> str:
    """Return the line of RECORD, as the packaging specification writes it."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(body)}"


def write(file: Path, body: bytes) -> Path:
    """Write a file and the folders that it lies in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    return file


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that distributions are installed to; it lies outside the data folder."""
    return tmp_path_factory.mktemp("site-packages")


@pytest.fixture
def again(site: Path) -> Again:
    """Return a function that reads the installed distribution as it is at this moment."""

    def read(*, is_own: bool = True) -> Running:
        found = Distribution.at(site / "tresen_kettle-2.1.dist-info")
        return Running(found, provenance_of(found), is_own)

    return read


@pytest.fixture
def install(site: Path, again: Again) -> Install:
    """Return a function that installs the distribution, with further lines of metadata."""

    def make(*lines: str, is_own: bool = True, **direct: Any) -> Running:
        files = {"tresen_kettle/__init__.py": CODE, "tresen_kettle/templates/index.html": PAGE}
        for name, body in files.items():
            write(site / name, body)
        info = site / "tresen_kettle-2.1.dist-info"
        write(info / "METADATA", (HEAD + "".join(f"{line}\n" for line in lines)).encode())
        write(info / "INSTALLER", b"pip\n")
        if direct:
            write(info / "direct_url.json", json.dumps(direct).encode())
        rows = [recorded(name, body) for name, body in files.items()]
        rows += [f"{info.name}/{name},," for name in ("METADATA", "INSTALLER", "RECORD")]
        write(info / "RECORD", "\n".join(rows).encode())
        return again(is_own=is_own)

    return make


@pytest.fixture
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a working copy with one commit, in which a package lies below a project folder."""
    root = tmp_path_factory.mktemp("copy")
    write(root / "kettle" / "setup.cfg", b"[metadata]\nname = tresen-kettle\n")
    write(root / "kettle" / "kettle_of_tests" / "__init__.py", CODE)
    write(root / "README.md", b"# Kitchen\n")
    write(root / ".gitignore", b"*.pyc\nbuild/\n")
    files = [str(each) for each in root.rglob("*") if each.is_file()]
    porcelain.init(str(root))
    porcelain.add(str(root), files)
    porcelain.commit(str(root), message=b"Begin", author=AUTHOR, committer=AUTHOR)
    return root


@pytest.fixture
def in_place(copy: Path, site: Path, again: Again, monkeypatch: pytest.MonkeyPatch) -> Running:
    """Return the distribution that runs from the working copy."""
    monkeypatch.syspath_prepend(str(copy / "kettle"))
    info = site / "tresen_kettle-2.1.dist-info"
    direct = {"url": f"file://{copy / 'kettle'}", "dir_info": {"editable": True}}
    write(info / "METADATA", HEAD.encode())
    write(info / "direct_url.json", json.dumps(direct).encode())
    write(info / "top_level.txt", b"kettle_of_tests\n")
    write(info / "RECORD", b"tresen_kettle-2.1.dist-info/METADATA,,\n")
    return again()


@pytest.fixture
def look(core: Core) -> Look:
    """Return a function that looks at what runs, as the job does."""

    def run(*found: Running) -> int:
        with desk_for(core, write=True) as desk:
            return service.look(desk, list(found))

    return run


@pytest.fixture
def fresh(core: Core) -> Iterator[Desk]:
    """Return a desk that reads what others committed."""
    with desk_for(core) as desk:
        yield desk
