# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agents' pages of people and organisations."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from tresen.i18n import _
from tresen.people import naming, privacy, queries, service
from tresen.people.forms import (
    ROLES,
    EraseForm,
    NewPersonForm,
    OrganisationForm,
    PersonForm,
    RightsForm,
)
from tresen.people.models import Person
from tresen.web.form_pages import form_page
from tresen.web.permissions import asked_by_itself, needs
from tresen.web.values import row_number
from tresen.web.work import current_desk

blueprint = Blueprint("people", __name__, url_prefix="/people")

MOST_SUGGESTIONS = 8
PERSON_FIELDS = ("name", "organisation_id", "job_title", "phone")
RIGHTS_FIELDS = ("role", "sees_organisation", "is_active")


@blueprint.get("/")
@needs("people.read")
def index() -> Any:
    """List people by name, or those that have the words of `q`, the newest first.

    `organisation` keeps the people of organisations that have its words.
    """
    desk = current_desk()
    question, home = _words("q"), _words("organisation")
    wanted = {"organisation_ids": queries.organisation_ids(desk, home)} if home else {}
    asked = {"q": question or None, "organisation": home or None}
    if question:
        placed = queries.people_found(desk, question, wanted, _before(), queries.PAGE_SIZE + 1)
        found, following = (
            [each for _place, each in placed],
            _next_found("people.index", placed, asked),
        )
    else:
        found = list(queries.people_by_name(desk, wanted, _after()))
        following = _next_by_name("people.index", found, asked)
    return render_template(
        "people/list.html",
        people=found[: queries.PAGE_SIZE],
        question=question,
        organisation=home,
        next_url=following,
        roles=ROLES,
    )


@blueprint.get("/organisations/")
@needs("people.read")
def organisations() -> Any:
    """List organisations with how many people each has, by name or by the words of `q`."""
    desk, question = current_desk(), _words("q")
    if question:
        placed = queries.organisations_with_words(desk, question, _before())
        found = [row for _place, row in placed]
        following = _next_found("people.organisations", placed, {"q": question})
    else:
        found = list(queries.organisations_by_name(desk, _after()))
        following = _next_by_name("people.organisations", found, {})
    return render_template(
        "people/organisations.html",
        organisations=found[: queries.PAGE_SIZE],
        question=question,
        next_url=following,
    )


@blueprint.get("/organisations/known")
@needs("people.read")
@asked_by_itself
def known_organisations() -> Any:
    """Suggest organisations whose name has a word that begins as typed in the field `of`."""
    begun = _words(request.args.get("of", ""))
    found = naming.labels_begun(current_desk(), begun, MOST_SUGGESTIONS) if begun else []
    return render_template("people/_organisations.html", labels=found)


def _words(name: str) -> str:
    return request.args.get(name, "").strip()[:200]


def _before() -> int | None:
    return row_number(request.args.get("before")) or None


def _next_found(endpoint: str, placed: Sequence[tuple[int, Any]], asked: dict[str, Any]) -> str:
    """Return the address of the next page of what has the words, empty after the last one."""
    if len(placed) <= queries.PAGE_SIZE:
        return ""
    return url_for(endpoint, before=placed[queries.PAGE_SIZE - 1][0], **asked)


def _next_by_name(endpoint: str, found: Sequence[Any], asked: dict[str, Any]) -> str:
    """Return the address of the page behind the last name shown, empty after the last one."""
    if len(found) <= queries.PAGE_SIZE:
        return ""
    last = found[queries.PAGE_SIZE - 1]
    return url_for(endpoint, after=last.name, id=last.id, **asked)


@blueprint.get("/<int:person_id>")
@needs("people.read")
def person(person_id: int) -> Any:
    """Show one person."""
    found = queries.person_by_id(current_desk(), person_id)
    return render_template("people/person.html", person=found, roles=ROLES)


@blueprint.get("/organisations/<int:organisation_id>")
@needs("people.read")
def organisation(organisation_id: int) -> Any:
    """Show one organisation with its people."""
    desk = current_desk()
    found = queries.organisation_by_id(desk, organisation_id)
    members = queries.people_of(desk, organisation_id)
    return render_template("people/organisation.html", organisation=found, people=members)


@blueprint.route("/new", methods=["GET", "POST"])
@needs("people.change")
def new_person() -> Any:
    """Add a customer."""
    desk = current_desk()
    form = NewPersonForm(organisation_id=row_number(request.args.get("organisation")) or None)

    def add() -> tuple[str, str]:
        made = service.add_customer(
            desk,
            str(form.name.data),
            str(form.address.data),
            form.organisation_id.data,
            phone=form.phone.data or "",
            job_title=form.job_title.data or "",
        )
        return _("%(name)s is added.") % {"name": made.name}, _page_of(made)

    return form_page(_("New person"), form, url_for("people.index"), add, form.address)


@blueprint.route("/<int:person_id>/edit", methods=["GET", "POST"])
@needs("people.change")
def edit_person(person_id: int) -> Any:
    """Change a customer; an agent's own data are for administrators."""
    desk = current_desk()
    found = queries.person_by_id(desk, person_id)
    service.demand_change(desk, found)
    form = PersonForm(obj=found)

    def change() -> tuple[str, str]:
        service.change_person(desk, found, {name: form[name].data for name in PERSON_FIELDS})
        return _("%(name)s is saved.") % {"name": found.name}, _page_of(found)

    heading = _("Change %(name)s") % {"name": found.name}
    return form_page(heading, form, _page_of(found), change, form.organisation_id)


@blueprint.route("/<int:person_id>/rights", methods=["GET", "POST"])
@needs("people.administer")
def edit_rights(person_id: int) -> Any:
    """Change role and rights; nobody takes their own administration away by accident."""
    desk = current_desk()
    found = queries.person_by_id(desk, person_id)
    form = RightsForm(obj=found)

    def change() -> tuple[str, str]:
        service.change_rights(desk, found, {name: form[name].data for name in RIGHTS_FIELDS})
        return _("The rights of %(name)s are saved.") % {"name": found.name}, _page_of(found)

    heading = _("Rights of %(name)s") % {"name": found.name}
    return form_page(heading, form, _page_of(found), change, form.role)


@blueprint.post("/<int:person_id>/export")
@needs("people.administer")
def export_person(person_id: int) -> Any:
    """Hand out all that is kept about a person as a file."""
    answer = Response(privacy.export(current_desk(), person_id), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="person-{person_id}.json"'
    return answer


@blueprint.route("/<int:person_id>/erase", methods=["GET", "POST"])
@needs("people.administer")
def erase_person(person_id: int) -> Any:
    """Say what erasing a person means, and do it."""
    desk = current_desk()
    found = queries.person_by_id(desk, person_id)
    service.demand_change(desk, found)
    form, name = EraseForm(), found.name
    if form.validate_on_submit():
        privacy.erase(desk, person_id)
        flash(_("%(name)s is erased.") % {"name": name})
        return redirect(url_for("people.index"))
    unasked = privacy.unasked(desk)
    page = render_template("people/erase.html", person=found, form=form, unasked=unasked)
    return page, 422 if form.errors else 200


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@needs("people.change")
def new_organisation() -> Any:
    """Add an organisation."""
    desk = current_desk()
    form = OrganisationForm()

    def add() -> tuple[str, str]:
        made = service.add_organisation(desk, str(form.name.data), form.note.data or "")
        back = url_for("people.organisation", organisation_id=made.id)
        return _("%(name)s is added.") % {"name": made.name}, back

    return form_page(_("New organisation"), form, url_for("people.organisations"), add, form.name)


@blueprint.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@needs("people.change")
def edit_organisation(organisation_id: int) -> Any:
    """Change an organisation."""
    desk = current_desk()
    found = queries.organisation_by_id(desk, organisation_id)
    back = url_for("people.organisation", organisation_id=organisation_id)
    form = OrganisationForm(obj=found)

    def change() -> tuple[str, str]:
        wanted = {"name": form.name.data, "note": form.note.data or ""}
        service.change_organisation(desk, found, wanted)
        return _("%(name)s is saved.") % {"name": found.name}, back

    heading = _("Change %(name)s") % {"name": found.name}
    return form_page(heading, form, back, change, form.name)


def _page_of(person: Person) -> str:
    return url_for("people.person", person_id=person.id)


def _after() -> tuple[str, int] | None:
    name, number = request.args.get("after", ""), row_number(request.args.get("id"))
    return (name, number) if name and number else None
