# SPDX-License-Identifier: AGPL-3.0-or-later
"""What must be there before a development comes to a state, and what is kept of it then."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tresen.sdk import Desk, Refused, _, record

from tresen_pilot_service.developments import checks, people, queries, states
from tresen_pilot_service.developments.models import Development, DevelopmentPlace
from tresen_pilot_service.queries import people_of

DEVELOPMENT = "pilot_service.development"
PLACE = "pilot_service.development_place"

# What a step back from a state takes away.
CLEARED: Mapping[str, Mapping[str, Any]] = {
    states.ACCEPTED: {"accepted_by_id": None, "accepted_by_name": "", "accepted_on": None},
    states.GIVEN_BACK: {
        "public_url": "",
        "given_back_on": None,
        "is_declined_upstream": False,
        "released_version_id": None,
    },
    states.EXEMPT: {"exempt_reason": ""},
}


def pass_gate(
    desk: Desk, row: Development, state: str, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the fields that the step sets beside the state; raises Refused at a shut gate.

    A step back passes no gate.
    """
    if (row.state, state) in states.BACK or state not in _GATES:
        return {}
    return _GATES[state](desk, row, values)


def demand_way_back(desk: Desk, row: Development) -> None:
    """Raise Refused where an installation has the public version already."""
    if any(place.adopted_on for place in queries.places_of(desk, row.id)):
        raise Refused(
            _("An installation has the public version already: take that back first, below.")
        )


def demand_deployment(desk: Desk, row: Development, installation_id: int | None, day: date) -> None:
    """Raise Refused unless the customer runs the product there, and the day can be."""
    if installation_id not in {each.id for each in queries.installations(desk, row)}:
        raise Refused(_("Choose where the customer runs the product; add the installation first."))
    checks.demand_past(desk, day)
    if row.accepted_on is not None and day < row.accepted_on:
        raise Refused(_("It cannot be deployed before it was accepted."))
    if any(each.installation_id == installation_id for each in queries.places_of(desk, row.id)):
        raise Refused(_("It is deployed on this installation already."))


def add_place(desk: Desk, row: Development, installation_id: int | None, day: date) -> None:
    """Keep that the private change runs on an installation."""
    place = DevelopmentPlace(
        development_id=row.id, installation_id=installation_id, deployed_on=day
    )
    desk.session.add(place)
    desk.session.flush()
    record(desk, PLACE, place.id, "deployed", {"deployed_on": (None, day)})


def _agree(desk: Desk, row: Development, _values: Mapping[str, Any]) -> dict[str, Any]:
    if not row.contract and not row.is_without_contract:
        raise Refused(_("Name the contract, or tick that it is done without one: under Edit."))
    if not people.has_contact(desk, row):
        raise Refused(_("Name the customer's contact first, under People."))
    return {}


def _accept(desk: Desk, row: Development, values: Mapping[str, Any]) -> dict[str, Any]:
    person_id, name = values["person_id"], values["name"].strip()
    if (person_id is None) == (not name):
        raise Refused(_("Choose a person of the customer or write a name, one of both."))
    own = {person.id for person in people_of(desk, row.organisation_id)}
    if person_id is not None and person_id not in own:
        raise Refused(_("Who accepts must be an active person of this customer."))
    if not values["note"]:
        raise Refused(_("Write down what was accepted, and with which reservations."))
    return {"accepted_by_id": person_id, "accepted_by_name": name, "accepted_on": values["day"]}


def _deploy(desk: Desk, row: Development, values: Mapping[str, Any]) -> dict[str, Any]:
    demand_deployment(desk, row, values["installation_id"], values["day"])
    add_place(desk, row, values["installation_id"], values["day"])
    return {"deployed_on": values["day"]}


def _give_back(desk: Desk, row: Development, values: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - as its siblings
    return {
        "public_url": checks.demand_address(values["public_url"]),
        "given_back_on": values["day"],
        "is_declined_upstream": values["is_declined_upstream"],
    }


def _exempt(desk: Desk, row: Development, values: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - as its siblings
    return {"exempt_reason": values["note"]}


_GATES = {
    states.AGREED: _agree,
    states.ACCEPTED: _accept,
    states.DEPLOYED: _deploy,
    states.GIVEN_BACK: _give_back,
    states.EXEMPT: _exempt,
}
