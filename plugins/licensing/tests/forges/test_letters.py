# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of a contribution are what git itself would write, and git takes them."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from forges.conftest import Built
from gits import PLAIN, Repository
from tresen_licensing.forges import letters, trailers
from tresen_licensing.forges.directory import packed
from tresen_licensing.forges.records import Contribution
from tresen_licensing.patches.series import PatchText, read_series

Contribute = Callable[..., Contribution]


def am(repo: Repository, bodies: list[bytes], folder: Path) -> None:
    names = []
    for number, body in enumerate(bodies):
        path = folder / f"{number}.eml"
        path.write_bytes(body)
        names.append(str(path))
    repo.git("am", "-q", *names)


def log(repo: Repository) -> list[str]:
    read = "--format=%an|%ae|%ai|%s|%(trailers:key=Contribution-Id,valueonly,separator=)"
    return repo.text("log", "--reverse", read, "-2").splitlines()


APPLIED = [
    "Dora Developer|dora@tresen.example|2026-03-02 10:00:00 +0100|Add a bollard|",
    "Dora Developer|dora@tresen.example|2026-03-02 10:00:00 +0100|Kran für Kähne|CD-2026-0001",
]


def test_files_are_named_and_numbered(contribute: Contribute) -> None:
    found = letters.files(contribute())
    subjects = [
        line.decode()
        for _name, body in found
        for line in body.splitlines()
        if line.startswith(b"Subject: ")
    ]
    assert ([name for name, _body in found], subjects[:2]) == (
        ["0000-cover-letter.patch", "0001-Add-a-bollard.patch", "0002-Kran-f-r-K-hne.patch"],
        [
            "Subject: [PATCH 0/2] A bollard and a crane",
            "Subject: [PATCH 1/2] Add a bollard",
        ],
    )


def test_git_takes_the_files(contribute: Contribute, upstream: Repository, tmp_path: Path) -> None:
    am(upstream, [body for _name, body in letters.files(contribute())[1:]], tmp_path)
    assert (log(upstream), upstream.tree()) == (APPLIED, upstream.tree("ours"))


def test_git_takes_the_bodies_of_mails(
    contribute: Contribute, upstream: Repository, tmp_path: Path
) -> None:
    head = b"From: desk@tresen.example\nSubject: Re: [PATCH 0/2] x [#10001]\n"
    head += b"Content-Type: text/plain; charset=utf-8\n\n"
    wanted = contribute()
    patches = trailers.with_trailer(wanted.patches, wanted.reference)
    bodies = [head + letters.mail_body(each, at, 2) for at, each in enumerate(patches, start=1)]
    am(upstream, bodies, tmp_path)
    assert (log(upstream), upstream.tree()) == (APPLIED, upstream.tree("ours"))


def test_plugin_reads_back_what_it_wrote(contribute: Contribute) -> None:
    wanted = contribute()
    found = read_series([body for _name, body in letters.files(wanted)])
    ids = [each.patch_id for each in found.patches]
    assert (ids, found.base) == ([each.patch_id for each in wanted.patches], wanted.base)


def test_cover_letter_ends_with_trailer_and_base(contribute: Contribute) -> None:
    wanted = contribute()
    assert letters.cover(wanted) == (
        "Hello,\n\nwe use it.\n\n  Add a bollard\n  Kran für Kähne\n\n+2 -0\n\n"
        f"Contribution-Id: CD-2026-0001\n\nbase-commit: {wanted.base}\n"
    )


def test_later_version_bears_its_number_and_what_is_new(contribute: Contribute) -> None:
    wanted = contribute(version=2, news=" One crane less. ")
    heads = [
        next(line for line in body.decode().splitlines() if line.startswith("Subject:"))
        for _name, body in letters.files(wanted)
    ]
    assert heads[:2] == [
        "Subject: [PATCH v2 0/2] A bollard and a crane",
        "Subject: [PATCH v2 1/2] Add a bollard",
    ]
    assert letters.cover(wanted).split("\n\n")[:5] == [
        *("Hello,", "we use it.", "Changes since v1:", "One crane less."),
        "  Add a bollard\n  Kran für Kähne",
    ]


def test_git_takes_a_later_version(
    contribute: Contribute, upstream: Repository, tmp_path: Path
) -> None:
    for name, body in letters.files(contribute(version=3, news="Less."))[1:]:
        (tmp_path / name).write_bytes(body)
    upstream.git("am", "-q", *(str(path) for path in sorted(tmp_path.glob("*.patch"))))
    assert (upstream.tree(), upstream.text("log", "-1", "--format=%s")) == (
        upstream.tree("ours"),
        "Kran für Kähne",
    )


@pytest.mark.parametrize(
    ("body", "is_mailable"),
    [
        (b"plain\n", True),
        ("für\n".encode(), True),
        (b"a\r\nb\n", False),
        (b"a\rb\n", False),
        (b"a\0b\n", False),
        (b"a\x0cb\n", False),
        (b"f\xfcr\n", False),
    ],
)
def test_bytes_that_mail_would_change_are_known(body: bytes, is_mailable: bool) -> None:
    assert letters.is_mailable(body) is is_mailable


def test_archive_has_the_same_bytes_each_time(contribute: Contribute) -> None:
    assert packed(contribute()) == packed(contribute())


def test_archive_says_what_to_do(contribute: Contribute) -> None:
    wanted = contribute()
    with ZipFile(BytesIO(packed(wanted))) as archive:
        text = archive.read("README").decode()
    told = wanted.base in text, "git am" in text, wanted.title in text
    assert told == (True, True, True)


def patch(built: Built, message: str) -> PatchText:
    return replace(read_series([built.patches]).patches[0], subject="Add", message=message)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("", "Contribution-Id: CD-2026-0001\n"),
        ("Why.\n", "Why.\n\nContribution-Id: CD-2026-0001\n"),
        (
            "Why.\n\nSigned-off-by: A <a@b.example>\n",
            "Why.\n\nSigned-off-by: A <a@b.example>\nContribution-Id: CD-2026-0001\n",
        ),
        (
            "Signed-off-by: A <a@b.example>\n",
            "Signed-off-by: A <a@b.example>\nContribution-Id: CD-2026-0001\n",
        ),
        ("Contribution-Id: CD-2026-0001\n", "Contribution-Id: CD-2026-0001\n"),
        ("contribution-id: cd-2026-0001\n", "contribution-id: cd-2026-0001\n"),
    ],
)
def test_trailer_stands_at_the_end_once(built: Built, message: str, told: str) -> None:
    (made,) = trailers.with_trailer([patch(built, message)], "CD-2026-0001")
    assert made.message == told


def test_git_reads_the_trailer(built: Built, tmp_path: Path) -> None:
    (made,) = trailers.with_trailer([patch(built, "Why: so.\n")], "CD-2026-0001")
    words = ["git", "interpret-trailers", "--parse"]
    given = f"{made.subject}\n\n{made.message}".encode()
    ran = subprocess.run(words, input=given, env=PLAIN, capture_output=True, check=True)
    assert ran.stdout.decode().splitlines()[-1] == "Contribution-Id: CD-2026-0001"


def test_sign_offs_are_read_wherever_they_stand() -> None:
    text = "A\n\nSigned-off-by: A <A@b.example>\n\nMore.\n\nsigned-off-by: C <c@d.example>\n"
    assert trailers.signed_by(text) == {"a@b.example", "c@d.example"}
