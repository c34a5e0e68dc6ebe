# SPDX-License-Identifier: AGPL-3.0-or-later
"""Advisories in the OSV format about the crane of the tests' bill of materials."""

from typing import Any

VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
UNTIL_3 = [{"introduced": "0"}, {"fixed": "3.0"}]


def affected(
    *events: dict[str, str],
    ecosystem: str = "PyPI",
    name: str = "crane",
    kind: str = "ECOSYSTEM",
    **more: Any,
) -> dict[str, Any]:
    """Return an affected package with one range of these events, all before 3.0 by default."""
    found = {"type": kind, "events": list(events or UNTIL_3)}
    return {"package": {"ecosystem": ecosystem, "name": name}, "ranges": [found], **more}


def record(osv_id: str = "TEST-1", **given: Any) -> dict[str, Any]:
    """Return an advisory that names the crane, with these fields in the place of the usual ones."""
    usual = {
        "id": osv_id,
        "modified": "2026-03-01T10:00:00Z",
        "aliases": ["CVE-2026-1"],
        "summary": "The crane drops what it lifts",
        "severity": [{"type": "CVSS_V3", "score": VECTOR}],
        "affected": [affected()],
        "references": [{"type": "WEB", "url": "https://crane.example/1"}],
    }
    return usual | given
