# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails that no git writes are read or refused with a sentence; nothing else comes of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_licensing.clearances.reading import read
from tresen_licensing.patches.series import MOST_PATCHES, Series, read_series

DIFF = b"diff --git a/quay b/quay\n--- a/quay\n+++ b/quay\n@@ -1 +1 @@\n-3\n+4\n"
FROM, SUBJECT = b"Dora Developer <dora@tresen.example>", b"[PATCH] A berth"
DATE = b"Mon, 2 Mar 2026 10:00:00 +0100"


def mail(
    sender: bytes = FROM,
    subject: bytes = SUBJECT,
    date: bytes = DATE,
    more: bytes = b"",
    diff: bytes = DIFF,
) -> bytes:
    """Return a patch as a mail."""
    head = b"From: %s\nSubject: %s\nDate: %s\n%s\n" % (sender, subject, date, more)
    return head + b"It has four.\n---\n" + diff


def outcome(body: bytes) -> str:
    """Return how many patches a mail has, or why it is refused."""
    try:
        return str(len(read_series([body]).patches))
    except Refused as refusal:
        return refusal.sentence.partition(":")[0]


NOBODY = "A patch does not say who made it"


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        (b"<", NOBODY),
        (b"(", NOBODY),
        (b"a@", NOBODY),
        (b'"', NOBODY),
        (b":;", NOBODY),
        (b"a <a@[", NOBODY),
        (b"", NOBODY),
        (b"=?utf-8?q?D=0Aora?= <a@b.example>", NOBODY),
        (b"=?utf-8?q?=ff?= <a@b.example>", "1"),
        (b"=?x?b?a?= <a@b.example>", "1"),
        (b"\xff\xfe <a@b.example>", "1"),
    ],
)
def test_sender_that_is_cut_off_is_said(sender: bytes, expected: str) -> None:
    assert outcome(mail(sender=sender)) == expected


@pytest.mark.parametrize(
    "date",
    [
        b"99999999999999999 Jan 2020 10:00:00 +0000",
        b"Mon, 2 Mar 99999999999999999999 10:00:00 +0000",
        b"2 Mar 2026 10:00:00 +99999999999999",
        b"2 Mar 2026 99:99:99 +0000",
        b"2 Mar 1950 10:00:00 +0000",
        b"1 Jan 1970 00:00:00 +0100",
        b"yesterday",
        b"\xff",
    ],
)
def test_moment_that_git_does_not_know_is_none(date: bytes) -> None:
    (one,) = read_series([mail(date=date)]).patches
    assert (one.authored_at, one.author_address) == (None, "dora@tresen.example")


@pytest.mark.parametrize("date", [b"1 Jan 1970 00:00:00 +0000", b"2 Mar 2999 10:00:00 -1200"])
def test_moment_that_git_knows_is_kept(date: bytes) -> None:
    (one,) = read_series([mail(date=date)]).patches
    assert one.authored_at is not None


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (b"[PATCH 1/" + b"9" * 5000 + b"] A berth", "1"),
        (b"[PATCH 1/999999999] A berth", "A series of more than 200 patches is too long"),
        (b"[PATCH 1/201] A berth", "A series of more than 200 patches is too long"),
        (b"[PATCH 2/3] A berth", "Of this series, these are missing"),
        (b"[PATCH 0/0] A berth", "1"),
        (b"[PATCH", "1"),
        (b"=?utf-8?q?=ff?=", "1"),
        (b"", "1"),
    ],
)
def test_number_of_a_patch_costs_nothing(subject: bytes, expected: str) -> None:
    assert outcome(mail(subject=subject)) == expected


def test_gap_of_the_longest_series_names_what_is_missing() -> None:
    with pytest.raises(Refused) as refusal:
        read_series([mail(subject=b"[PATCH 1/%d] A berth" % MOST_PATCHES)])
    assert refusal.value.sentence.count(",") == MOST_PATCHES - 1


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (b"Content-Type: text/plain; charset=utf-16\n", "1"),
        (b"Content-Type: text/plain; charset=nothing\n", "1"),
        (b"Content-Type: text/plain; charset*=a'b'c\n", "1"),
        (b"Content-Type: multipart/mixed\n", "1"),
        (b"Content-Type: multipart/mixed; boundary=\n", "1"),
        (b"Content-Type: nonsense\n", "1"),
        (b"Content-Transfer-Encoding: quoted-printable\n", "1"),
        (b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*1=b\n", "1"),
        (b'Content-Disposition: attachment; filename="\n', "1"),
        (b"Content-Transfer-Encoding: base64\n", "No patch was found. “git format-patch” writes"),
        (b"Content-Type: message/rfc822\n", "No patch was found. “git format-patch” writes"),
    ],
)
def test_head_that_says_something_else_is_read_or_refused(more: bytes, expected: str) -> None:
    assert outcome(mail(more=more))[: len(expected)] == expected


@pytest.mark.parametrize(
    "diff",
    [
        b'diff --git a/x b/x\n--- "a/\\777"\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n',
        b'diff --git a/x b/x\n--- a/x\n+++ "b/\\\n@@ -1 +1 @@\n-a\n+b\n',
        b"diff --git a/x b/x\nnew file mode 9z\n",
    ],
)
def test_broken_diff_is_said(diff: bytes) -> None:
    assert outcome(mail(diff=diff)) == "A patch is broken"


PIECES = st.sampled_from(
    [
        *(
            b"From: ",
            b"Subject: [PATCH ",
            b"1/2]",
            b"Date: ",
            b"Content-Type: ",
            b"multipart/mixed",
        ),
        *(b"; boundary=a", b"--a\n", b"\n--a--\n", b"Content-Transfer-Encoding: base64\n", b"\n"),
        *(b"diff --git a/x b/x\n", b"--- a/x\n", b"+++ b/x\n", b"--- /dev/null\n", b"+++ b/.\n"),
        *(
            b"@@ -1 +1 @@\n",
            b"@@ -1,9 +1,99999 @@\n",
            b"-a\n",
            b"+b\n",
            b" c\n",
            b"\\ No newline\n",
        ),
        *(b"GIT binary patch\n", b"literal 5\n", b"delta 5\n", b"zzzz\n", b"McmZQzU|?imU|<A<\n"),
        *(b"rename from x\n", b"rename to \n", b"copy from y\n", b"index 1..2 100644\n", b"\r"),
        *(b"new file mode 120000\n", b"deleted file mode 160000\n", b"old mode 1\n", b"From x\n"),
        *(b"base-commit: ", b"a" * 40, b"Signed-off-by: ", b"<", b">", b"@", b'"', b"=?utf-8?b?"),
        *(b"\xff", b"\0", b"---\n", mail(), FROM, DATE),
    ]
)
BODIES = st.lists(PIECES | st.binary(max_size=6), max_size=25).map(b"".join)


def series_of(body: bytes) -> Series | None:
    """Return what is read of a body; None where it is refused."""
    try:
        return read_series([body])
    except Refused:
        return None


@settings(max_examples=150, deadline=None)
@given(body=BODIES, is_begun=st.booleans())
def test_any_bytes_are_read_whole_or_refused(body: bytes, is_begun: bool) -> None:
    found = series_of(mail(diff=DIFF + body) if is_begun else body)
    patches = found.patches if found is not None else ()
    lines, files = read(patches)
    named = {path for each in patches for path in each.paths} | {""}
    places = {each.place.patch for each in lines}
    assert ({*files} - named, places) == (set(), set(range(1, len(patches) + 1)))


@settings(max_examples=60, deadline=None)
@given(body=BODIES)
def test_reading_a_second_time_gives_the_same(body: bytes) -> None:
    assert series_of(mail(diff=DIFF + body)) == series_of(mail(diff=DIFF + body))
