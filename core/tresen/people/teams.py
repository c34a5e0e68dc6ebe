# SPDX-License-Identifier: AGPL-3.0-or-later
"""The administrators' pages of teams."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, url_for

from tresen.desk import Desk
from tresen.i18n import _
from tresen.people import queries, service
from tresen.people.forms import TeamForm
from tresen.web.form_pages import form_page
from tresen.web.forms import choices
from tresen.web.permissions import needs
from tresen.web.work import current_desk

blueprint = Blueprint("teams", __name__, url_prefix="/teams")


@blueprint.get("/")
@needs("people.administer")
def index() -> Any:
    """List the teams with their members."""
    return render_template("people/teams.html", teams=queries.teams_with_members(current_desk()))


@blueprint.route("/new", methods=["GET", "POST"])
@needs("people.administer")
def new() -> Any:
    """Add a team."""
    desk = current_desk()
    form = _form(desk, TeamForm())

    def add() -> tuple[str, str]:
        members = queries.agents_by_id(desk, form.members.data or [])
        name = str(form.name.data)
        service.add_team(desk, name, members, is_restricted=form.is_restricted.data)
        return _("The team %(name)s is added.") % {"name": name}, url_for("teams.index")

    return form_page(_("New team"), form, url_for("teams.index"), add, form.name)


@blueprint.route("/<int:team_id>", methods=["GET", "POST"])
@needs("people.administer")
def edit(team_id: int) -> Any:
    """Change a team and who is in it."""
    desk = current_desk()
    team = queries.team_by_id(desk, team_id)
    member_ids = queries.member_ids(desk, team_id)
    form = _form(desk, TeamForm(obj=team, members=member_ids), member_ids)

    def change() -> tuple[str, str]:
        members = queries.agents_by_id(desk, form.members.data or [])
        wanted = {"name": str(form.name.data), "is_restricted": form.is_restricted.data}
        service.change_team(desk, team, wanted, members)
        return _("The team %(name)s is saved.") % {"name": team.name}, url_for("teams.index")

    heading = _("Team %(name)s") % {"name": team.name}
    return form_page(heading, form, url_for("teams.index"), change, form.name)


def _form(desk: Desk, form: TeamForm, member_ids: Sequence[int] = ()) -> TeamForm:
    # A member who may not sign in at present stays one unless somebody unticks them.
    agents = {*queries.active_agents(desk), *queries.agents_by_id(desk, member_ids)}
    named = sorted((agent.name, agent.id) for agent in agents)
    form.members.choices = choices((agent_id, name) for name, agent_id in named)
    return form
