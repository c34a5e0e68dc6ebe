# SPDX-License-Identifier: AGPL-3.0-or-later
"""Patches are read as git writes and mails them; what cannot be read is refused with a sentence."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from gits import Repository, repository
from tresen.sdk import Refused
from tresen_licensing.patches import series
from tresen_licensing.patches.series import read_series


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return repository(tmp_path / "repo")


@pytest.fixture
def base(repo: Repository) -> str:
    return repo.text("rev-parse", "HEAD")


@pytest.fixture
def three(repo: Repository, base: str) -> bytes:
    """Return three patches on the base."""
    repo.commit(
        {"README": "Hafen für alle\n".encode()}, "Übersetze die Tafel\n\nSie war auf Englisch."
    )
    repo.commit({"src/quay.py": b"BERTHS = 4\nOPEN = True\n"}, "Add a berth")
    repo.commit({"new.txt": b"a\nb\n", "README": None}, "Move the board")
    return repo.series(base)


def split(mailbox: bytes) -> list[bytes]:
    return re.split(rb"(?m)^(?=From [0-9a-f]{40} )", mailbox)[1:]


def test_mailbox_is_read_in_order(three: bytes, base: str) -> None:
    found = read_series([three])
    assert ([each.subject for each in found.patches], found.base) == (
        ["Übersetze die Tafel", "Add a berth", "Move the board"],
        base,
    )


def test_patch_says_who_made_it_when_and_what_it_touches(three: bytes) -> None:
    first, _second, third = read_series([three]).patches
    assert (first.author_name, first.author_address, first.signed_off) == (
        "Dora Developer",
        "dora@tresen.example",
        ("dora@tresen.example",),
    )
    assert (first.authored_at, first.added, first.removed) == (
        datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        1,
        1,
    )
    assert (third.paths, third.added, third.removed) == (("README", "new.txt"), 2, 1)


def test_message_is_what_follows_the_subject(three: bytes) -> None:
    first = read_series([three]).patches[0]
    signed = "Signed-off-by: Dora Developer <dora@tresen.example>"
    assert first.message == f"Sie war auf Englisch.\n\n{signed}"


def test_ids_are_those_of_git(repo: Repository, three: bytes) -> None:
    said = repo.text("patch-id", "--stable", given=three)
    ids = [line.partition(" ")[0] for line in said.splitlines()]
    assert [each.patch_id for each in read_series([three]).patches] == ids


def test_single_files_come_in_any_order(three: bytes) -> None:
    first, second, third = split(three)
    found = read_series([third, first, second])
    assert found == read_series([three])


def test_cover_letter_says_the_base_alone(repo: Repository, three: bytes, base: str) -> None:
    covered = repo.series(base, "--cover-letter")
    found = read_series([covered])
    assert (len(found.patches), found.base) == (3, base)


@pytest.mark.parametrize(("left_out", "said"), [(0, "1"), (1, "2"), (2, "3")])
def test_gap_is_named(three: bytes, left_out: int, said: str) -> None:
    parts = split(three)
    del parts[left_out]
    with pytest.raises(Refused) as refusal:
        read_series(parts)
    assert refusal.value.sentence == f"Of this series, these are missing: {said}."


def test_two_series_at_once_are_refused(repo: Repository, three: bytes, base: str) -> None:
    two = repo.git("format-patch", "--stdout", f"{base}..HEAD~1")
    with pytest.raises(Refused, match="different series"):
        read_series([three, two])


def test_line_ends_of_mail_do_not_matter(three: bytes) -> None:
    assert read_series([three.replace(b"\n", b"\r\n")]) == read_series([three])


def test_patches_hang_on_a_mail(three: bytes) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Carla <carla@kunde.example>", "Our change"
    mail.set_content("Please see the files.")
    for number, body in enumerate(split(three), start=1):
        mail.add_attachment(
            body, maintype="text", subtype="x-patch", filename=f"000{number}-x.PATCH"
        )
    assert read_series([mail.as_bytes()]).patches == read_series([three]).patches


def test_mail_sent_by_somebody_else_names_the_author(repo: Repository, base: str) -> None:
    repo.commit({"README": b"x\n"}, "Change")
    body = repo.series(base).replace(
        b"From: Dora Developer <dora@tresen.example>\n",
        b"From: Carla <carla@kunde.example>\n",
        1,
    )
    head, _blank, rest = body.partition(b"\n\n")
    mailed = head + b"\n\nFrom: Dora Developer <dora@tresen.example>\n\n" + rest
    (found,) = read_series([mailed]).patches
    assert (found.author_name, found.author_address) == ("Dora Developer", "dora@tresen.example")


def test_bytes_that_are_no_utf8_stay(repo: Repository, base: str) -> None:
    repo.commit({"README": "Häfen\n".encode("latin-1")}, "Umlaut")
    (found,) = read_series([repo.series(base)]).patches
    assert b"+H\xe4fen\n" in found.diff


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "No patch was found"),
        (b"Just words.\n", "No patch was found"),
        (b"From: a@b.example\nSubject: [PATCH] x\n\n---\nno diff\n", "No patch was found"),
        (b"Subject: [PATCH] x\n\nx\n---\ndiff --git a/x b/x\n", "does not say who made it"),
        (bytes(series.MOST_BYTES + 1), "too large"),
    ],
)
def test_what_is_no_patch_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_series([body])


def test_series_that_nobody_can_review_is_refused(three: bytes) -> None:
    one = split(three)[0].replace(b"[PATCH 1/3]", b"[PATCH]")
    with pytest.raises(Refused, match="too long"):
        read_series([one] * (series.MOST_PATCHES + 1))


def test_patch_without_date_has_none(three: bytes) -> None:
    one = split(three)[1].replace(b"[PATCH 2/3]", b"[PATCH]")
    undated = re.sub(rb"(?m)^Date: .*\n", b"", one, count=1)
    assert read_series([undated]).patches[0].authored_at is None
