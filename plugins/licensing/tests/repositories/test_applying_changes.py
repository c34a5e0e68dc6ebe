# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changes are put on upstream's history: the source that comes out, or where they do not fit."""

import gzip
import hashlib

import pytest
from gits import Repository
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from tresen.sdk import Desk, Refused, read_file
from tresen_licensing.changes import queries as changes
from tresen_licensing.changes import service as changing
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import entries_of
from tresen_licensing.repositories import identifiers, outcomes, parts, queries, service
from tresen_licensing.repositories.models import Attempt, SourceTree


def latest(desk: Desk, row: Development) -> ChangeSet:
    """Return the change set that counts."""
    found = changes.latest(desk, row.id)
    assert found is not None
    return found


def test_source_is_the_one_that_git_makes(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    made = service.apply(agent_desk, latest(agent_desk, upstream))
    tar = repo.git("-c", "tar.umask=0002", "archive", "--format=tar", "work")
    assert (made.head, made.tree, made.archive_sha512) == (
        repo.text("rev-parse", "work"),
        repo.tree("work"),
        hashlib.sha512(tar).hexdigest(),
    )


def test_archive_that_is_kept_is_that_tar(agent_desk: Desk, upstream: Development) -> None:
    made = service.apply(agent_desk, latest(agent_desk, upstream))
    assert made.archive is not None
    tar = gzip.decompress(read_file(agent_desk, made.archive))
    assert (hashlib.sha512(tar).hexdigest(), made.archive.name) == (
        made.archive_sha512,
        f"{upstream.reference}-v1.tar.gz",
    )


def test_source_has_names_for_good(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    made = service.apply(agent_desk, latest(agent_desk, upstream))
    assert identifiers.of_tree(made) == [
        f"swh:1:rev:{repo.text('rev-parse', 'work')}",
        f"swh:1:dir:{repo.tree('work')}",
    ]


def test_source_is_made_once(agent_desk: Desk, upstream: Development) -> None:
    change = latest(agent_desk, upstream)
    first = service.apply(agent_desk, change)
    second = service.apply(agent_desk, change)
    kinds = [each.kind for each in entries_of(agent_desk, upstream.id)]
    assert (first is second, kinds.count("applied")) == (True, 1)


@pytest.mark.parametrize("times", [1, 2])
def test_same_patches_on_the_same_base_give_the_same_ids(
    agent_desk: Desk, upstream: Development, times: int
) -> None:
    change = latest(agent_desk, upstream)
    before = service.apply(agent_desk, change)
    kept = before.head, before.tree, before.archive_sha512
    for _time in range(times):
        agent_desk.session.execute(delete(SourceTree))
        agent_desk.session.execute(delete(Attempt))
        agent_desk.session.expunge_all()
        again = service.apply(agent_desk, change)
        assert (again.head, again.tree, again.archive_sha512) == kept


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    files=st.dictionaries(
        st.sampled_from(["README", "src/quay.py", "new/a", "new/b"]),
        st.binary(max_size=60).filter(lambda body: b"\0" not in body and b"\r" not in body),
        min_size=1,
    )
)
def test_any_change_gives_the_tree_of_git(
    agent_desk: Desk, upstream: Development, repo: Repository, files: dict[str, bytes]
) -> None:
    repo.git("checkout", "-q", "-B", "try", "main")
    base = repo.text("rev-parse", "main")
    repo.commit({**files, "mark": repr(sorted(files.items())).encode()}, "Change")
    changing.add(agent_desk, upstream, [repo.series(base, "--binary", "--full-index")], "")
    made = service.apply(agent_desk, latest(agent_desk, upstream))
    assert made.tree == repo.tree("try")
    changing.add(agent_desk, upstream, [repo.series(base, "--binary", "--signoff")], "")


def test_patch_that_does_not_fit_is_named_with_its_file(
    agent_desk: Desk, upstream: Development, repo: Repository, series: bytes
) -> None:
    moved = repo.commit({"README": b"Other\n"}, "Moved on")
    service.take_bundle(agent_desk, upstream, repo.bundle("main"))
    base = repo.text("rev-parse", "main~1").encode()
    changing.add(agent_desk, upstream, [series.replace(base, moved.encode())], "")
    with pytest.raises(Refused) as refusal:
        service.apply(agent_desk, latest(agent_desk, upstream))
    said = "Patch 2 does not fit: README is not as it expects."
    assert refusal.value.sentence == said


def test_unknown_base_is_said(agent_desk: Desk, upstream: Development, series: bytes) -> None:
    base = latest(agent_desk, upstream).base.encode()
    changing.add(agent_desk, upstream, [series.replace(base, b"1" * 40)], "")
    with pytest.raises(Refused, match="The base is not in upstream's history"):
        service.apply(agent_desk, latest(agent_desk, upstream))


def test_unknown_history_is_said(
    agent_desk: Desk, development: Development, change: ChangeSet
) -> None:
    with pytest.raises(Refused, match="history is not known here"):
        service.apply(agent_desk, change)


def test_patches_that_were_taken_away_are_said(agent_desk: Desk, upstream: Development) -> None:
    change = latest(agent_desk, upstream)
    change.file_id = None
    agent_desk.session.flush()
    agent_desk.session.expunge_all()
    with pytest.raises(Refused, match="taken away"):
        service.apply(agent_desk, change)


def test_history_that_comes_later_mends_the_attempt(
    agent_desk: Desk, development: Development, change: ChangeSet, repo: Repository
) -> None:
    development.upstream_url = "https://forge.example/quay.git"
    with pytest.raises(Refused):
        service.apply(agent_desk, change)
    service.take_bundle(agent_desk, development, repo.bundle("main"))
    tried = queries.attempt(agent_desk, change.id)
    facts = [
        each.facts for each in entries_of(agent_desk, development.id) if each.kind == "applied"
    ]
    assert (tried and tried.outcome, len(facts)) == (outcomes.APPLIED, 2)


def test_part_shows_what_is_known(agent_desk: Desk, upstream: Development) -> None:
    shown = parts.PART.load(agent_desk, upstream)
    made = service.apply(agent_desk, latest(agent_desk, upstream))
    assert (shown["made"], shown["sentence"], shown["mirror"].failure) == (
        made,
        "The patches fit.",
        "",
    )


def test_part_of_a_development_without_changes_is_empty(
    agent_desk: Desk, development: Development
) -> None:
    shown = parts.PART.load(agent_desk, development)
    assert [shown[each] for each in ("change", "mirror", "tried", "made")] == [None] * 4


@pytest.mark.parametrize(
    ("branch", "found"),
    [("", "1"), ("main", "2"), ("refs/heads/main", "2"), (" main ", "2"), ("gone", None)],
)
def test_branch_is_found_by_its_name(branch: str, found: str | None) -> None:
    assert queries.head_of({"HEAD": "1", "refs/heads/main": "2"}, branch) == found
