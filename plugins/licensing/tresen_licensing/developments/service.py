# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of developments."""

from datetime import date
from typing import Any

from sqlalchemy import select
from tresen.sdk import Desk, ProductVersion, Refused, Ticket, _, day

from tresen_licensing.agreements.models import Agreement
from tresen_licensing.developments import queries, states
from tresen_licensing.developments.clocks import latest_embargo
from tresen_licensing.developments.models import Development, DevelopmentTicket
from tresen_licensing.developments.numbers import next_reference
from tresen_licensing.journals.service import append

FIELDS = (
    *("title", "agreement_id", "product_id", "base_version_id", "component", "kind"),
    *("description", "owner_id", "upstream_url", "upstream_branch"),
)


def begin(desk: Desk, organisation_id: int, given: dict[str, Any]) -> Development:
    """Begin a development from FIELDS; raises Refused for facts that do not fit together."""
    fields = _checked(desk, organisation_id, given)
    now = desk.now()
    row = Development(
        reference=next_reference(desk),
        organisation_id=organisation_id,
        state=states.DRAFT,
        began_at=now,
        moved_at=now,
        **fields,
    )
    desk.session.add(row)
    desk.session.flush()
    append(desk, row, "begun", {"kind": row.kind})
    return row


def edit(desk: Desk, row: Development, given: dict[str, Any]) -> None:
    """Change the facts of a development and record which; raises Refused as `begin`.

    What was cleared stays as it was cleared.
    """
    if row.state not in states.OPEN:
        raise Refused(_("It is cleared: take it back into clearance to change it."))
    fields = _checked(desk, row.organisation_id, given)
    changed = sorted(name for name in fields if getattr(row, name) != fields[name])
    for name in changed:
        setattr(row, name, fields[name])
    if changed:
        append(desk, row, "changed", {"fields": ",".join(changed)})


def link(desk: Desk, row: Development, ticket: Ticket) -> None:
    """Link a ticket to a development; harmless when it is linked already."""
    pair = {"development_id": row.id, "ticket_id": ticket.id}
    known = select(DevelopmentTicket.id).filter_by(**pair)
    if desk.session.scalar(known) is None:
        desk.session.add(DevelopmentTicket(**pair))
        append(desk, row, "linked", {"ticket": ticket.number})


def unlink(desk: Desk, row: Development, ticket: Ticket) -> None:
    """Take a ticket off a development."""
    wanted = select(DevelopmentTicket).filter_by(development_id=row.id, ticket_id=ticket.id)
    found = desk.session.scalar(wanted)
    if found is not None:
        desk.session.delete(found)
        append(desk, row, "unlinked", {"ticket": ticket.number})


def step(desk: Desk, row: Development, wanted: str, note: str = "") -> None:
    """Take a development to a state that needs nothing but a word.

    Raises Refused for another step, for one without its reason, and for withdrawing what runs.
    """
    if wanted not in states.VERBS:
        raise Refused(_("This step is taken by what it needs, not by hand."))
    if wanted == states.WITHDRAWN and queries.started_on(desk, row) is not None:
        raise Refused(_("It runs outside already: it is published, or a waiver frees it."))
    take(desk, row, wanted, note)


def take(desk: Desk, row: Development, wanted: str, note: str = "") -> None:
    """Take a development to a state and write it down; raises Refused for a step there is not."""
    if not states.may_follow(row.state, wanted):
        following = ", ".join(f"“{states.TITLES[each]}”" for each in states.STEPS[row.state])
        words = {"state": states.TITLES[row.state], "following": following or _("none")}
        raise Refused(_("From “%(state)s” the allowed steps are: %(following)s.") % words)
    if states.needs_reason(row.state, wanted) and not note.strip():
        raise Refused(_("Please say why."))
    earlier, row.state, row.moved_at = row.state, wanted, desk.now()
    append(desk, row, "stepped", {"from": earlier, "to": wanted}, note)


def embargo(desk: Desk, row: Development, until: date, note: str) -> None:
    """Put an embargo on what closes a fault of security; raises Refused beyond the agreement.

    The limit counts from the first deployment outside, or from today where there is none.
    """
    if row.state in states.PUBLIC:
        raise Refused(_("It is public already."))
    if not note.strip():
        raise Refused(_("Please say why."))
    started = queries.started_on(desk, row) or desk.today()
    limit = latest_embargo(started, queries.terms_of(row))
    if until > limit:
        words = {"day": day(limit)}
        raise Refused(_("By the agreement, no embargo reaches beyond %(day)s.") % words)
    if until < desk.today():
        raise Refused(_("This day is over."))
    row.embargoed_until = until
    append(desk, row, "embargoed", {"until": until.isoformat()}, note)


def _checked(desk: Desk, organisation_id: int, given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a development from those of its form."""
    fields: dict[str, Any] = {name: given.get(name) for name in FIELDS}
    for name in ("title", "component", "description", "upstream_url", "upstream_branch"):
        fields[name] = (fields[name] or "").strip()
    _demand_agreement(desk, organisation_id, fields["agreement_id"])
    _demand_version(desk, fields["product_id"], fields["base_version_id"])
    return fields


def _demand_agreement(desk: Desk, organisation_id: int, agreement_id: int | None) -> None:
    found = desk.session.get(Agreement, agreement_id) if agreement_id is not None else None
    if agreement_id is not None and (found is None or found.organisation_id != organisation_id):
        raise Refused(_("This agreement is another customer's."))


def _demand_version(desk: Desk, product_id: int | None, version_id: int | None) -> None:
    found = desk.session.get(ProductVersion, version_id) if version_id is not None else None
    if version_id is not None and (found is None or found.product_id != product_id):
        raise Refused(_("This version belongs to another product."))
