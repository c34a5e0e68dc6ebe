# SPDX-License-Identifier: AGPL-3.0-or-later
"""The verbs of a development: begin, change, step on, give back and adopt."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tresen.sdk import (
    Desk,
    Missing,
    Organisation,
    Product,
    ProductVersion,
    Refused,
    Ticket,
    _,
    change,
    record,
    ticket_by_number,
)

from tresen_pilot_service.developments import checks, duties, gates, people, queries, states
from tresen_pilot_service.developments.gates import DEVELOPMENT
from tresen_pilot_service.developments.models import (
    Development,
    DevelopmentPlace,
    DevelopmentStep,
    DevelopmentTicket,
)

FIELDS = (
    *("title", "product_id", "base_version_id", "participation_id", "kind", "description"),
    *("roadmap_url", "contract", "is_without_contract", "due_on", "licence", "source"),
)


def begin(desk: Desk, values: Mapping[str, Any]) -> Development:
    """Add a development that was requested, with who leads it.

    Raises Refused when the fields do not fit together.
    """
    organisation = desk.session.get(Organisation, values["organisation_id"])
    if organisation is None:
        raise Refused(_("Choose the customer for whom it is developed."))
    checks.demand_past(desk, values["requested_on"])
    row = Development(
        organisation_id=organisation.id,
        state=states.REQUESTED,
        created_at=desk.now(),
        **_checked(desk, organisation.id, values),
    )
    desk.session.add(row)
    desk.session.flush()
    record(desk, DEVELOPMENT, row.id, "begun")
    _note_step(desk, row, values["requested_on"], "")
    if values.get("lead_id") is not None:
        people.add(desk, row, values["lead_id"], states.LEAD)
    return row


def edit(desk: Desk, row: Development, values: Mapping[str, Any]) -> None:
    """Change what a development is about; raises Refused when it does not fit together."""
    fields = _checked(desk, row.organisation_id, values)
    if fields["product_id"] != row.product_id and queries.places_of(desk, row.id):
        raise Refused(_("It is deployed already: its product stays."))
    change(desk, DEVELOPMENT, row, fields)


def move(desk: Desk, row: Development, state: str, values: Mapping[str, Any]) -> None:
    """Take a development to another state on a day, with a note.

    `values` has `day` and `note`, and what the state's gate asks for. Raises Refused for a step
    that is not in the table, does not say why, or does not pass the gate.
    """
    _demand_step(row.state, state)
    day, note = values["day"], values["note"].strip()
    _demand_day(desk, row, day)
    if states.needs_reason(row.state, state) and not note:
        raise Refused(_("Say why: this step needs a reason."))
    fields = gates.pass_gate(desk, row, state, {**values, "note": note})
    if (row.state, state) in states.BACK:
        gates.demand_way_back(desk, row)
        fields |= gates.CLEARED.get(row.state, {})
    change(desk, DEVELOPMENT, row, {"state": state, **fields})
    _note_step(desk, row, day, note)
    if state == states.DEPLOYED:
        duties.tell(desk, row)


def deploy_too(desk: Desk, row: Development, installation_id: int | None, day: date) -> None:
    """Record a further installation of the customer on which the private change runs."""
    if row.state not in states.RUNNING:
        raise Refused(_("Record the first deployment as a step."))
    gates.demand_deployment(desk, row, installation_id, day)
    gates.add_place(desk, row, installation_id, day)
    if row.deployed_on is None or day < row.deployed_on:
        change(desk, DEVELOPMENT, row, {"deployed_on": day})
    duties.tell(desk, row)


def release(desk: Desk, row: Development, version_id: int | None) -> None:
    """Record in which version the product has what was given back; None where in none yet."""
    if row.state != states.GIVEN_BACK:
        raise Refused(_("Only what was given back can be released by the product."))
    _demand_version(desk, row.product_id, version_id)
    change(desk, DEVELOPMENT, row, {"released_version_id": version_id})


def adopt(desk: Desk, row: Development, place: DevelopmentPlace, day: date | None) -> None:
    """Record since when an installation has the public version instead of the private patch.

    None where it has the patch after all. Raises Refused before the return, and for a day that
    cannot be.
    """
    if row.state != states.GIVEN_BACK or row.given_back_on is None:
        raise Refused(_("There is no public version yet: it has to be given back first."))
    if day is not None:
        checks.demand_past(desk, day)
        if day < place.deployed_on:
            raise Refused(_("It cannot be taken back before it was deployed."))
    change(desk, gates.PLACE, place, {"adopted_on": day})


def visible_ticket(desk: Desk, number: int) -> Ticket:
    """Return the ticket of a typed number; raises Refused for one that the actor does not see."""
    try:
        return ticket_by_number(desk, number)
    except Missing as missing:
        raise Refused(missing.sentence) from missing


def link(desk: Desk, row: Development, ticket: Ticket) -> None:
    """Record that a ticket is about a development; nothing where it is known."""
    if desk.session.get(DevelopmentTicket, (row.id, ticket.id)) is None:
        desk.session.add(DevelopmentTicket(development_id=row.id, ticket_id=ticket.id))
        desk.session.flush()
        record(desk, DEVELOPMENT, row.id, "linked", {"ticket": (None, ticket.id)})


def detach(desk: Desk, row: Development, ticket: Ticket) -> None:
    """Take a ticket away from a development."""
    found = desk.session.get(DevelopmentTicket, (row.id, ticket.id))
    if found is not None:
        desk.session.delete(found)
        desk.session.flush()
        record(desk, DEVELOPMENT, row.id, "unlinked", {"ticket": (ticket.id, None)})


def _checked(desk: Desk, organisation_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a development from those of its form."""
    fields = {name: values.get(name) for name in FIELDS}
    product = desk.session.get(Product, fields["product_id"])
    if product is None:
        raise Refused(_("Choose the product that is developed further."))
    _demand_version(desk, product.id, fields["base_version_id"])
    _demand_participation(desk, organisation_id, fields["participation_id"])
    fields["roadmap_url"] = fields["roadmap_url"] or ""
    if fields["roadmap_url"]:
        fields["roadmap_url"] = checks.demand_address(fields["roadmap_url"])
    fields["licence"] = checks.demand_licence(fields["licence"] or product.licence)
    fields["contract"] = (fields["contract"] or "").strip()
    fields["contract_minutes"] = checks.minutes_of(values.get("contract_hours"))
    return fields


def _demand_version(desk: Desk, product_id: int, version_id: int | None) -> None:
    if version_id is None:
        return
    version = desk.session.get(ProductVersion, version_id)
    if version is None or version.product_id != product_id:
        raise Refused(_("This version belongs to another product."))


def _demand_participation(desk: Desk, organisation_id: int, participation_id: int | None) -> None:
    own = {each.id for each in queries.participations(desk, organisation_id)}
    if participation_id is not None and participation_id not in own:
        raise Refused(_("This participation in a pilot is another customer's."))


def _demand_step(old: str, new: str) -> None:
    if states.may_go(old, new):
        return
    following = ", ".join(f"“{states.TITLES[state]}”" for state in states.STEPS[old])
    words = {"old": states.TITLES[old], "following": following}
    raise Refused(_("From “%(old)s” the allowed steps are: %(following)s.") % words)


def _demand_day(desk: Desk, row: Development, day: date) -> None:
    checks.demand_past(desk, day)
    last = queries.steps_of(desk, row.id)[0]
    if day < last.stepped_on:
        words = {"state": states.TITLES[row.state], "day": last.stepped_on.isoformat()}
        raise Refused(_("It is “%(state)s” since %(day)s: no step can be before that.") % words)


def _note_step(desk: Desk, row: Development, day: date, note: str) -> None:
    desk.session.add(
        DevelopmentStep(development_id=row.id, state=row.state, stepped_on=day, note=note)
    )
    desk.session.flush()
    record(desk, DEVELOPMENT, row.id, "stepped", {row.state: (None, day)})
