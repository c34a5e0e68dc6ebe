# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of obligations: a duty is met, and a licence chosen."""

from collections.abc import Sequence

from tresen.sdk import (
    Desk,
    ProductVersion,
    Refused,
    _,
    record,
    remove_files,
)

from tresen_licensing.obligations import choices, queries
from tresen_licensing.obligations.models import Choice, Obligation
from tresen_licensing.obligations.states import Duty
from tresen_licensing.portfolio.files import Upload, check, stored_as_sent

OBLIGATION, CHOICE = "licensing.obligation", "licensing.choice"


def meet(
    desk: Desk,
    version: ProductVersion,
    found: Duty,
    how: str,
    evidence: str,
    upload: Upload | None = None,
) -> Obligation:
    """Write down how a duty is met; a file takes the place of the one before.

    Raises Refused without words, and for a file without a byte.
    """
    if not how.strip():
        raise Refused(_("Please say how it is met."))
    check([upload] if upload else [])
    row = found.obligation
    if row is None:
        row = Obligation(version_id=version.id, duty=found.kind, licence=found.licence)
        desk.session.add(row)
    row.how, row.evidence = how.strip(), evidence.strip()
    row.bom_id = found.bom_id
    row.met_at, row.met_by_id = desk.now(), desk.actor.person_id
    desk.session.flush()
    told = {"duty": (None, found.kind), "licence": (None, found.licence)}
    record(desk, OBLIGATION, row.id, "met", told)
    if upload:
        _attach(desk, row, upload)
    return row


def meet_alike(
    desk: Desk, version: ProductVersion, found: Duty, how: str, evidence: str
) -> Sequence[Obligation]:
    """Write down the same for the duty's like of every other licence that is not met yet."""
    standing = queries.standing(desk, version.id)
    others = [
        each
        for each in (standing.open if standing else ())
        if each.kind == found.kind and each.licence != found.licence
    ]
    return [meet(desk, version, each, how, evidence) for each in others]


def open_again(desk: Desk, row: Obligation) -> None:
    """Take back that a duty is met; what was written down stays, to be looked at again."""
    row.bom_id = None
    desk.session.flush()
    told = {"duty": (row.duty, None), "licence": (row.licence, None)}
    record(desk, OBLIGATION, row.id, "opened", told)


def choose(desk: Desk, version: ProductVersion, expression: str, chosen: str, note: str) -> Choice:
    """Choose the way in which an expression is fulfilled; raises Refused for what is no way."""
    if chosen not in map(choices.text_of, choices.ways(expression)):
        raise Refused(_("The licence leaves no such choice."))
    row = queries.choice(desk, version.id, expression)
    before = row.chosen if row else None
    if row is None:
        row = Choice(version_id=version.id, expression=expression)
        desk.session.add(row)
    row.chosen, row.note = chosen, note.strip()
    row.chosen_at, row.chosen_by_id = desk.now(), desk.actor.person_id
    desk.session.flush()
    told = {"expression": (None, expression), "chosen": (before, chosen)}
    record(desk, CHOICE, row.id, "chosen", told)
    return row


def _attach(desk: Desk, row: Obligation, upload: Upload) -> None:
    before, stored = row.file_id, stored_as_sent(desk, upload)
    row.file_id = stored.id
    desk.session.flush()
    record(desk, OBLIGATION, row.id, "file_kept", {"file": (None, stored.name)})
    if before is not None:
        remove_files(desk, [before])
