# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a bundle says of the way to the public: clearance, anchors, and what upstream made of it.

Nobody is named: sides, grounds and hashes of signed documents are.
"""

from typing import Any

from tresen.sdk import Desk

from tresen_licensing.bundles.times import moment, on
from tresen_licensing.clearances import queries as clearances
from tresen_licensing.clearances.models import Approval, Finding
from tresen_licensing.developments.models import Development
from tresen_licensing.proposals import queries as proposals
from tresen_licensing.proposals.adoption import carrying
from tresen_licensing.proposals.models import UpstreamProposal
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


def upstream(desk: Desk, row: Development) -> dict[str, Any]:
    """Return what `upstream.json` says: proposals, upstream's release, and what is left of a delta.

    `delta` counts the places at which patches still run on top of that release.
    """
    found = proposals.proposals_of(desk, row.id)
    released = found[0].release if found else ""
    return {
        "proposals": [_proposal(desk, each) for each in found],
        "released": released or None,
        "delta": len(carrying(desk, row, released)),
    }


def _proposal(desk: Desk, found: UpstreamProposal) -> dict[str, Any]:
    return {
        "version": found.change_set.version,
        "route": found.route,
        "state": found.state,
        "number": found.number,
        "address": found.address,
        "proposed_at": moment(found.proposed_at),
        "commit": found.commit,
        "differently": found.differently,
        "release": found.release,
        "released_on": on(found.released_on),
        "adopted_on": on(found.adopted_on),
        "merged": [
            {"position": each.position, "commit": each.commit, "detector": each.detector}
            for each in proposals.merged_patches(desk, found.id)
        ],
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
