# SPDX-License-Identifier: AGPL-3.0-or-later
"""A version is given out with channel, notes and files, whose hashes are those of their bytes."""

from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256, sha512
from typing import Any

import pytest
from sqlalchemy import func, select
from tresen.sdk import Desk, Missing, ProductVersion, Refused, StoredFile, read_file
from tresen_licensing.models import Base
from tresen_licensing.portfolio import files, queries, service
from tresen_licensing.portfolio.files import Upload
from tresen_licensing.portfolio.models import Release

Journal = Callable[[str], list[tuple[str, str, Any, Any]]]
Values = Callable[..., dict[str, Any]]

ARCHIVE = Upload("lager-4.1.tar.gz", b"the source")
SBOM = Upload("lager.cdx.json", b'{"bomFormat": "CycloneDX"}')


def keep(
    desk: Desk, version: ProductVersion, values: Mapping[str, object], **sent: Upload
) -> Release:
    return service.keep_release(desk, version, values, sent)


def stored(desk: Desk) -> list[str]:
    return list(desk.session.scalars(select(StoredFile.name).order_by(StoredFile.id)))


def test_notes_and_channel_are_kept_in_both_languages(
    desk: Desk, version: ProductVersion, release_values: Values
) -> None:
    values = release_values(channel="lts", notes_de="Neu: Drucken", notes_en="New: printing")
    made = keep(desk, version, values)
    assert (made.channel, made.notes_de, made.notes_en) == (
        "lts",
        "Neu: Drucken",
        "New: printing",
    )


def test_days_go_into_the_version_itself(
    desk: Desk, version: ProductVersion, release_values: Values, journal: Journal
) -> None:
    keep(desk, version, release_values(support_until=date(2027, 6, 30)))
    assert (version.support_until, journal(service.VERSION)) == (
        date(2027, 6, 30),
        [("changed", "support_until", "2026-12-31", "2027-06-30")],
    )


def test_support_that_ends_before_the_release_changes_nothing(
    desk: Desk, version: ProductVersion, release_values: Values
) -> None:
    with pytest.raises(Refused, match=r"4\.1 would end before its release"):
        keep(desk, version, release_values(support_until=date(2024, 12, 31)))
    assert version.support_until == date(2026, 12, 31)


def test_archive_has_the_hash_of_its_bytes(
    desk: Desk, version: ProductVersion, release_values: Values
) -> None:
    made = keep(desk, version, release_values(), source=ARCHIVE)
    assert made.source is not None
    assert (made.source.name, made.source_sha512, read_file(desk, made.source)) == (
        "lager-4.1.tar.gz",
        sha512(ARCHIVE.body).hexdigest(),
        ARCHIVE.body,
    )


def test_sbom_is_stored_under_its_hash(
    desk: Desk, version: ProductVersion, release_values: Values
) -> None:
    made = keep(desk, version, release_values(), sbom=SBOM)
    assert made.sbom is not None
    assert (made.sbom.sha256, made.sbom.media_type, made.source_id) == (
        sha256(SBOM.body).hexdigest(),
        "application/json",
        None,
    )


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.zip", "application/zip"),
        ("a.tar.gz", "application/gzip"),
        ("a.JSON", "application/json"),
        ("a.html", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_media_type_follows_from_the_name_and_is_harmless(
    desk: Desk, version: ProductVersion, release_values: Values, name: str, media_type: str
) -> None:
    made = keep(desk, version, release_values(), source=Upload(name, b"x"))
    assert made.source is not None
    assert made.source.media_type == media_type


def test_name_of_a_file_leads_nowhere(
    desk: Desk, version: ProductVersion, release_values: Values
) -> None:
    made = keep(desk, version, release_values(), source=Upload("../../etc/passwd", b"x"))
    assert made.source is not None
    assert made.source.name == "passwd"


def test_new_file_takes_the_place_of_the_one_before(
    desk: Desk, version: ProductVersion, release_values: Values
) -> None:
    keep(desk, version, release_values(), source=ARCHIVE)
    keep(desk, version, release_values(), source=Upload("again.zip", b"other bytes"))
    kept = desk.session.scalar(select(func.count()).select_from(Base.metadata.tables["blob"]))
    assert (stored(desk), kept) == (["again.zip"], 1)


def test_files_stay_where_none_is_sent(
    desk: Desk, version: ProductVersion, release_values: Values
) -> None:
    keep(desk, version, release_values(), source=ARCHIVE, sbom=SBOM)
    keep(desk, version, release_values(notes_en="More"))
    assert stored(desk) == [ARCHIVE.name, SBOM.name]


def test_empty_file_is_refused_before_anything_changes(
    desk: Desk, version: ProductVersion, release_values: Values
) -> None:
    with pytest.raises(Refused, match=r"“empty\.json” is empty"):
        keep(
            desk,
            version,
            release_values(support_until=None),
            source=ARCHIVE,
            sbom=Upload("empty.json", b""),
        )
    assert (version.support_until, stored(desk)) == (date(2026, 12, 31), [])


def test_files_stand_in_the_journal_with_their_hashes(
    desk: Desk, version: ProductVersion, release_values: Values, journal: Journal
) -> None:
    keep(desk, version, release_values(), sbom=SBOM)
    assert journal(service.RELEASE)[-2:] == [
        ("file_kept", "sbom", None, "lager.cdx.json"),
        ("file_kept", "sbom_hash", None, sha256(SBOM.body).hexdigest()),
    ]


@pytest.mark.parametrize("kind", [files.SOURCE, files.SBOM])
def test_file_that_was_never_kept_is_missing(
    desk: Desk, version: ProductVersion, release_values: Values, kind: str
) -> None:
    made = keep(desk, version, release_values())
    with pytest.raises(Missing, match="This file does not exist"):
        files.of_kind(made, kind)


def test_version_that_nobody_described_has_no_file(desk: Desk, version: ProductVersion) -> None:
    with pytest.raises(Missing):
        files.of_kind(queries.release(desk, version.id), files.SOURCE)


def test_versions_stand_with_the_latest_released_first(
    desk: Desk, version: ProductVersion, release_values: Values
) -> None:
    for number, released_on in (
        ("3.0", date(2023, 1, 1)),
        ("5.0", None),
        ("4.2", date(2026, 1, 1)),
    ):
        row = ProductVersion(product_id=version.product_id, number=number, released_on=released_on)
        desk.session.add(row)
    keep(desk, version, release_values(), sbom=SBOM)
    found = queries.releases(desk, version.product_id)
    assert [(row[0].number, row[1] is not None, row[2]) for row in found] == [
        ("4.2", False, 0),
        ("4.1", True, 0),
        ("3.0", False, 0),
        ("5.0", False, 0),
    ]
