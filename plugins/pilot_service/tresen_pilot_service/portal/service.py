# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a customer decides themselves: to take part, to allow diagnostics, to leave.

Who speaks for the customer decides; consent can be withdrawn by anybody of theirs at any time.
"""

from tresen.sdk import Desk, Refused, _, change, record

from tresen_pilot_service import agreements, consents, departures, service, steps
from tresen_pilot_service.models import Participation, Signature


def may_speak(desk: Desk, row: Participation) -> bool:
    """Whether the actor decides for the customer."""
    found = [person.id for person in departures.speakers(row)]
    return not found or desk.actor.person_id in found


def agree(desk: Desk, row: Participation, version: int | None) -> None:
    """Sign the agreement, of which the actor read the version, and take part where invited.

    Raises Refused for who does not speak for the customer, for a version that counts no longer, and
    where somebody was faster.
    """
    _hold(desk, row)
    demand_speaker(desk, row)
    if row.ended_on is not None:
        raise Refused(_already(row, None))
    agreement = agreements.current(desk, row.programme_id)
    if (agreement.version if agreement else None) != version:
        raise Refused(_("The agreement was changed meanwhile. Read it again before you agree."))
    signed = signature(desk, row)
    is_signed = agreement is None or (signed is not None and signed.agreement_id == agreement.id)
    if row.state != steps.INVITED and is_signed:
        raise Refused(_already(row, signed))
    if not is_signed:
        today = desk.today()
        person_id = desk.actor.person_id
        agreements.sign(desk, row, {"person_id": person_id, "name": "", "signed_on": today})
    if row.state == steps.INVITED:
        service.move(desk, row, steps.AGREED)


def end(desk: Desk, row: Participation, state: str, reason: str) -> None:
    """Decline the invitation or leave the pilot, with a word if the customer has one.

    Raises Refused for who does not speak for the customer, and for what is over already.
    """
    _hold(desk, row)
    demand_speaker(desk, row)
    if row.ended_on is not None:
        raise Refused(_already(row, None))
    service.move(desk, row, state)
    change(desk, service.PARTICIPATION, row, {"reason": reason.strip()})


def allow_diagnostics(desk: Desk, row: Participation) -> None:
    """Give consent to diagnostics; raises Refused for who does not speak for the customer."""
    _hold(desk, row)
    demand_speaker(desk, row)
    if row.state not in (steps.AGREED, steps.ACTIVE):
        raise Refused(_("Consent to diagnostics is given while the pilot goes on."))
    today = desk.today()
    consents.give(desk, row, {"person_id": desk.actor.person_id, "name": "", "given_on": today})


def forbid_diagnostics(desk: Desk, row: Participation) -> None:
    """Withdraw the consent; anybody of the customer may, at any time."""
    _hold(desk, row)
    if consents.in_force(consents.consents(desk, row.id)) is not None:
        consents.withdraw(desk, row)
        record(desk, service.PARTICIPATION, row.id, "consent_withdrawn_by_customer")


def signature(desk: Desk, row: Participation) -> Signature | None:
    """Return the last signature of the participation, with agreement and person."""
    return next(iter(agreements.signatures(desk, [row.id]).get(row.id, [])), None)


def demand_speaker(desk: Desk, row: Participation) -> None:
    """Raise Refused, with the names of those who may, unless the actor decides for the customer."""
    if may_speak(desk, row):
        return
    raise Refused(who_may(row))


def who_may(row: Participation) -> str:
    """Say who decides for the customer."""
    names = [person.name for person in departures.speakers(row)]
    if len(names) == 1:
        words = {"name": names[0], "customer": row.organisation.name}
        return _("Only %(name)s can decide this for %(customer)s.") % words
    words = {"name": names[0], "deputy": names[1], "customer": row.organisation.name}
    return _("Only %(name)s or %(deputy)s can decide this for %(customer)s.") % words


def _hold(desk: Desk, row: Participation) -> None:
    """Read where the participation stands anew, and let nobody else take a step meanwhile."""
    desk.session.refresh(row, ["state", "ended_on", "reason"], with_for_update=True)


def _already(row: Participation, signed: Signature | None) -> str:
    if row.ended_on is not None:
        words = {"customer": row.organisation.name, "state": steps.TITLES[row.state]}
        return _("The part of %(customer)s is over: %(state)s.") % words
    if signed is None:
        return _("%(customer)s has agreed already.") % {"customer": row.organisation.name}
    name = signed.person.name if signed.person else signed.name
    words = {"name": name or row.organisation.name, "version": str(signed.agreement.version)}
    return _("%(name)s has signed version %(version)s already.") % words
