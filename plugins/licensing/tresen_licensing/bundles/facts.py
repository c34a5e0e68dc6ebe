# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a bundle says of a development, as plain JSON values; `verify` reads them."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from tresen.sdk import Desk

from tresen_licensing.agreements.models import Agreement
from tresen_licensing.announcements.models import Announcement
from tresen_licensing.bundles.times import moment, on
from tresen_licensing.changes import queries as changes
from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.deployments.queries import deployments_of
from tresen_licensing.developments.clocks import latest_embargo
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import standings, terms_of
from tresen_licensing.repositories.models import SourceTree
from tresen_licensing.repositories.queries import source_trees
from tresen_licensing.waivers.queries import waivers_of

SCHEMA = "tresen.contribution/1"


def contribution(desk: Desk, row: Development) -> dict[str, Any]:
    """Return what `contribution.json` says; the development must be loaded whole."""
    found = standings(desk, [row])[row.id].clock
    return {
        "schema": SCHEMA,
        "as_of": on(desk.today()),
        "reference": row.reference,
        "title": row.title,
        "description": row.description,
        "customer": row.organisation.name,
        "kind": row.kind,
        "component": row.component,
        "product": row.product.name if row.product else None,
        "base_version": row.base_version.number if row.base_version else None,
        "upstream": {"url": row.upstream_url, "branch": row.upstream_branch},
        "state": row.state,
        "agreement": _agreement(row.agreement) if row.agreement else None,
        "embargo_days": terms_of(row).embargo_days,
        "embargoed_until": on(_embargoed_until(row, found.started_on)),
        "clock": {
            "standing": found.standing,
            "started_on": on(found.started_on),
            "due_on": on(found.due_on),
        },
        "change_sets": _change_sets(desk, row),
        "waivers": [
            {
                "reason": each.reason,
                # The operator's day, from which its longest time counts.
                "asked_on": on(desk.today(each.asked_at)),
                "asked_at": moment(each.asked_at),
                "granted_at": moment(each.granted_at),
                "expires_on": on(each.expires_on),
                "ended_at": moment(each.ended_at),
            }
            for each in waivers_of(desk, row.id)
        ],
    }


def deployments(desk: Desk, row: Development) -> dict[str, Any]:
    """Return what `deployments.json` says: where it runs, and what other plugins announced."""
    said = select(Announcement.running_since).where(Announcement.development_id == row.id)
    return {
        "announced": [on(each) for each in desk.session.scalars(said.order_by(Announcement.id))],
        "deployments": [
            {
                "version": each.change_set.version,
                "customer": each.organisation.name,
                "outside": each.is_outside,
                "first_seen_on": on(each.first_seen_on),
                "ended_on": on(each.ended_on),
                "tree": each.tree,
                "method": each.method,
                "verified_at": moment(each.verified_at),
            }
            for each in deployments_of(desk, row.id)
        ],
    }


def _embargoed_until(row: Development, started_on: date | None) -> date | None:
    """Return the last day that the embargo holds: its limit moves if it ran outside earlier."""
    if row.embargoed_until is None or started_on is None:
        return row.embargoed_until
    return min(row.embargoed_until, latest_embargo(started_on, terms_of(row)))


def _agreement(found: Agreement) -> dict[str, Any]:
    return {
        "title": found.title,
        "reference": found.reference,
        "agreed_on": on(found.agreed_on),
        "licence": found.licence,
        "publishing": found.publishing,
        "deadline_days": found.deadline_days,
        "embargo_days": found.embargo_days,
        "document_sha512": found.document_sha512,
    }


def _change_sets(desk: Desk, row: Development) -> list[dict[str, Any]]:
    found = [*reversed(changes.change_sets_of(desk, row.id))]
    trees = source_trees(desk, [each.id for each in found])
    patches = changes.patches_of_all(desk, [each.id for each in found])
    return [_change_set(each, trees.get(each.id), patches.get(each.id, [])) for each in found]


def _change_set(
    change: ChangeSet, tree: SourceTree | None, patches: Sequence[Patch]
) -> dict[str, Any]:
    return {
        "version": change.version,
        "base": change.base,
        "sha512": change.sha512,
        "has_file": change.file_id is not None,
        "made_at": moment(change.made_at),
        "head": tree.head if tree else None,
        "tree": tree.tree if tree else None,
        "archive_sha512": tree.archive_sha512 if tree else None,
        # What the tar cannot hold, though the tree's id does.
        "submodules": dict(json.loads(tree.submodules)) if tree else {},
        "patches": [
            {
                "position": each.position,
                "subject": each.subject,
                "patch_id": each.patch_id,
                "added": each.added,
                "removed": each.removed,
                # By nothing else that ends a line: it may stand in a path.
                "paths": each.paths.split("\n"),
            }
            for each in patches
        ],
    }
