# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing contrib publish`: anchors are added and looked at, and it is published."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import click
from tresen.sdk import Desk

from tresen_licensing.commands import (
    CLEAN,
    FOUND,
    NETWORK,
    MakeCore,
    as_json,
    by_agent,
    tell,
    writing,
)
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import kinds, looking, publishing, queries, rules, service
from tresen_licensing.publications.models import Anchor
from tresen_licensing.publications.publishing import Condition


@click.command()
@click.argument("reference")
@click.option("--own-page", "is_home", is_flag=True, help="Offer the patches on our own page.")
@click.option("--anchor", "place", default="", help="Address at which the source is, too.")
@click.option("--kind", type=click.Choice(kinds.ADDRESSED), default=kinds.FORGE)
@click.option("--revision", default="", help="Branch, tag or commit, in a repository.")
@click.option("--not-ours", "is_theirs", is_flag=True, help="We could not take the anchor back.")
@click.option("--only-look", is_flag=True, help="Add and look at anchors; publish nothing.")
@by_agent
@as_json
@click.pass_obj
def publish(make_core: MakeCore, /, reference: str, address: str, **given: Any) -> None:
    """Add anchors, look at all of them, and publish where two show the source, one not ours.

    Exits with 1 where something is missing, and with 3 where only anchors that gave no answer are.
    """
    make = cache(make_core)
    with writing(make, address) as desk:
        row = developments.development(desk, reference)
        _add(desk, row, given)
        known, who = row.id, desk.actor.person_id
    # Addresses are asked before this desk's first statement: nobody waits for a stranger.
    with writing(make) as desk:
        looking.look(desk, known, who)
    with writing(make, address) as desk:
        row = developments.development(desk, reference)
        missing = _missing(desk, row)
        if row.state not in states.PUBLIC and not missing and not given["only_look"]:
            publishing.publish(desk, row)
        anchors = [each for each in queries.anchors_of(desk, row.id) if not each.withdrawn_at]
        facts, lines = _facts(desk, row, anchors, missing), _lines(row, anchors, missing)
        status = _status(anchors, missing)
    tell(facts, lines, is_json=given["is_json"], status=status)


COMMANDS = (publish,)


def _add(desk: Desk, row: Development, given: Mapping[str, Any]) -> None:
    """Add the anchors that are named, unless they are there: the command can be repeated."""
    if given["is_home"] and not _counts(queries.at_place(desk, row, kinds.OWN_PAGE)):
        service.offer(desk, row)
    kind, at = given["kind"], given["place"]
    if kind == kinds.SOFTWARE_HERITAGE and not at:
        at = service.heritage_address(desk, row)
    place = service.Place(kind, at, given["revision"], is_ours=not given["is_theirs"])
    is_named = bool(at) or kind != kinds.FORGE
    if is_named and not _counts(queries.at_place(desk, row, service.place_of(at))):
        service.add(desk, row, place)


def _counts(found: Anchor | None) -> bool:
    return found is not None and found.withdrawn_at is None


def _missing(desk: Desk, row: Development) -> list[Condition]:
    """Return what is missing to publish it, or of its anchors once it is public."""
    is_public = row.state in states.PUBLIC
    return [
        each
        for each in publishing.conditions(desk, row)
        if not each.is_met and (each.is_of_anchors or not is_public)
    ]


def _status(anchors: Sequence[Anchor], missing: Sequence[Condition]) -> int:
    if not missing:
        return CLEAN
    is_silent = any(each.outcome == kinds.SILENT for each in anchors)
    return NETWORK if is_silent and all(each.is_of_anchors for each in missing) else FOUND


def _facts(
    desk: Desk, row: Development, anchors: Sequence[Anchor], missing: Sequence[Condition]
) -> dict[str, Any]:
    shown, today = queries.meant(desk, anchors), desk.today()
    return {
        "reference": row.reference,
        "state": row.state,
        "is_public": row.state in states.PUBLIC,
        "tree": queries.source(desk, row).tree,
        "anchors": [
            {
                "kind": each.kind,
                "address": each.address,
                "ours": each.is_ours,
                "outcome": each.outcome,
                "holds": rules.holds(queries.seen(desk, each), shown[each.id].tree, today),
            }
            for each in anchors
        ],
        "missing": [each.sentence for each in missing],
    }


def _lines(row: Development, anchors: Sequence[Anchor], missing: Sequence[Condition]) -> list[str]:
    shown = [
        f"{kinds.TITLES[each.kind]} {each.address}".strip() + f": {kinds.OUTCOMES[each.outcome]}"
        for each in anchors
    ]
    lacking = [f"- {each.sentence}" for each in missing]
    return [*shown, *lacking, f"{row.reference}: {states.TITLES[row.state]}"]
