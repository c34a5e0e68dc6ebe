# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is kept of an upstream: packs that stand by themselves, and where the branches stood."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from dulwich.object_store import DiskObjectStore
from gits import Repository, repository
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from tresen.sdk import Desk, Refused, StoredFile, remove_files
from tresen_licensing.developments.models import Development
from tresen_licensing.networks.guards import Limits
from tresen_licensing.repositories import histories, queries, service
from tresen_licensing.repositories.fetching import Source, Wanted, fetch
from tresen_licensing.repositories.models import Mirror, MirrorHead

ADDRESS = "https://forge.example/quay.git"


@pytest.fixture
def mirror(agent_desk: Desk, upstream: Development) -> Mirror:
    """Return what is known of the development's upstream."""
    found = queries.mirror(agent_desk, upstream.upstream_url)
    assert found is not None
    return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DiskObjectStore]:
    """Return an empty store."""
    folder = tmp_path / "store"
    folder.mkdir()
    made = DiskObjectStore.init(str(folder))
    yield made
    made.close()


def packed(repo: Repository, *words: str) -> bytes:
    """Return what a bundle of these revisions packs."""
    return repo.bundle(*words).partition(b"\n\n")[2]


@pytest.mark.parametrize(
    "written",
    [ADDRESS, f" {ADDRESS} ", f"{ADDRESS}/", f"{ADDRESS}//"],
)
def test_address_is_kept_in_one_form(written: str) -> None:
    assert queries.address_of(written) == ADDRESS


def test_unknown_address_has_no_mirror(agent_desk: Desk) -> None:
    assert queries.mirror(agent_desk, "https://forge.example/other") is None


def test_packs_are_opened_as_they_were_kept(
    agent_desk: Desk, mirror: Mirror, repo: Repository
) -> None:
    with histories.opened(agent_desk, queries.packs_of(agent_desk, mirror.id)) as opened:
        found = [
            histories.is_commit(opened, each)
            for each in (repo.text("rev-parse", "main"), repo.tree("main"), "1" * 40, "junk")
        ]
    assert found == [True, False, False, False]


def test_folder_is_gone_afterwards(agent_desk: Desk, mirror: Mirror) -> None:
    with histories.opened(agent_desk, queries.packs_of(agent_desk, mirror.id)) as opened:
        folder = Path(opened.path)
        there = folder.exists()
    assert (there, folder.exists()) == (True, False)


def test_folder_is_gone_after_a_refusal_as_well(agent_desk: Desk, mirror: Mirror) -> None:
    folder = Path()
    with (
        pytest.raises(Refused),
        histories.opened(agent_desk, queries.packs_of(agent_desk, mirror.id)) as opened,
    ):
        folder = Path(opened.path)
        histories.take_in(opened, b"junk")
    assert folder.exists() is False


def test_thin_pack_is_made_whole(store: DiskObjectStore, repo: Repository, tmp_path: Path) -> None:
    text = b"".join(b"line %d\n" % each for each in range(400))
    first = repo.commit({"README": text}, "Long")
    histories.take_in(store, packed(repo, "main"))
    repo.commit({"README": text + b"one more\n"}, "Longer")
    thin = packed(repo, "main", f"^{first}")
    new = histories.take_in(store, thin)
    assert new is not None
    other = tmp_path / "other"
    other.mkdir()
    with closing(DiskObjectStore.init(str(other))) as alone:
        assert histories.take_in(alone, new.pack) is not None


def test_pack_that_is_there_adds_nothing(store: DiskObjectStore, repo: Repository) -> None:
    body = packed(repo, "main")
    assert [histories.take_in(store, body) is None for _time in range(2)] == [False, True]


def test_empty_pack_adds_nothing(store: DiskObjectStore, repo: Repository) -> None:
    empty = repo.git("pack-objects", "--stdout", "-q")
    assert histories.take_in(store, empty) is None


def test_pack_on_what_is_not_there_is_refused(store: DiskObjectStore, repo: Repository) -> None:
    text = b"".join(b"line %d\n" % each for each in range(400))
    first = repo.commit({"README": text}, "Long")
    repo.commit({"README": text + b"one more\n"}, "Longer")
    with pytest.raises(Refused, match="broken"):
        histories.take_in(store, packed(repo, "main", f"^{first}"))


@pytest.mark.parametrize("name", ["HEAD", "refs/heads/main"])
def test_branches_end_in_commits(store: DiskObjectStore, repo: Repository, name: str) -> None:
    histories.take_in(store, packed(repo, "main"))
    histories.demand_commits(store, {name: repo.text("rev-parse", "main")})
    with pytest.raises(Refused, match="which is not there"):
        histories.demand_commits(store, {name: repo.tree("main")})


def test_branch_that_moved_is_moved(
    agent_desk: Desk, upstream: Development, mirror: Mirror, repo: Repository
) -> None:
    before = queries.heads_of(agent_desk, mirror.id)
    repo.commit({"README": b"x\n"}, "Second")
    service.take_bundle(agent_desk, upstream, repo.bundle("main"))
    after = queries.heads_of(agent_desk, mirror.id)
    count = agent_desk.session.scalar(select(func.count(MirrorHead.id)))
    assert (before != after, [*after], count) == (True, ["refs/heads/main"], 1)


def test_tags_are_no_branches(
    agent_desk: Desk, upstream: Development, mirror: Mirror, repo: Repository
) -> None:
    repo.git("tag", "v1", "main")
    service.take_bundle(agent_desk, upstream, repo.bundle("main", "v1"))
    assert [*queries.heads_of(agent_desk, mirror.id)] == ["refs/heads/main"]


def test_many_branches_are_remembered_up_to_a_limit(
    agent_desk: Desk, upstream: Development, mirror: Mirror, repo: Repository
) -> None:
    for number in range(205):
        repo.git("update-ref", f"refs/heads/b{number:03}", "main")
    service.take_bundle(agent_desk, upstream, repo.bundle("--branches=b*"))
    count = agent_desk.session.scalar(select(func.count(MirrorHead.id)))
    assert count == 201


def test_pack_goes_with_its_files(agent_desk: Desk, mirror: Mirror) -> None:
    (kept,) = queries.packs_of(agent_desk, mirror.id)
    agent_desk.commit()
    remove_files(agent_desk, [kept.pack_id, kept.index_id])
    agent_desk.session.expire_all()
    files = agent_desk.session.scalars(select(StoredFile.name)).all()
    assert (queries.packs_of(agent_desk, mirror.id), [n for n in files if "pack" in n]) == ([], [])


def test_commit_that_is_needed_is_asked_for_beside_the_branch(
    store: DiskObjectStore, tmp_path: Path
) -> None:
    other = repository(tmp_path / "other")
    other.git("checkout", "-q", "-b", "release")
    old = other.commit({"README": b"old\n"}, "Old")
    other.git("checkout", "-q", "main")
    source = Source(Limits(), tmp_path)
    came = fetch(store, other.folder.as_uri(), Wanted("main", [old]), [], source)
    histories.take_in(store, came.pack)
    assert histories.is_commit(store, old) is True


def test_nothing_new_gives_an_empty_answer(store: DiskObjectStore, tmp_path: Path) -> None:
    other = repository(tmp_path / "other")
    histories.take_in(store, packed(other, "main"))
    head = other.text("rev-parse", "main")
    source = Source(Limits(), tmp_path)
    came = fetch(store, other.folder.as_uri(), Wanted("main"), [head], source)
    found = histories.take_in(store, came.pack), came.heads
    assert found == (None, {"refs/heads/main": head})


def test_larger_folder_than_allowed_is_refused(store: DiskObjectStore, tmp_path: Path) -> None:
    other = repository(tmp_path / "other")
    source = Source(Limits(size=100), tmp_path)
    with pytest.raises(Refused, match="larger than the operator allows"):
        fetch(store, other.folder.as_uri(), Wanted("main"), [], source)


@given(st.text(max_size=40))
def test_any_branch_is_looked_up(branch: str) -> None:
    assert queries.head_of({}, branch) is None
