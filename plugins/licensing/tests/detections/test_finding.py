# SPDX-License-Identifier: AGPL-3.0-or-later
"""A contribution is found in upstream's history however it was merged, and in no other one."""

from collections.abc import Callable

import pytest
from detections.conftest import PIER, REFERENCE, head_of, store_of
from gits import Repository
from tresen_licensing.detections import finding
from tresen_licensing.detections.finding import find, first_tag
from tresen_licensing.detections.records import (
    CONTENT,
    LINES,
    PATCH_ID,
    SIGN_OFF,
    TRAILER,
    Findings,
    Hit,
    Sought,
)

Look = Callable[[], Findings]
MOVED = b"mole\n" * 4 + PIER


def detectors(found: Findings) -> list[str]:
    return [found.hits[at].detector for at in sorted(found.hits)]


def squash(upstream: Repository, message: str, *, onto: str = "main") -> str:
    """Merge the contribution as one commit; return it."""
    upstream.git("checkout", "-q", onto)
    upstream.git("merge", "-q", "--squash", "ours")
    upstream.git("commit", "-q", "-m", message)
    return head_of(upstream)


def test_nothing_is_found_in_the_history_from_before(look: Look) -> None:
    found = look()
    told = dict(found.hits), found.differently, found.is_whole, found.is_partial
    assert told == ({}, "", False, False)


def test_merge_is_found_patch_by_patch(upstream: Repository, look: Look) -> None:
    own = upstream.text("rev-list", "--reverse", "main..ours").split()
    upstream.commit({"lamp": b"on\n"}, "Light a lamp")
    upstream.git("merge", "-q", "--no-ff", "-m", "Merge", "ours")
    assert dict(look().hits) == {at: Hit(own[at - 1], PATCH_ID) for at in (1, 2, 3)}


def test_rebase_is_found_on_a_file_that_went_on(upstream: Repository, look: Look) -> None:
    upstream.commit({"pier": MOVED}, "Build a mole before it")
    upstream.git("checkout", "-q", "ours")
    upstream.git("rebase", "-q", "main")
    upstream.git("checkout", "-q", "main")
    upstream.git("merge", "-q", "--ff-only", "ours")
    found = look()
    assert (detectors(found), found.is_whole) == ([PATCH_ID] * 3, True)


def test_rebase_whose_surroundings_changed_is_found_by_its_lines(
    upstream: Repository, look: Look
) -> None:
    near = PIER.replace(b"berth 7\n", b"mole\nberth 7\n")
    upstream.commit({"pier": near}, "Build a mole beside it")
    upstream.git("cherry-pick", "main..ours")
    found = look()
    assert (detectors(found), found.is_whole) == ([LINES, PATCH_ID, PATCH_ID], True)


def test_rewritten_author_does_not_matter(upstream: Repository, base: str, look: Look) -> None:
    upstream.git("checkout", "-q", "ours")
    new = "--author=Someone Else <else@upstream.example>"
    upstream.git("rebase", "-q", "--exec", f"git commit -q --amend --no-edit '{new}'", base)
    upstream.git("checkout", "-q", "main")
    upstream.git("merge", "-q", "--ff-only", "ours")
    assert detectors(look()) == [PATCH_ID] * 3


def test_squash_without_a_word_of_ours_is_found_by_its_content(
    upstream: Repository, look: Look
) -> None:
    upstream.commit({"pier": MOVED}, "Build a mole before it")
    made = squash(upstream, "Improve the pier (#17)")
    assert dict(look().hits) == {at: Hit(made, CONTENT) for at in (1, 2, 3)}


def test_squash_with_the_trailer_says_so(upstream: Repository, look: Look) -> None:
    made = squash(upstream, f"Improve the pier (#17)\n\nContribution-Id: {REFERENCE}")
    assert dict(look().hits) == {at: Hit(made, TRAILER) for at in (1, 2, 3)}


def test_squash_that_kept_the_messages_says_so(upstream: Repository, look: Look) -> None:
    body = upstream.text("log", "--reverse", "--format=* %s%n%n%b", "main..ours")
    squash(upstream, f"Improve the pier (#17)\n\n{body}\n")
    assert detectors(look()) == [SIGN_OFF] * 3


def test_some_of_a_series_are_counted(upstream: Repository, look: Look) -> None:
    first, second, _third = upstream.text("rev-list", "--reverse", "main..ours").split()
    upstream.git("cherry-pick", second, first)
    found = look()
    assert (sorted(found.hits), found.is_whole, found.is_partial) == ([1, 2], False, True)


def test_squash_of_some_is_told_by_its_message(upstream: Repository, look: Look) -> None:
    upstream.git("cherry-pick", "--no-commit", "ours~2", "ours~1")
    body = upstream.text("log", "--reverse", "--format=* %s%n%n%b", "main..ours~1")
    upstream.git("commit", "-q", "-m", f"Improve the pier\n\n{body}")
    found = look()
    assert (sorted(found.hits), detectors(found)) == ([1, 2], [SIGN_OFF] * 2)


def test_upstream_that_did_it_differently_is_named(upstream: Repository, look: Look) -> None:
    files = {"crane": b"lifts 50 t\n"}
    made = upstream.commit(files, f"Put up a crane\n\nContribution-Id: {REFERENCE}")
    found = look()
    assert (dict(found.hits), found.differently) == ({}, made)


def test_trailer_of_another_contribution_says_nothing(upstream: Repository, look: Look) -> None:
    upstream.commit({"crane": b"lifts 50 t\n"}, f"Build\n\nContribution-Id: {REFERENCE}0")
    assert (dict(look().hits), look().differently) == ({}, "")


def test_subject_alone_proves_nothing(upstream: Repository, look: Look) -> None:
    upstream.commit({"crane": b"lifts 50 t\n"}, "Put up a crane", signed=False)
    assert (dict(look().hits), look().differently) == ({}, "")


def test_same_words_in_a_message_do_not_make_another_change_ours(
    upstream: Repository, look: Look
) -> None:
    body = upstream.text("log", "--reverse", "--format=* %s%n%n%b", "main..ours")
    made = upstream.commit({"crane": b"lifts 50 t\n"}, f"Improve\n\n{body}")
    assert (dict(look().hits), look().differently) == ({}, made)


def test_rename_that_git_writes_shortly_is_found(upstream: Repository, base: str) -> None:
    from tresen_licensing.patches.series import read_series  # noqa: PLC0415 - only here

    upstream.git("checkout", "-q", "-b", "moved")
    upstream.git("mv", "pier", "quay")
    upstream.git("commit", "-q", "-s", "-m", "Call it a quay")
    text = upstream.series(base)
    upstream.git("checkout", "-q", "main")
    upstream.commit({"lamp": b"on\n"}, "Light a lamp")
    upstream.git("merge", "-q", "--squash", "moved")
    upstream.git("commit", "-q", "-m", "Rename it")
    sought = Sought(REFERENCE, base, read_series([text]).patches)
    found = find(store_of(upstream), head_of(upstream), sought)
    assert (b"rename from pier" in text, detectors(found)) == (True, [CONTENT])


def test_head_that_is_not_there_is_an_error(upstream: Repository, sought: Sought) -> None:
    with pytest.raises(KeyError, match="4444"):
        find(store_of(upstream), "4" * 40, sought)


def test_base_that_is_not_there_is_no_hindrance(upstream: Repository, sought: Sought) -> None:
    upstream.git("merge", "-q", "--ff-only", "ours")
    away = Sought(REFERENCE, "4" * 40, sought.patches)
    assert find(store_of(upstream), head_of(upstream), away).is_whole


def test_history_is_looked_through_so_far_back(
    upstream: Repository, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.git("merge", "-q", "--ff-only", "ours")
    upstream.commit({"lamp": b"on\n"}, "Light a lamp")
    monkeypatch.setattr(finding, "MOST_COMMITS", 2)
    assert sorted(look().hits) == [3]


def test_earliest_release_that_holds_it_is_found(upstream: Repository, look: Look) -> None:
    upstream.git("tag", "v1.0")
    made = squash(upstream, "Improve the pier")
    upstream.commit({"lamp": b"on\n"}, "Light a lamp")
    upstream.git("tag", "v1.1")
    upstream.commit({"lamp": b"off\n"}, "Put it out")
    upstream.git("tag", "v1.2")
    tags = [(tag, upstream.text("rev-parse", tag)) for tag in ("v1.2", "v1.1", "v1.0")]
    store, head = store_of(upstream), head_of(upstream)
    assert (first_tag(store, head, made, tags), first_tag(store, head, made, tags[2:])) == (
        "v1.1",
        "",
    )


def test_release_may_be_the_merge_itself(upstream: Repository, look: Look) -> None:
    made = squash(upstream, "Improve the pier")
    tags = [("v1.1", made), ("gone", "4" * 40)]
    assert first_tag(store_of(upstream), made, made, tags) == "v1.1"


def test_commits_are_told_once_in_the_order_of_the_patches() -> None:
    hits = {2: Hit("b", PATCH_ID), 1: Hit("b", PATCH_ID), 3: Hit("a", PATCH_ID)}
    assert Findings(3, hits).commits == ("b", "a")
