# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is said of running distributions to programs: on the page of JSON and by the commands."""

from collections.abc import Sequence
from typing import Any

from tresen_licensing.sources.models import RunningDistribution, SourceArchive


def path_of(archive: SourceArchive) -> str:
    """Return where an archive is handed out; other bytes have another address."""
    return f"/licensing/source/archives/{archive.sha512}"


def cards(rows: Sequence[RunningDistribution]) -> list[dict[str, Any]]:
    """Return what is known of each distribution, as JSON values."""
    return [_card(row) for row in rows]


def _card(row: RunningDistribution) -> dict[str, Any]:
    return {
        "name": row.name,
        "version": row.version,
        "licence": row.licence,
        "source_url": row.source_url,
        "commit": row.commit,
        "state": row.state,
        "is_own": row.is_own,
        "differing": list(row.differing),
        "archive": _archive(row.archive) if row.archive else None,
    }


def _archive(archive: SourceArchive) -> dict[str, Any]:
    return {
        "path": path_of(archive),
        "sha512": archive.sha512,
        "size": archive.file.size,
        "packed_at": archive.packed_at.isoformat(),
    }
