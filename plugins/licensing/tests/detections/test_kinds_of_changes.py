# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever a patch does to files, it is found again, squashed or patch by patch."""

from collections.abc import Callable, Mapping

import pytest
from detections.conftest import PIER, REFERENCE, head_of, store_of
from gits import Repository
from tresen_licensing.detections.finding import find, first_tag
from tresen_licensing.detections.records import CONTENT, PATCH_ID, Findings, Sought
from tresen_licensing.patches.series import read_series

Files = Mapping[str, bytes | None]
Contribute = Callable[..., Sought]
BINARY = bytes(range(256)) * 4
LATIN = "für die Brücke\n".encode("latin-1")
KINDS: dict[str, list[Files]] = {
    "new file": [{"lamp": b"on\n"}],
    "file that goes": [{"pier": None}],
    "empty file": [{"lamp": b""}, {"lamp": b"on\n"}],
    "file without a last newline": [{"lamp": b"on"}],
    "last newline taken away": [{"pier": PIER.rstrip(b"\n")}],
    "several files at once": [{"lamp": b"on\n", "rope": b"long\n", "pier": PIER + b"end\n"}],
    "one file again and again": [{"pier": PIER + b"a\n"}, {"pier": PIER + b"a\nb\n"}],
    "two ends of one file": [{"pier": b"begin\n" + PIER + b"end\n"}],
    "other letters": [{"brücke": LATIN}],
    "deep folder": [{"a/b/c/lamp": b"on\n"}],
    "file that is emptied": [{"pier": b""}],
}


@pytest.fixture
def contribute(upstream: Repository, base: str) -> Contribute:
    """Return a function that makes commits of files on a branch; returns what is looked for."""

    def go(steps: list[Files]) -> Sought:
        upstream.git("checkout", "-q", "-b", "ours")
        for number, files in enumerate(steps, start=1):
            upstream.commit(dict(files), f"Change {number}")
        text = upstream.series(base, "--binary")
        upstream.git("checkout", "-q", "main")
        return Sought(REFERENCE, base, read_series([text]).patches)

    return go


def look(upstream: Repository, sought: Sought) -> Findings:
    return find(store_of(upstream), head_of(upstream), sought)


def detectors(found: Findings) -> set[str]:
    return {each.detector for each in found.hits.values()}


@pytest.mark.parametrize("kind", KINDS)
def test_squash_of_any_change_is_found(
    upstream: Repository, contribute: Contribute, kind: str
) -> None:
    sought = contribute(KINDS[kind])
    upstream.commit({"README": b"Harbour\n\nOn the sea.\n"}, "Go on")
    upstream.git("merge", "-q", "--squash", "ours")
    upstream.git("commit", "-q", "-m", "Take it over")
    found = look(upstream, sought)
    assert (found.is_whole, detectors(found) <= {CONTENT, PATCH_ID}) == (True, True)


@pytest.mark.parametrize("kind", KINDS)
def test_any_change_that_was_picked_is_found(
    upstream: Repository, contribute: Contribute, kind: str
) -> None:
    sought = contribute(KINDS[kind])
    upstream.commit({"README": b"Harbour\n\nOn the sea.\n"}, "Go on")
    upstream.git("cherry-pick", "--allow-empty", "main..ours")
    assert look(upstream, sought).is_whole


@pytest.mark.parametrize("kind", KINDS)
def test_history_without_it_holds_nothing_of_it(
    upstream: Repository, contribute: Contribute, kind: str
) -> None:
    sought = contribute(KINDS[kind])
    upstream.commit({"other": b"x\n", "pier": b"another\n" + PIER + b"tail\n"}, "Go on")
    found = look(upstream, sought)
    assert (dict(found.hits), found.differently) == ({}, "")


def test_binary_file_is_found_by_its_content(upstream: Repository, contribute: Contribute) -> None:
    sought = contribute([{"picture": BINARY}])
    upstream.git("merge", "-q", "--squash", "ours")
    upstream.git("commit", "-q", "-m", "A picture")
    found = look(upstream, sought)
    assert (found.is_whole, detectors(found)) == (True, {CONTENT})


def test_binary_file_with_other_bytes_is_another_one(
    upstream: Repository, contribute: Contribute
) -> None:
    sought = contribute([{"picture": BINARY}])
    upstream.commit({"picture": BINARY[::-1]}, "A picture")
    assert dict(look(upstream, sought).hits) == {}


def test_reverted_merge_was_a_merge(upstream: Repository, contribute: Contribute) -> None:
    sought = contribute([{"lamp": b"on\n"}])
    upstream.git("merge", "-q", "--ff-only", "ours")
    upstream.git("revert", "--no-edit", "HEAD")
    assert look(upstream, sought).is_whole


def test_squash_that_adds_something_of_its_own_holds_ours(
    upstream: Repository, contribute: Contribute
) -> None:
    sought = contribute([{"lamp": b"on\n"}, {"rope": b"long\n"}])
    upstream.git("merge", "-q", "--squash", "ours")
    upstream.commit({"CHANGES": b"A lamp and a rope.\n"}, "Take it over, with a note")
    assert look(upstream, sought).is_whole


def test_merge_through_another_branch_is_found(
    upstream: Repository, contribute: Contribute
) -> None:
    sought = contribute([{"lamp": b"on\n"}, {"rope": b"long\n"}])
    upstream.git("checkout", "-q", "-b", "next")
    upstream.git("merge", "-q", "--no-ff", "-m", "Into next", "ours")
    upstream.git("checkout", "-q", "main")
    upstream.commit({"README": b"Harbour\n\nOn the sea.\n"}, "Go on")
    upstream.git("merge", "-q", "--no-ff", "-m", "Into main", "next")
    assert look(upstream, sought).is_whole


def test_release_on_a_branch_beside_does_not_hold_it(
    upstream: Repository, contribute: Contribute
) -> None:
    contribute([{"lamp": b"on\n"}])
    upstream.git("checkout", "-q", "-b", "stable")
    upstream.commit({"fix": b"x\n"}, "Fix")
    upstream.git("tag", "1.0.1")
    upstream.git("checkout", "-q", "main")
    upstream.git("merge", "-q", "--ff-only", "ours")
    made = head_of(upstream)
    tags = [("1.0.1", upstream.text("rev-parse", "1.0.1"))]
    assert first_tag(store_of(upstream), made, made, tags) == ""


def test_patch_that_upstream_had_already_is_no_merge_of_ours(
    upstream: Repository, contribute: Contribute
) -> None:
    sought = contribute([{"lamp": b"on\n"}])
    later = Sought(REFERENCE, "4" * 40, sought.patches)
    assert dict(look(upstream, later).hits) == {}
