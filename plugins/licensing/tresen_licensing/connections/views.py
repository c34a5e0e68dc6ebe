# SPDX-License-Identifier: AGPL-3.0-or-later
"""The administrator's pages of connections to forges."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from tresen.sdk import Crumb, _, current_desk, kept, needs

from tresen_licensing.connections import queries, service
from tresen_licensing.connections.forms import ConnectionForm
from tresen_licensing.connections.models import Connection
from tresen_licensing.forges import routes
from tresen_licensing.networks.settings import let_in
from tresen_licensing.pages import blueprint, crumbs


@blueprint.get("/connections/")
@needs("licensing.administer")
def connections() -> Any:
    """List the forges that Tresen may speak to."""
    desk = current_desk()
    return render_template(
        "licensing/connections/index.html",
        above=crumbs(),
        rows=queries.connections(desk),
        routes=routes,
        let_in=sorted(let_in(desk)),
    )


@blueprint.route("/connections/new", methods=["GET", "POST"])
@needs("licensing.administer")
def add_connection() -> Any:
    """Add a connection."""
    desk = current_desk()

    def keep(given: dict[str, Any]) -> None:
        service.keep(desk, Connection(), given)

    said = _("The connection is kept.")
    return kept(ConnectionForm(), _("New connection"), _above(), keep, said)


@blueprint.route("/connections/<int:connection_id>/edit", methods=["GET", "POST"])
@needs("licensing.administer")
def edit_connection(connection_id: int) -> Any:
    """Change what is said of a connection."""
    desk = current_desk()
    row = queries.connection(desk, connection_id)

    def keep(given: dict[str, Any]) -> None:
        service.keep(desk, row, given)

    form = ConnectionForm(obj=row)
    return kept(form, row.name, _above(), keep, _("The connection is kept."))


@blueprint.route("/connections/<int:connection_id>/remove", methods=["GET", "POST"])
@needs("licensing.administer")
def remove_connection(connection_id: int) -> Any:
    """Remove a connection."""
    desk = current_desk()
    row = queries.connection(desk, connection_id)
    if request.method == "GET":
        words = _(
            "What was proposed over it stays on record. How upstream decides has to be written"
            " down by hand from then on."
        )
        return render_template("licensing/remove.html", above=_above(), title=row.name, words=words)
    service.remove(desk, row)
    flash(_("The connection is removed."))
    return redirect(url_for("licensing.connections"))


def _above() -> list[Crumb]:
    return [*crumbs(), Crumb(_("Connections to forges"), url_for("licensing.connections"))]
