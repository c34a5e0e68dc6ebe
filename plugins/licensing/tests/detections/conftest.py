# SPDX-License-Identifier: AGPL-3.0-or-later
"""An upstream, and a contribution of three patches that was made on its first commit."""

from collections.abc import Callable
from pathlib import Path

import pytest
from dulwich.object_store import BaseObjectStore
from dulwich.repo import Repo
from gits import Repository, repository
from tresen_licensing.detections.finding import find
from tresen_licensing.detections.records import Findings, Sought
from tresen_licensing.patches.series import read_series

REFERENCE = "CD-2026-0001"
PIER = b"".join(b"berth %d\n" % number for number in range(1, 21))
Look = Callable[[], Findings]


def store_of(repo: Repository) -> BaseObjectStore:
    """Return the objects of a repository."""
    return Repo(str(repo.folder)).object_store


def head_of(repo: Repository) -> str:
    """Return the last commit of a repository."""
    return repo.text("rev-parse", "HEAD")


@pytest.fixture
def upstream(tmp_path: Path) -> Repository:
    """Return upstream with a pier of twenty berths."""
    made = repository(tmp_path / "upstream")
    made.commit({"pier": PIER}, "Build a pier")
    return made


@pytest.fixture
def base(upstream: Repository) -> str:
    """Return the commit that the contribution stands on."""
    return head_of(upstream)


@pytest.fixture
def patches(upstream: Repository, base: str) -> bytes:
    """Return three patches, and leave upstream as it was."""
    upstream.git("checkout", "-q", "-b", "ours")
    upstream.commit({"pier": PIER.replace(b"berth 9\n", b"berth 9, deep\n")}, "Dredge berth 9")
    upstream.commit({"crane": b"lifts 5 t\n"}, "Put up a crane")
    upstream.commit({"README": b"Harbour\n\nWith a crane.\n"}, "Tell of the crane")
    text = upstream.series(base)
    upstream.git("checkout", "-q", "main")
    return text


@pytest.fixture
def sought(patches: bytes, base: str) -> Sought:
    """Return what is looked for."""
    return Sought(REFERENCE, base, read_series([patches]).patches)


@pytest.fixture
def look(upstream: Repository, sought: Sought) -> Look:
    """Return a function that looks for the contribution in upstream as it is now."""
    return lambda: find(store_of(upstream), head_of(upstream), sought)
