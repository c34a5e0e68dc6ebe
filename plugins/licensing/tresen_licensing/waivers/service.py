# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of waivers: asked for by one person, granted by another, ended by anybody."""

from datetime import date, timedelta

from tresen.sdk import Desk, Refused, _, day

from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.service import take
from tresen_licensing.journals.service import append
from tresen_licensing.waivers import queries, reasons
from tresen_licensing.waivers.models import Waiver


def ask(desk: Desk, row: Development, reason: str, explanation: str, until: date) -> Waiver:
    """Ask for a waiver until a day; raises Refused for one without reason or end, or too long."""
    if row.state in states.PUBLIC:
        raise Refused(_("It is public already."))
    if reason not in reasons.REASONS or not explanation.strip():
        raise Refused(_("Please say why."))
    latest = desk.today() + timedelta(days=reasons.LONGEST_DAYS)
    if not desk.today() <= until <= latest:
        words = {"day": day(latest)}
        raise Refused(_("A waiver ends by itself: between today and %(day)s.") % words)
    waiver = Waiver(
        development_id=row.id,
        reason=reason,
        explanation=explanation.strip(),
        expires_on=until,
        asked_by_id=desk.actor.person_id,
        asked_at=desk.now(),
    )
    desk.session.add(waiver)
    append(desk, row, "waiver_asked", {"reason": reason, "until": until.isoformat()}, explanation)
    return waiver


def grant(desk: Desk, row: Development, waiver: Waiver) -> None:
    """Grant a waiver as a second person; raises Refused for who asked, or one that is over."""
    _demand_open(waiver)
    if waiver.asked_by_id == desk.actor.person_id:
        raise Refused(_("Four eyes: somebody else than who asked has to grant it."))
    if waiver.expires_on < desk.today():
        raise Refused(_("Its last day is over: ask for another one."))
    waiver.granted_by_id, waiver.granted_at = desk.actor.person_id, desk.now()
    facts = {"reason": waiver.reason, "until": waiver.expires_on.isoformat()}
    append(desk, row, "waiver_granted", facts)
    if states.may_follow(row.state, states.EXEMPT):
        take(desk, row, states.EXEMPT, waiver.explanation)


def end(desk: Desk, row: Development, waiver: Waiver, note: str = "") -> None:
    """Refuse a waiver, or take it back: the clock runs again at once, unless another holds."""
    if waiver.ended_at is not None:
        raise Refused(_("It is over already."))
    waiver.ended_at = desk.now()
    append(desk, row, "waiver_ended", {"reason": waiver.reason}, note)
    if row.state == states.EXEMPT and not queries.is_in_force(desk, row.id):
        take(desk, row, states.CLEARANCE, note or _("The waiver is ended."))


def _demand_open(waiver: Waiver) -> None:
    if waiver.ended_at is not None or waiver.granted_at is not None:
        raise Refused(_("This waiver was decided already."))
