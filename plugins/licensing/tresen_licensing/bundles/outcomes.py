# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a bundle says of the way to the public: how it was cleared, and where it stands.

Nobody is named: sides, grounds and hashes of signed documents are.
"""

from typing import Any

from tresen.sdk import Desk

from tresen_licensing.bundles.times import moment
from tresen_licensing.clearances import queries as clearances
from tresen_licensing.clearances.models import Approval, Finding
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import queries as publications
from tresen_licensing.publications.models import Anchor


def clearance(desk: Desk, row: Development) -> dict[str, Any] | None:
    """Return what `clearance.json` says: the latest look, its findings and approvals, or None."""
    review = clearances.review(desk, row)
    if review is None:
        return None
    return {
        "version": review.change.version,
        "made_at": moment(review.clearance.made_at),
        "checks": review.marks,
        "findings": [_finding(each) for each in review.findings],
        "approvals": [_approval(each) for _side, each in sorted(review.approvals.items())],
    }


def publication(desk: Desk, row: Development) -> dict[str, Any]:
    """Return what `publication.json` says: what was published when, and all of its anchors."""
    made = publications.publication(desk, row.id)
    return {
        "published_at": moment(made.published_at) if made else None,
        "version": made.change_set.version if made else None,
        "tree": made.tree if made else None,
        "licence": made.licence if made else None,
        "anchors": [_anchor(each) for each in publications.anchors_of(desk, row.id)],
    }


def _finding(found: Finding) -> dict[str, Any]:
    place = {"patch": found.patch, "path": found.path, "line": found.line}
    what = {"check": found.check, "code": found.code, "severity": found.severity}
    return what | place | {"answered_at": moment(found.answered_at)}


def _approval(given: Approval) -> dict[str, Any]:
    return {
        "side": given.side,
        "ground": given.ground,
        "approved_at": moment(given.approved_at),
        "document_sha512": given.document_sha512,
    }


def _anchor(found: Anchor) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "address": found.address,
        "revision": found.revision,
        "ours": found.is_ours,
        "tree": found.tree,
        "commit": found.commit,
        "outcome": found.outcome,
        "compared": found.compared,
        "sha256": found.sha256,
        "observed_at": moment(found.observed_at),
        "held_at": moment(found.held_at),
        "withdrawn_at": moment(found.withdrawn_at),
    }
