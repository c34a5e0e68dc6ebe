# SPDX-License-Identifier: AGPL-3.0-or-later
"""Approval by two people: one of our house, one of the customer's side; together they clear it."""

import hashlib

from tresen.sdk import Desk, Forbidden, Refused, _, clean_file_name, store_file

from tresen_licensing.agreements import terms
from tresen_licensing.agreements.service import Document
from tresen_licensing.clearances import queries, states
from tresen_licensing.clearances.models import Approval
from tresen_licensing.clearances.queries import Review
from tresen_licensing.clearances.service import demand_other
from tresen_licensing.developments import states as way
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.service import take
from tresen_licensing.journals.service import append
from tresen_licensing.publications import queries as publications


def approve(desk: Desk, row: Development, clearance_id: int) -> None:
    """Approve for our house; raises Refused for who made the changes, or while something blocks."""
    review = _demand_ready(desk, row, clearance_id, states.COMPANY)
    demand_other(desk, review.clearance)
    _add(desk, row, review, Approval(side=states.COMPANY, ground=states.BY_HAND))


def agree(desk: Desk, row: Development, clearance_id: int) -> None:
    """Approve as somebody of the customer who speaks for the organisation.

    Raises Forbidden for anybody else, Refused while something blocks.
    """
    actor = desk.actor
    if actor.organisation_id != row.organisation_id or not actor.sees_organisation:
        raise Forbidden(_("Only who may see all requests of the organisation agrees for it."))
    review = _demand_ready(desk, row, clearance_id, states.CUSTOMER)
    _add(desk, row, review, Approval(side=states.CUSTOMER, ground=states.PORTAL))


def record_agreement(
    desk: Desk, row: Development, clearance_id: int, note: str, document: Document | None
) -> None:
    """Write down that the customer agreed: by the contract itself, or by a signed document.

    Where the contract asks for acceptance, the document is needed. Raises Refused without it.
    """
    review = _demand_ready(desk, row, clearance_id, states.CUSTOMER)
    if not note.strip():
        raise Refused(_("Please say who agreed at the customer, and where that is written."))
    agreed = row.agreement
    is_agreed = agreed is not None and agreed.publishing == terms.YES and agreed.document_sha512
    if document is None and not is_agreed:
        raise Refused(_("The signed document in which the customer agrees is missing."))
    made = Approval(side=states.CUSTOMER, ground=states.AGREED, note=note.strip())
    if document is not None:
        made.ground = states.DOCUMENT
        file = store_file(desk, clean_file_name(document.name), document.media_type, document.body)
        made.document_id = file.id
        made.document_sha512 = hashlib.sha512(document.body).hexdigest()
    elif agreed is not None:
        made.document_sha512 = agreed.document_sha512
    _add(desk, row, review, made)


def _demand_ready(desk: Desk, row: Development, clearance_id: int, side: str) -> Review:
    """Return what is approved; raises Refused where it cannot be."""
    if row.state != way.CLEARANCE and publications.rework(desk, row) is None:
        raise Refused(_("It is not in clearance."))
    if row.agreement is None or row.agreement.publishing == terms.NO:
        raise Refused(_("No agreement allows to publish it."))
    review = queries.review(desk, row)
    if review is None or review.clearance.id != clearance_id or not review.is_current:
        raise Refused(
            _("The changes or the agreement are not those that were looked at: look again.")
        )
    if review.open:
        raise Refused(_("Something still stands against it."))
    if side in review.approvals:
        raise Refused(_("This side has approved already."))
    if any(each.person_id == desk.actor.person_id for each in review.approvals.values()):
        raise Refused(_("Four eyes: the two approvals come from two people."))
    return review


def _add(desk: Desk, row: Development, review: Review, made: Approval) -> None:
    made.clearance_id = review.clearance.id
    made.approved_at, made.person_id = desk.now(), desk.actor.person_id
    desk.session.add(made)
    desk.session.flush()
    facts = {"side": made.side, "ground": made.ground, "version": review.change.version}
    if made.document_sha512:
        facts["sha512"] = made.document_sha512
    append(desk, row, "approved", facts, made.note)
    # A new version of what is public leaves the state as it is.
    if row.state == way.CLEARANCE and {*review.approvals, made.side} == {*states.SIDES}:
        take(desk, row, way.READY)
