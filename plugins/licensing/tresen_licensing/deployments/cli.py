# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing contrib runs`: where a development runs, and which source was found there."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click
from tresen.sdk import Desk, Refused, _

from tresen_licensing.commands import (
    CLEAN,
    FOUND,
    MakeCore,
    as_json,
    by_somebody,
    reading,
    tell,
    writing,
)
from tresen_licensing.deployments import drifts, queries, service
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import queries as publications

STDIN = "-"


@click.command()
@click.argument("reference")
@click.option("--at", "place_id", type=int, help="Number of the place at which a tree was found.")
@click.option("--tree", help="What “git rev-parse HEAD^{tree}” says there; - reads it from stdin.")
@by_somebody
@as_json
@click.pass_obj
def runs(make_core: MakeCore, /, reference: str, address: str, **given: Any) -> None:
    """Tell where a development runs now; with --at and --tree, keep what was found at a place.

    A job that looks every night needs no more. Exits with 1 where something else runs than is
    public.
    """
    is_found = given["place_id"] is not None or given["tree"] is not None
    with writing(make_core, address) if is_found else reading(make_core) as desk:
        row = developments.development(desk, reference)
        if is_found:
            _keep(desk, row, given["place_id"], given["tree"])
        found = [each for each in queries.deployments_of(desk, row.id) if each.ended_on is None]
        known = drifts.known(found, publications.public_trees(desk, row))
        facts, lines = _facts(row, found, known), [_line(each, known) for each in found]
    status = FOUND if facts["is_drifted"] else CLEAN
    tell(facts, lines, is_json=given["is_json"], status=status)


COMMANDS = (runs,)


def _keep(desk: Desk, row: Development, place_id: int | None, tree: str | None) -> None:
    if place_id is None or tree is None:
        raise Refused(_("Name the place with --at and what was found there with --tree."))
    found = queries.deployment(desk, row, place_id)
    service.verify(desk, row, found, sys.stdin.read() if tree == STDIN else tree)


def _facts(
    row: Development, found: Sequence[Deployment], known: Mapping[int, str]
) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "state": row.state,
        "is_drifted": not drifts.DRIFTED.isdisjoint(known.values()),
        "places": [
            {
                "id": each.id,
                "customer": each.organisation.name,
                "installation": queries.named(each.installation) if each.installation else None,
                "version": each.change_set.version,
                "is_outside": each.is_outside,
                "since": each.first_seen_on.isoformat(),
                "tree": each.tree,
                "verified_at": each.verified_at.isoformat() if each.verified_at else None,
                "found": known.get(each.id),
            }
            for each in found
        ],
    }


def _line(found: Deployment, known: Mapping[int, str]) -> str:
    place = f", {queries.named(found.installation)}" if found.installation else ""
    what = f" {found.tree}" if found.tree else ""
    outcome = f": {drifts.TITLES[known[found.id]]}" if found.id in known else ""
    return f"{found.id} {found.organisation.name}{place} v{found.change_set.version}{what}{outcome}"
