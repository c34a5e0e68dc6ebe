# SPDX-License-Identifier: AGPL-3.0-or-later
"""People and organisations as REST resources; the same verbs as the pages."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import url_for
from flask.views import MethodView

from tresen.people import queries, service
from tresen.people.schemas import (
    OrganisationChange,
    OrganisationIn,
    OrganisationOut,
    OrganisationQuery,
    PersonChange,
    PersonIn,
    PersonOut,
    PersonQuery,
)
from tresen.rest.pages import cut, cut_found, page_of, read_cursor
from tresen.rest.v1 import Blueprint
from tresen.web.permissions import needs
from tresen.web.work import current_desk

people = Blueprint("rest_people", __name__, url_prefix="/people", description="People")
organisations = Blueprint(
    "rest_organisations", __name__, url_prefix="/organisations", description="Organisations"
)


@people.route("/")
class People(MethodView):
    """Customers and agents."""

    @people.arguments(PersonQuery, location="query")
    @people.response(200, page_of(PersonOut, "PersonPage"))
    @needs("people.read")
    def get(self, query: dict[str, Any]) -> Any:
        """List people in the order they were added, or with `q` those who have the words."""
        return _listed(query, queries.people_found, queries.people_after)

    @people.arguments(PersonIn)
    @people.response(201, PersonOut)
    @needs("people.change")
    def post(self, given: dict[str, Any]) -> Any:
        """Add a customer."""
        desk = current_desk()
        made = queries.person_by_id(desk, service.add_customer(desk, **given).id)
        return _made(made, "rest_people.OnePerson", person_id=made.id)


@people.route("/<int(max=2147483647):person_id>")
class OnePerson(MethodView):
    """One person."""

    @people.response(200, PersonOut)
    @needs("people.read")
    def get(self, person_id: int) -> Any:
        """Return the person."""
        return queries.person_by_id(current_desk(), person_id)

    @people.arguments(PersonChange)
    @people.response(200, PersonOut)
    @needs("people.change")
    def patch(self, wanted: dict[str, Any], person_id: int) -> Any:
        """Change fields of a customer."""
        desk = current_desk()
        service.change_person(desk, queries.person_by_id(desk, person_id), wanted)
        return queries.person_by_id(desk, person_id)


@organisations.route("/")
class Organisations(MethodView):
    """Customer organisations."""

    @organisations.arguments(OrganisationQuery, location="query")
    @organisations.response(200, page_of(OrganisationOut, "OrganisationPage"))
    @needs("people.read")
    def get(self, query: dict[str, Any]) -> Any:
        """List organisations in the order they were added, or with `q` those with the words."""
        return _listed(query, queries.organisations_found, queries.organisations_after)

    @organisations.arguments(OrganisationIn)
    @organisations.response(201, OrganisationOut)
    @needs("people.change")
    def post(self, given: dict[str, Any]) -> Any:
        """Add an organisation."""
        made = service.add_organisation(current_desk(), **given)
        return _made(made, "rest_organisations.OneOrganisation", organisation_id=made.id)


@organisations.route("/<int(max=2147483647):organisation_id>")
class OneOrganisation(MethodView):
    """One organisation."""

    @organisations.response(200, OrganisationOut)
    @needs("people.read")
    def get(self, organisation_id: int) -> Any:
        """Return the organisation."""
        return queries.organisation_by_id(current_desk(), organisation_id)

    @organisations.arguments(OrganisationChange)
    @organisations.response(200, OrganisationOut)
    @needs("people.change")
    def patch(self, wanted: dict[str, Any], organisation_id: int) -> Any:
        """Change fields of the organisation."""
        desk = current_desk()
        found = queries.organisation_by_id(desk, organisation_id)
        service.change_organisation(desk, found, wanted)
        return found


def _listed(
    query: dict[str, Any],
    having: Callable[..., Sequence[tuple[int, Any]]],
    after: Callable[..., Sequence[Any]],
) -> dict[str, Any]:
    """Return the page that is wanted: of rows `having` the words of `q`, else of those `after`."""
    desk, limit = current_desk(), query.pop("limit")
    cursor = read_cursor(query.pop("cursor", None), int)
    place = cursor[0] if cursor else None
    if words := query.pop("q", ""):
        return cut_found(having(desk, words, query, place, limit + 1), limit)
    return cut(after(desk, query, place or 0, limit + 1), limit, lambda each: [each.id])


def _made(row: Any, endpoint: str, **names: Any) -> tuple[Any, int, dict[str, str]]:
    """Answer with what was added and where it is."""
    return row, 201, {"Location": url_for(endpoint, **names)}
