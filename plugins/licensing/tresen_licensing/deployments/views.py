# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages on which is written down where a development runs."""

from typing import Any

from tresen.sdk import Refused, _, kept, needs

from tresen_licensing.changes import queries as changes
from tresen_licensing.deployments import queries, service
from tresen_licensing.deployments.forms import DeploymentForm, EndForm, VerifyForm
from tresen_licensing.developments.pages import above, wanted
from tresen_licensing.pages import blueprint


@blueprint.route("/developments/<reference>/deployments/new", methods=["GET", "POST"])
@needs("licensing.work")
def add_deployment(reference: str) -> Any:
    """Write down where a version of the changes runs."""
    desk, row = wanted(reference)
    begun = {"organisation_id": row.organisation_id, "first_seen_on": desk.today()}
    form = DeploymentForm(data=begun | {"is_outside": True})
    form.offer(desk, row)

    def keep(given: dict[str, Any]) -> None:
        if changes.latest(desk, row.id) is None:
            raise Refused(_("Send in the patches first: what runs has a base and changes."))
        version = changes.change_set(desk, row, given.pop("version"))
        service.deploy(desk, row, version, service.Place(**given))

    return kept(form, _("Where it runs"), above(row), keep, _("The deployment is kept."))


@blueprint.route(
    "/developments/<reference>/deployments/<int:deployment_id>/verify", methods=["GET", "POST"]
)
@needs("licensing.work")
def verify_deployment(reference: str, deployment_id: int) -> Any:
    """Write down which source was found there."""
    desk, row = wanted(reference)
    found = queries.deployment(desk, row, deployment_id)

    def keep(given: dict[str, Any]) -> None:
        service.verify(desk, row, found, given["tree"])

    form = VerifyForm(data={"tree": found.tree})
    said = _("What was found there is kept.")
    return kept(form, _("What runs there"), above(row), keep, said)


@blueprint.route(
    "/developments/<reference>/deployments/<int:deployment_id>/end", methods=["GET", "POST"]
)
@needs("licensing.work")
def end_deployment(reference: str, deployment_id: int) -> Any:
    """Write down that it runs there no more."""
    desk, row = wanted(reference)
    found = queries.deployment(desk, row, deployment_id)

    def keep(given: dict[str, Any]) -> None:
        service.end(desk, row, found, given["ended_on"])

    form = EndForm(data={"ended_on": desk.today()})
    return kept(form, _("Runs there no more"), above(row), keep, _("The end is kept."))
