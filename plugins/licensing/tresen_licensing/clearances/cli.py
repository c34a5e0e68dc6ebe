# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing contrib clear`: an agent approves, or writes down that the customer agreed.

Nobody agrees for the customer here: whoever speaks for them does so in the portal.
"""

from mimetypes import guess_type
from pathlib import Path
from typing import Any

import click
from tresen.sdk import Refused, _

from tresen_licensing.agreements.service import Document
from tresen_licensing.clearances import approving, queries, states
from tresen_licensing.commands import MakeCore, as_json, by_agent, tell, writing
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments import states as way


@click.command()
@click.argument("reference")
@click.option("--agreed", "note", default="", help="Who agreed at the customer, and where.")
@click.option(
    "--document",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The signed document in which the customer agreed; goes with --agreed.",
)
@by_agent
@as_json
@click.pass_obj
def clear(
    make_core: MakeCore, /, reference: str, note: str, document: Path | None, **given: Any
) -> None:
    """Approve what was looked at for our house; with --agreed, write down the customer's word."""
    if document is not None and not note:
        raise click.UsageError("--document goes with --agreed.")
    with writing(make_core, given["address"]) as desk:
        row = developments.development(desk, reference)
        review = queries.review(desk, row)
        if review is None:
            raise Refused(_("Nobody has looked yet whether it may be published."))
        if note:
            paper = _document(document) if document else None
            approving.record_agreement(desk, row, review.clearance.id, note, paper)
        else:
            approving.approve(desk, row, review.clearance.id)
        approved = queries.review(desk, row)
        sides = sorted(approved.approvals) if approved else []
        facts = {"reference": reference, "state": row.state, "approved_by": sides}
        said = ", ".join(str(states.SIDES[each]) for each in sides)
        lines = [f"{reference}: {way.TITLES[row.state]} ({said})"]
    tell(facts, lines, is_json=given["is_json"])


COMMANDS = (clear,)


def _document(path: Path) -> Document:
    media_type = guess_type(path.name)[0] or "application/octet-stream"
    return Document(path.name, media_type, path.read_bytes())
