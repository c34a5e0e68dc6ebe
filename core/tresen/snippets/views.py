# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages on which texts to insert are looked after."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from tresen.desk import Desk
from tresen.errors import NeedsPermission
from tresen.i18n import LANGUAGES, _
from tresen.people import queries as people
from tresen.snippets import queries, service
from tresen.snippets.forms import ALL, OWN, SnippetForm
from tresen.snippets.models import Snippet
from tresen.web.form_pages import form_page
from tresen.web.forms import Form, choices
from tresen.web.permissions import needs
from tresen.web.work import current_desk

blueprint = Blueprint("snippets", __name__, url_prefix="/texts")


@blueprint.get("/")
@needs("snippets.use")
def index() -> Any:
    """List the texts that the actor sees."""
    desk = current_desk()
    rows = [
        {"snippet": snippet, "team": team, "may_change": service.may_change(desk, snippet)}
        for snippet, team in queries.listed(desk)
    ]
    return render_template("snippets/list.html", rows=rows, languages=LANGUAGES)


@blueprint.route("/new", methods=["GET", "POST"])
@needs("snippets.use")
def new() -> Any:
    """Add a text."""
    desk = current_desk()
    form = SnippetForm()
    form.audience.choices = _audiences(desk)

    def add() -> tuple[str, str]:
        made = service.add_snippet(desk, _values(desk, form))
        return _("%(name)s is added.") % {"name": made.title}, url_for("snippets.index")

    return form_page(_("New text"), form, url_for("snippets.index"), add, form.body)


@blueprint.route("/<int:snippet_id>", methods=["GET", "POST"])
@needs("snippets.use")
def edit(snippet_id: int) -> Any:
    """Change a text."""
    desk = current_desk()
    found = _own_to_change(desk, snippet_id)
    form = SnippetForm(obj=found, audience=_audience(found))
    form.audience.choices = _audiences(desk)

    def change() -> tuple[str, str]:
        service.change_snippet(desk, found, _values(desk, form))
        return _("%(name)s is saved.") % {"name": found.title}, url_for("snippets.index")

    heading = _("Change %(name)s") % {"name": found.title}
    return form_page(heading, form, url_for("snippets.index"), change, form.body)


@blueprint.route("/<int:snippet_id>/delete", methods=["GET", "POST"])
@needs("snippets.use")
def delete(snippet_id: int) -> Any:
    """Ask whether a text shall go, and delete it."""
    desk = current_desk()
    found = _own_to_change(desk, snippet_id)
    form = Form()
    if form.validate_on_submit():
        service.delete_snippet(desk, found)
        flash(_("%(name)s is deleted.") % {"name": found.title})
        return redirect(url_for("snippets.index"))
    return render_template("snippets/delete.html", snippet=found)


def _own_to_change(desk: Desk, snippet_id: int) -> Snippet:
    found = queries.snippet_by_id(desk, snippet_id)
    if not service.may_change(desk, found):
        raise NeedsPermission("snippets.manage")
    return found


def _audiences(desk: Desk) -> list[Any]:
    """Return for whom the actor may write: oneself, and as who manages texts everybody."""
    own = (OWN, _("only I"))
    if not desk.actor.may("snippets.manage"):
        return choices([own])
    teams = [(str(team.id), team.name) for team, _members in people.teams_with_members(desk)]
    return choices([(ALL, _("every agent")), *teams, own])


def _audience(snippet: Snippet) -> str:
    if snippet.person_id is not None:
        return OWN
    return str(snippet.team_id) if snippet.team_id else ALL


def _values(desk: Desk, form: SnippetForm) -> dict[str, Any]:
    audience = form.audience.data
    return {name: form[name].data for name in ("title", "body", "kind", "language")} | {
        "person_id": desk.actor.person_id if audience == OWN else None,
        "team_id": int(audience) if audience not in (ALL, OWN) else None,
    }
