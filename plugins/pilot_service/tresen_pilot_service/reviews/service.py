# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes exit reviews, decides them, and carries out what was decided."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk, Person, Refused, _, active_agents, change, record

from tresen_pilot_service import prolongations, signers, steps
from tresen_pilot_service import queries as programmes
from tresen_pilot_service import service as participations
from tresen_pilot_service.builds import queries as builds
from tresen_pilot_service.criteria import service as criteria
from tresen_pilot_service.criteria import states as lights
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.reviews import messages, queries, states
from tresen_pilot_service.reviews.models import Finding, Review, ReviewSignature

REVIEW = "pilot_service.review"
SIGNATURE = "pilot_service.review_signature"

# Of an installation whose customer moves to regular support.
REGULAR = "production"


def begin(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> Review:
    """Begin an exit review; raises Refused where one is not decided yet, or values do not fit."""
    if any(each.decided_at is None for each in queries.of_programme(desk, programme.id)):
        raise Refused(_("Decide the exit review that is begun already."))
    _check(desk, programme, values)
    made = Review(programme_id=programme.id, **values, created_at=desk.now())
    made.programme = programme
    desk.session.add(made)
    desk.session.flush()
    record(desk, REVIEW, made.id, "begun")
    return made


def write(desk: Desk, review: Review, values: Mapping[str, Any]) -> None:
    """Change what a review says; once it is decided only the lessons change.

    Raises Refused where values do not fit together.
    """
    if review.decided_at is not None:
        lessons = {name: values[name] for name in ("lessons", "is_published")}
        change(desk, REVIEW, review, lessons)
        return
    _check(desk, review.programme, values)
    change(desk, REVIEW, review, values)


def decide(desk: Desk, review: Review, *, is_told: bool = False) -> list[str]:
    """Keep what was found of the exit criteria, and carry out the decision.

    With `is_told` those who took part until then are written to; returns the names of the
    customers for whom nobody speaks.

    Raises Refused for one that is decided, and for a mere go while a criterion is not met.
    """
    if review.decided_at is not None:
        raise Refused(_("This exit review is decided already."))
    judged = [
        each
        for each in criteria.judge(desk, review.programme_id)
        if each.criterion.phase == lights.EXIT
    ]
    missing = [each.demand for each in judged if each.light != lights.GREEN]
    if review.decision == states.GO and missing:
        raise Refused(
            _("Not met yet: %(criteria)s. Choose a go with conditions, or another decision.")
            % {"criteria": "; ".join(missing)}
        )
    for each in judged:
        kept = {"demand": each.demand, "value": each.value, "light": each.light}
        evidence = each.criterion.evidence
        desk.session.add(Finding(review_id=review.id, evidence=evidence, **kept))
    change(desk, REVIEW, review, {"decided_at": desk.now()})
    rows = programmes.participations(desk, review.programme_id)
    taking_part = [row for row in rows if row.state == steps.ACTIVE]
    _carry_out(desk, review)
    return messages.tell(desk, review, taking_part) if is_told else []


def sign(
    desk: Desk, review: Review, participation: Participation | None, values: Mapping[str, Any]
) -> ReviewSignature:
    """Record who signed a decided review, for a participant or (None) for our side.

    Raises Refused where it is not decided, who signs does not belong there or signed already, and
    for a day before the decision or still to come.
    """
    if review.decided_at is None:
        raise Refused(_("Decide the exit review first: nobody signs what can still change."))
    decided_on = desk.today(review.decided_at)
    if not decided_on <= values["signed_on"] <= desk.today():
        raise Refused(_("The day must lie between the decision and today."))
    _demand_signer(desk, participation, values)
    whose = (participation.id if participation else None, values["person_id"], values["name"])
    for each in queries.signatures(desk, review.id):
        if (each.participation_id, each.person_id, each.name) == whose:
            raise Refused(_("This person has signed already."))
    made = ReviewSignature(
        review_id=review.id,
        participation_id=participation.id if participation else None,
        person_id=values["person_id"],
        name=values["name"].strip(),
        signed_on=values["signed_on"],
    )
    desk.session.add(made)
    desk.session.flush()
    record(desk, SIGNATURE, made.id, "signed")
    return made


def sign_in_person(desk: Desk, review: Review, row: Participation, person: Person) -> None:
    """Take the signature of a person of the customer, today; raises Refused as `sign` does.

    Where the customer has key users, one of them signs.
    """
    if not may_sign(person, row):
        raise Refused(_("Your key user signs, or the deputy."))
    today = desk.today()
    sign(desk, review, row, {"person_id": person.id, "name": "", "signed_on": today})


def may_sign(person: Person, row: Participation) -> bool:
    """Whether the person signs for the customer by themselves: a key user, or any where none is."""
    named = {row.key_user_id, row.key_user_deputy_id} - {None}
    return person.organisation_id == row.organisation_id and (not named or person.id in named)


def _carry_out(desk: Desk, review: Review) -> None:
    programme = review.programme
    if review.decision == states.PROLONG:
        reason = _("Exit review of %(day)s") % {"day": review.held_on.isoformat()}
        prolongations.prolong(desk, programme, {"new_end": review.new_end, "reason": reason})
        return
    is_accepted = review.decision in states.ACCEPTED
    for row in programmes.participations(desk, programme.id):
        if row.ended_on is None:
            finishes = is_accepted and row.state == steps.ACTIVE
            participations.move(desk, row, steps.FINISHED if finishes else steps.WITHDRAWN)
            if finishes:
                _move_to_regular_support(desk, review, row)
    today = desk.today()
    if programme.starts_on <= today < programme.ends_on:
        change(desk, participations.PROGRAMME, programme, {"ends_on": today})


def _move_to_regular_support(desk: Desk, review: Review, row: Participation) -> None:
    if row.installation is None:
        return
    wanted: dict[str, Any] = {"environment": REGULAR}
    if review.version_id is not None:
        wanted |= {"version_id": review.version_id, "installed_at": desk.now()}
    change(desk, "installation", row.installation, wanted)


def _check(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> None:
    if values["held_on"] > desk.today():
        raise Refused(_("An exit review cannot be held on a day that is still to come."))
    if values["decision"] == states.CONDITIONS and not values["conditions"].strip():
        raise Refused(_("Say what the conditions are."))
    if values["decision"] == states.PROLONG:
        if values["new_end"] is None or values["new_end"] <= programme.ends_on:
            raise Refused(_("Say until which day the programme goes on, after its present end."))
    elif values["new_end"] is not None:
        raise Refused(_("Only a programme that is prolonged has a new last day."))
    known = {each.id for each in builds.versions(desk, programme.product_id)}
    if values["version_id"] is not None and values["version_id"] not in known:
        raise Refused(_("This version belongs to another product."))


def _demand_signer(
    desk: Desk, participation: Participation | None, values: Mapping[str, Any]
) -> None:
    if participation is not None:
        signers.demand_one(desk, participation, values)
    elif values["name"].strip() or values["person_id"] not in {
        agent.id for agent in active_agents(desk)
    }:
        raise Refused(_("For our side an active agent signs."))
