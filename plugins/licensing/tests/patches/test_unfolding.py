# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is sent small and swells is refused before it is unfolded."""

import base64
import zlib

import pytest
from dulwich.patch import parse_unified_diff
from gits import Repository
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_licensing.patches import series, unfolding
from tresen_licensing.patches.series import read_series
from tresen_licensing.patches.unfolding import unfolded_size


def encoded(body: bytes) -> bytes:
    """Return bytes as git writes them into a patch."""
    rows = [body[at : at + 52] for at in range(0, len(body), 52)]
    letters = [chr(len(row) + (64 if len(row) < 27 else 70)).encode() for row in rows]
    padded = [base64.b85encode(row + b"\0" * (-len(row) % 4)) for row in rows]
    return b"".join(a + b + b"\n" for a, b in zip(letters, padded, strict=True))


def diff(kind: str, body: bytes, name: str = "a.bin") -> bytes:
    """Return a diff that brings a binary file, or a difference to it, of these bytes."""
    head = f"diff --git a/{name} b/{name}\nnew file mode 100644\nindex {'0' * 40}..{'1' * 40}\n"
    told = f"GIT binary patch\n{kind} {len(body)}\n".encode()
    return head.encode() + told + encoded(zlib.compress(body)) + b"\nliteral 0\nHcmV?d00001\n\n"


def mail(*diffs: bytes) -> bytes:
    """Return a patch as a mail."""
    head = b"From: Dora <dora@tresen.example>\nSubject: [PATCH] Pictures\n\nThem.\n---\n"
    return head + b"".join(diffs)


def number(value: int) -> bytes:
    """Return a number as differences of git write it."""
    digits = bytearray()
    while value > 127:
        digits.append(value & 127 | 128)
        value >>= 7
    return bytes([*digits, value])


def size(body: bytes, most: int = 1_000_000) -> int:
    """Return how large the one file of a diff becomes."""
    (one,) = parse_unified_diff(body)
    return unfolded_size(one, most)


@settings(max_examples=40, deadline=None)
@given(body=st.binary(max_size=300_000) | st.integers(0, 300_000).map(bytes))
def test_size_is_that_of_the_file(body: bytes) -> None:
    assert size(diff("literal", body)) == len(body)


@settings(max_examples=40)
@given(source=st.integers(0, 2**40), target=st.integers(300, 2**40))
def test_size_of_a_difference_is_that_of_what_it_makes(source: int, target: int) -> None:
    assert size(diff("delta", number(source) + number(target) + b"\x01a")) == target


def test_text_and_what_cannot_be_read_are_nothing() -> None:
    text = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"
    broken = b"diff --git a/x b/x\nGIT binary patch\nliteral 9\n" + encoded(b"no zlib") + b"\n"
    unsent = b"diff --git a/x b/x\nBinary files a/x and b/x differ\n"
    assert [size(each) for each in (text, broken, unsent)] == [0, 0, 0]


def test_counting_stops_soon_beyond_the_limit() -> None:
    found = size(diff("literal", bytes(20_000_000)), most=1_000_000)
    assert 1_000_000 < found <= 1_000_000 + unfolding._PIECE


@pytest.mark.parametrize(("most", "is_taken"), [(3000, True), (2999, False)])
def test_files_of_all_patches_count_together(
    monkeypatch: pytest.MonkeyPatch, most: int, is_taken: bool
) -> None:
    monkeypatch.setattr(series, "MOST_UNFOLDED", most)
    bodies = [diff("literal", bytes(1000), f"{name}.bin") for name in "abc"]
    try:
        found = len(read_series([mail(*bodies)]).patches)
    except Refused as refusal:
        said = refusal.sentence
        assert said == "These patches unfold to more than 100 MB: leave large files out."
        found = 0
    assert (found == 1) is is_taken


def test_swelling_patch_is_refused() -> None:
    bodies = [diff("literal", bytes(30_000_000), f"{name}.bin") for name in "abcd"]
    with pytest.raises(Refused, match="more than 100 MB"):
        read_series([mail(*bodies)])


def test_difference_that_would_swell_is_refused() -> None:
    body = number(16) + number(2**40) + b"\x90\x10" * 9
    with pytest.raises(Refused, match="more than 100 MB"):
        read_series([mail(diff("delta", body))])


def test_picture_as_git_sends_it_is_taken(repo: Repository) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"quay.png": bytes(range(256)) * 40}, "Picture")
    repo.commit({"quay.png": bytes(range(256)) * 40 + b"more"}, "More of it")
    found = read_series([repo.series(base, "--binary")])
    sizes = [unfolded_size(parse_unified_diff(each.diff)[0], 10**6) for each in found.patches]
    assert sizes == [10_240, 10_244]
