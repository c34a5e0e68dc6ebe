# SPDX-License-Identifier: AGPL-3.0-or-later
"""Three invented advisories on invented components, one of them judged, for the demo."""

from typing import Any

from tresen.sdk import Desk, _

from tresen_licensing.advisories import matching, osv, queries, service, states

ADVISORIES: tuple[dict[str, Any], ...] = (
    {
        "id": "DEMO-2026-0001",
        "published": "2026-02-20T08:00:00Z",
        "modified": "2026-03-02T09:30:00Z",
        "summary": "The driver writes past the end of a label that is too long",
        "details": "A label of more than 4096 characters overwrites what lies behind it.",
        "severity": [
            {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"},
        ],
        "affected": [
            {
                "package": {"purl": "pkg:generic/scanner-driver"},
                "ranges": [
                    {"type": "SEMVER", "events": [{"introduced": "1.4.0"}, {"fixed": "1.9.2"}]}
                ],
            }
        ],
        "references": [{"type": "ADVISORY", "url": "https://scanner-driver.example/2026-0001"}],
    },
    {
        "id": "DEMO-2026-0002",
        "modified": "2026-01-15T12:00:00Z",
        "summary": "A font file with a broken table stops the program that draws it",
        "severity": [
            {"type": "CVSS_V3", "score": "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H"},
        ],
        "affected": [
            {
                "package": {"purl": "pkg:generic/label-font"},
                "ranges": [
                    {"type": "SEMVER", "events": [{"introduced": "0"}, {"last_affected": "2.1"}]}
                ],
            }
        ],
    },
    {
        "id": "DEMO-2026-0003",
        "modified": "2026-02-01T12:00:00Z",
        "summary": "Whoever stands near by can pair a scanner of their own",
        "affected": [
            {
                "package": {"purl": "pkg:generic/scanner-driver"},
                "ranges": [
                    {"type": "ECOSYSTEM", "events": [{"introduced": "r7"}, {"fixed": "r9"}]}
                ],
            }
        ],
    },
)
JUDGED = "DEMO-2026-0002"
UNREACHABLE = "vulnerable_code_cannot_be_controlled_by_adversary"


def fill(desk: Desk, world: dict[str, Any]) -> None:
    """Take the advisories in, find them in the products, and judge one of them."""
    if not world.get("products"):
        return
    service.take_in(desk, [osv.read(each) for each in ADVISORIES])
    matching.match(desk)
    for each in queries.findings_of(desk, None):
        if each.advisory.osv_id == JUDGED:
            note = _("Only fonts that we ship are drawn; nobody can hand in another one.")
            service.assess(desk, each, states.NOT_AFFECTED, UNREACHABLE, note)
