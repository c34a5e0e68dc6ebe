# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of access profiles, and the review of what is open without anybody there."""

from typing import Any

from flask import render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Missing,
    Organisation,
    _,
    current_desk,
    kept,
    needs,
    taken,
)

from tresen_remote_support.pages import blueprint, crumbs
from tresen_remote_support.profiles import queries, service, states, words
from tresen_remote_support.profiles.forms import ProfileForm, begun
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.providers import registry

FORM = "remote_support/profiles/form.html"


@blueprint.get("/profiles")
@needs("remote_support.read")
def profiles() -> Any:
    """Show what is open while nobody is there, and which agreements are missing or run out."""
    desk = current_desk()
    day = desk.today()
    found = queries.unattended(desk)
    return render_template(
        "remote_support/profiles/index.html",
        above=crumbs(),
        day=day,
        open=found,
        ending=queries.with_ending_agreement(desk, day),
        used=queries.last_used(desk, [each.id for each in found]),
        states=states,
        words=words,
    )


@blueprint.get("/profiles/<int:profile_id>")
@needs("remote_support.read")
def profile(profile_id: int) -> Any:
    """Show a profile."""
    desk = current_desk()
    row = queries.profile(desk, profile_id)
    return render_template(
        "remote_support/profiles/show.html",
        above=_above(row.installation.organisation),
        row=row,
        approvers=queries.approvers(desk, [row.id]).get(row.id, []),
        used=queries.last_used(desk, [row.id]).get(row.id),
        tool=registry.provider(desk, row.provider),
        hours=words.hours(desk, row),
        day=desk.today(),
        states=states,
        words=words,
    )


@blueprint.route("/organisations/<int:organisation_id>/profiles/new", methods=["GET", "POST"])
@needs("remote_support.administer")
def add_profile(organisation_id: int) -> Any:
    """Add a profile for an installation of an organisation."""
    desk = current_desk()
    organisation = _organisation(desk, organisation_id)
    form = ProfileForm()
    form.offer(desk, organisation_id)

    def keep(given: dict[str, Any]) -> None:
        service.add_profile(desk, organisation_id, given)

    said = _("The access profile is kept.")
    return kept(form, _("New access profile"), _above(organisation), keep, said, FORM)


@blueprint.route("/profiles/<int:profile_id>/edit", methods=["GET", "POST"])
@needs("remote_support.administer")
def edit_profile(profile_id: int) -> Any:
    """Change a profile."""
    desk = current_desk()
    row = queries.profile(desk, profile_id)
    people = queries.approvers(desk, [row.id]).get(row.id, [])
    form = ProfileForm(data=begun(row, [each.id for each in people]))
    form.offer(desk, row.installation.organisation_id, row.provider)

    def keep(given: dict[str, Any]) -> None:
        service.change_profile(desk, row, given)

    above = [*_above(row.installation.organisation), Crumb(row.title, _page_of(row))]
    return kept(form, _("Edit"), above, keep, _("The access profile is kept."), FORM)


@blueprint.route("/profiles/<int:profile_id>/remove", methods=["GET", "POST"])
@needs("remote_support.administer")
def remove_profile(profile_id: int) -> Any:
    """Ask whether a profile shall go, and remove it."""
    desk = current_desk()
    row = queries.profile(desk, profile_id)
    above = _above(row.installation.organisation)
    if request.method == "POST":
        said = _("The access profile is removed.")
        return taken(lambda: service.remove_profile(desk, row), said, above[-1].url)
    above = [*above, Crumb(row.title, _page_of(row))]
    return render_template("remote_support/profiles/remove.html", above=above, row=row)


def _organisation(desk: Desk, organisation_id: int) -> Organisation:
    found = desk.session.get(Organisation, organisation_id)
    if found is None:
        raise Missing(_("This organisation does not exist."))
    return found


def _above(organisation: Organisation) -> list[Crumb]:
    url = url_for("people.organisation", organisation_id=organisation.id)
    return [Crumb(organisation.name, url)]


def _page_of(row: AccessProfile) -> str:
    return url_for("remote_support.profile", profile_id=row.id)
