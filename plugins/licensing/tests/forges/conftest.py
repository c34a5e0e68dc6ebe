# SPDX-License-Identifier: AGPL-3.0-or-later
"""Upstream on a forge of loopback, our fork of it, and a contribution to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from forge_server import TOKEN, ForgeServer, Reply, forge_server
from forges.kinds import FORK, Kind, kinds
from gits import Repository, repository
from tresen_licensing.forges.records import Access, Contribution
from tresen_licensing.patches.series import read_series

UPSTREAM = "harbour/pier.git"
Contribute = Callable[..., Contribution]


@dataclass(frozen=True)
class Built:
    """Upstream as a folder with everything that git made once, and the patches on it."""

    folder: Path
    patches: bytes


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return upstream with two commits, two patches on it, and bare copies to be served."""
    folder = tmp_path_factory.mktemp("built")
    made = repository(folder / "upstream")
    base = made.commit({"pier": b"berth\n" * 9}, "Build a pier")
    made.git("checkout", "-q", "-b", "ours")
    made.commit({"pier": b"berth\n" * 9 + b"bollard\n"}, "Add a bollard")
    made.commit({"crane": "hebt 5 t, für Kähne\n".encode()}, "Kran für Kähne")
    patches = made.series(base)
    made.git("checkout", "-q", "main")
    served = ForgeServer(folder / "forge")
    for name in (UPSTREAM, FORK):
        served.mirror(made.folder, name)
        served.git(name, "branch", "-D", "ours")
    return Built(folder, patches)


@pytest.fixture
def upstream(tmp_path: Path, built: Built) -> Repository:
    """Return upstream with two commits."""
    copytree(built.folder / "upstream", tmp_path / "upstream")
    return Repository(tmp_path / "upstream")


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[ForgeServer]:
    """Return a forge with nothing on it."""
    with forge_server(tmp_path / "forge") as made:
        yield made


@pytest.fixture(params=["github", "gitea", "gitlab"])
def kind(request: pytest.FixtureRequest, forge: ForgeServer) -> Kind:
    """Return each forge in turn, on which nothing was proposed yet."""
    found = kinds(forge)[request.param]
    forge.rows |= {**found.rows, ("GET", found.find): []}
    forge.rows["POST", found.open] = Reply(201, found.opened)
    return found


@pytest.fixture
def access(forge: ForgeServer) -> Access:
    """Return our account there."""
    return Access("Our forge", forge.address, "tresen", TOKEN, frozenset({"127.0.0.1"}))


@pytest.fixture
def contribute(forge: ForgeServer, built: Built) -> Contribute:
    """Return a function that gives a contribution to upstream, which the forge serves."""
    copytree(built.folder / "forge", forge.folder, dirs_exist_ok=True)
    series = read_series([built.patches])

    def go(**given: Any) -> Contribution:
        values = {
            "reference": "CD-2026-0001",
            "title": "A bollard and a crane",
            "text": "Hello,\n\nwe use it.",
            "repository": "harbour/pier",
            "url": forge.url(UPSTREAM),
            "branch": "main",
            "base": series.base,
        }
        return Contribution(**(values | given), patches=series.patches)

    return go
