# SPDX-License-Identifier: AGPL-3.0-or-later
"""The administrators' pages of the rules: a customer's quota, and going beyond."""

from typing import Any

from flask import url_for
from tresen.sdk import (
    Crumb,
    _,
    current_desk,
    kept,
    needs,
)

from tresen_remote_support import queries as sessions
from tresen_remote_support.pages import blueprint, crumbs
from tresen_remote_support.policy import queries, service
from tresen_remote_support.policy.forms import BeyondForm, QuotaForm


@blueprint.route("/organisations/<int:organisation_id>/quota", methods=["GET", "POST"])
@needs("remote_support.administer")
def set_quota(organisation_id: int) -> Any:
    """Set the minutes that a customer has each month."""
    desk = current_desk()
    organisation = queries.organisation(desk, organisation_id)
    known = queries.quota(desk, organisation_id)
    form = QuotaForm(data={"minutes": None if known is None else known.minutes})

    def keep(given: dict[str, Any]) -> None:
        service.keep_quota(desk, organisation, given["minutes"])

    url = url_for("people.organisation", organisation_id=organisation_id)
    above = [Crumb(organisation.name, url)]
    return kept(form, _("Minutes of remote support"), above, keep, _("The quota is kept."))


@blueprint.route("/sessions/<reference>/beyond", methods=["GET", "POST"])
@needs("remote_support.administer")
def go_beyond(reference: str) -> Any:
    """Let a session be held against hours, quota or contract."""
    desk = current_desk()
    row = sessions.remote_session(desk, reference)

    def keep(given: dict[str, Any]) -> None:
        service.go_beyond(desk, row, given["reason"])

    said = _("The session may go beyond the rules.")
    return kept(BeyondForm(), _("Go beyond the rules"), crumbs(row), keep, said)
