# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of advisories: they are taken in, findings are judged, and owners are asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from tresen.sdk import (
    Desk,
    Person,
    Product,
    Refused,
    Ticket,
    _,
    enqueue,
    ngettext,
    record,
    speaking_to,
)

from tresen_licensing.advisories import queries, scores, states
from tresen_licensing.advisories.models import (
    Advisory,
    AdvisoryFinding,
    AdvisoryTicket,
    NamedPackage,
)
from tresen_licensing.advisories.osv import Record
from tresen_licensing.components.service import MATCH
from tresen_licensing.portfolio import notices
from tresen_licensing.portfolio.models import Offering

FINDING, ADVISORIES = "licensing.advisory_finding", "licensing.advisories"


@dataclass(frozen=True)
class Taken:
    """How many advisories were new, took the place of an older record, or were no newer."""

    new: int = 0
    newer: int = 0
    known: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        """Return both together."""
        return Taken(self.new + other.new, self.newer + other.newer, self.known + other.known)


def take_in(desk: Desk, records: Iterable[Record]) -> Taken:
    """Keep advisories; of those with one id the last modified counts, known ones included."""
    found = list(records)
    newest = _newest(found)
    rows = queries.by_osv_id(desk, newest)
    new = [each for each in newest.values() if each.osv_id not in rows]
    newer = [each for each in newest.values() if _is_newer(each, rows.get(each.osv_id))]
    for each in [*new, *newer]:
        row = rows.setdefault(each.osv_id, Advisory(osv_id=each.osv_id))
        _write(desk, row, each)
    desk.session.flush()
    _name_packages(desk, [rows[each.osv_id] for each in newer], [*new, *newer], rows)
    return Taken(len(new), len(newer), len(found) - len(new) - len(newer))


def conclude(desk: Desk, taken: Taken, refused: int) -> None:
    """Note an import in the journal, and have releases compared with what it brought."""
    told = {"new": taken.new, "newer": taken.newer, "refused": refused}
    record(desk, ADVISORIES, 0, "imported", {name: (None, each) for name, each in told.items()})
    if taken.new or taken.newer:
        enqueue(desk, MATCH)


def assess(
    desk: Desk, found: AdvisoryFinding, status: str, justification: str, note: str
) -> AdvisoryFinding:
    """Say where a finding stands and why; raises Refused where VEX asks for more.

    Source: OpenVEX 0.2.0, "Statement Fields": `not_affected` bears a justification, `affected`
    says what to do.
    """
    wanted = justification if status == states.NOT_AFFECTED else ""
    if status not in states.STATES:
        raise Refused(_("Please choose where it stands."))
    if status == states.NOT_AFFECTED and wanted not in states.JUSTIFICATIONS:
        raise Refused(_("Please choose why the release is not affected."))
    if status == states.AFFECTED and not note.strip():
        raise Refused(_("Please say what is to be done about it."))
    before = found.status, found.justification
    found.status, found.justification, found.note = status, wanted, note.strip()
    found.assessed_at, found.assessed_by_id = desk.now(), desk.actor.person_id
    found.revision += 1
    desk.session.flush()
    told = {"status": (before[0], status), "justification": (before[1], wanted)}
    changed = {name: pair for name, pair in told.items() if pair[0] != pair[1]}
    record(desk, FINDING, found.id, "assessed", changed or None)
    return found


def assess_alike(desk: Desk, found: AdvisoryFinding) -> Sequence[AdvisoryFinding]:
    """Say the same of the same component in every other release."""
    others = queries.alike(desk, found)
    for each in others:
        assess(desk, each, found.status, found.justification, found.note)
    return others


def ask_owner(desk: Desk, row: Advisory, product_id: int) -> Ticket:
    """Open a ticket about an advisory for who answers for the product; no customer sees it.

    Raises Refused where there is one already, and where nothing of the product is open.
    """
    known = queries.tickets(desk, row.id).get(product_id)
    if known is not None:
        words = {"number": known.ticket.number}
        raise Refused(_("Ticket %(number)s is about it already.") % words)
    found = [
        each
        for each in queries.findings_by_release(desk, row.id)
        if each.version.product_id == product_id and each.ended_at is None
    ]
    if not found:
        raise Refused(_("Nothing of it is found in this product."))
    product = found[0].version.product
    ticket = _ask(desk, row, product, found)
    desk.session.add(AdvisoryTicket(advisory_id=row.id, product_id=product_id, ticket_id=ticket.id))
    desk.session.flush()
    return ticket


def _ask(desk: Desk, row: Advisory, product: Product, found: Sequence[AdvisoryFinding]) -> Ticket:
    owned = select(Offering.owner_id).where(Offering.product_id == product.id)
    owner_id = desk.session.scalar(owned)
    owner = desk.session.get(Person, owner_id) if owner_id else None
    with speaking_to(desk, owner.language if owner else None):
        words = {"advisory": row.osv_id, "product": product.name}
        subject = _("%(advisory)s in %(product)s") % words
        return notices.inform(desk, subject, _body(desk, row, found), product, owner)


def _body(desk: Desk, row: Advisory, found: Sequence[AdvisoryFinding]) -> str:
    releases = [
        f"- {each.version.product.name} {each.version.number}: {each.component}, "
        f"{states.STATES[each.status]}"
        for each in found
    ]
    runs = queries.installations(desk, {each.version_id for each in found})
    names = list(dict.fromkeys(f"- {each.organisation.name}" for each in runs))
    left = len(names) - notices.NAMED
    more = ngettext("And one more.", "And %(num)s more.", left) % {"num": left}
    paragraphs = [
        row.summary,
        _("Releases that hold what it names:"),
        "\n".join(releases),
        _("Customers were not told. Where it runs:") if names else _("It runs nowhere."),
        "\n".join(names[: notices.NAMED]),
        more if left > 0 else "",
        f"{desk.config.base_url}/licensing/advisories/{row.id}",
    ]
    return "\n\n".join(each for each in paragraphs if each)


def _newest(records: Iterable[Record]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for each in records:
        known = found.get(each.osv_id)
        if known is None or each.modified > known.modified:
            found[each.osv_id] = each
    return found


def _is_newer(found: Record, row: Advisory | None) -> bool:
    return row is not None and found.modified > row.modified_at


def _write(desk: Desk, row: Advisory, found: Record) -> None:
    how = scores.gravity(found)
    row.modified_at, row.published_at = found.modified, found.published
    row.withdrawn_at, row.aliases = found.withdrawn, list(found.aliases)
    row.summary, row.record = found.summary, dict(found.kept)
    row.score, row.vector, row.rating = how.score, how.vector, how.rating
    row.taken_in_at, row.taken_in_by_id = desk.now(), desk.actor.person_id
    desk.session.add(row)


def _name_packages(
    desk: Desk,
    before: Sequence[Advisory],
    records: Sequence[Record],
    rows: Mapping[str, Advisory],
) -> None:
    """Write down which packages the records name, in the place of what older ones named."""
    ids = [each.id for each in before]
    desk.session.execute(delete(NamedPackage).where(NamedPackage.advisory_id.in_(ids)))
    values = [
        {"advisory_id": rows[each.osv_id].id, "package": key}
        for each in records
        for key in sorted(each.keys)
    ]
    for first in range(0, len(values), 1000):
        desk.session.execute(insert(NamedPackage), values[first : first + 1000])
