# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customer's own part of their page: the agreement, the consent, and the way out."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_pilot_service import agreements, consents, steps
from tresen_pilot_service.models import Agreement, Participation, Signature
from tresen_pilot_service.portal import service
from tresen_pilot_service.portal.forms import AgreeForm
from tresen_pilot_service.portal.sections import Section


def _asked(desk: Desk, row: Participation) -> Mapping[str, Any]:
    """Return what the customer is to answer now; without a form there is nothing."""
    agreement, signed = _found(desk, row)
    if not _is_asked(row, agreement, signed):
        return {}
    who_may = "" if service.may_speak(desk, row) else service.who_may(row)
    return {"agreement": agreement, "form": agree_form(row, agreement), "who_may": who_may}


def _agreement(desk: Desk, row: Participation) -> Mapping[str, Any]:
    """Return what can be read again, and who signed it; nothing while it is to be answered."""
    agreement, signed = _found(desk, row)
    if _is_asked(row, agreement, signed):
        return {}
    return {"agreement": agreement, "signed": signed}


def _found(desk: Desk, row: Participation) -> tuple[Agreement | None, Signature | None]:
    return agreements.current(desk, row.programme_id), service.signature(desk, row)


def agree_form(row: Participation, agreement: Agreement | None) -> AgreeForm:
    """Return the form by which the customer agrees to what counts now."""
    form = AgreeForm(data={"version": agreement.version if agreement else ""})
    form.offer(row, agreement)
    return form


def _is_asked(row: Participation, agreement: Agreement | None, signed: Signature | None) -> bool:
    """Whether the customer is to answer: to the invitation, or to a newer version."""
    if row.ended_on is not None:
        return False
    if row.state == steps.INVITED:
        return True
    return agreement is not None and (signed is None or signed.agreement_id != agreement.id)


def _consent(desk: Desk, row: Participation) -> Mapping[str, Any]:
    found = consents.consents(desk, row.id)
    return {
        "consent": consents.in_force(found),
        "last": next(iter(found), None),
        "may_give": row.state in (steps.AGREED, steps.ACTIVE),
        "who_may": "" if service.may_speak(desk, row) else service.who_may(row),
    }


def _leaving(desk: Desk, row: Participation) -> Mapping[str, Any]:
    goes_on = row.state in (steps.AGREED, steps.ACTIVE)
    return {"may_leave": goes_on and service.may_speak(desk, row)}


ASKED = Section("pilot_service/portal/asked.html", _asked)
AGREEMENT = Section("pilot_service/portal/agreement.html", _agreement)
CONSENT = Section("pilot_service/portal/consent.html", _consent)
LEAVING = Section("pilot_service/portal/leaving.html", _leaving)
