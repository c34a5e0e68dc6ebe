# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a customer answers on their page: to the agreement, to diagnostics, and by leaving."""

from typing import Any

from flask import flash, redirect, url_for
from tresen.sdk import (
    _,
    current_desk,
    needs,
    taken,
)

from tresen_pilot_service import agreements, steps
from tresen_pilot_service.pages import blueprint
from tresen_pilot_service.portal import queries, service
from tresen_pilot_service.portal.forms import DeclineForm, LeaveForm
from tresen_pilot_service.portal.pages import answered
from tresen_pilot_service.portal.parts import agree_form


@blueprint.route("/portal/<int:participation_id>/agreement", methods=["GET", "POST"])
@needs("pilot_service.take_part")
def agree(participation_id: int) -> Any:
    """Let the customer sign the agreement, and with it accept the invitation."""
    desk = current_desk()
    row = queries.own_one(desk, participation_id)
    agreement = agreements.current(desk, row.programme_id)
    form = agree_form(row, agreement)
    is_invited = row.state == steps.INVITED
    said = _("Thank you: you take part.") if is_invited else _("Thank you: it is signed.")
    words = (_("Agreement"), _("Agree and take part") if is_invited else _("Agree"), said)

    def keep() -> None:
        version = form.read_version()
        # What is shown again, if it is, is what counts now: that must be read and ticked anew.
        form.show_version(agreement)
        service.agree(desk, row, version)

    return answered(row, form, words, keep, agreement.text if agreement else "")


@blueprint.route("/portal/<int:participation_id>/decline", methods=["GET", "POST"])
@needs("pilot_service.take_part")
def decline(participation_id: int) -> Any:
    """Let the customer decline the invitation, with a word if they like."""
    desk = current_desk()
    row = queries.own_one(desk, participation_id)
    form = DeclineForm()
    words = (
        _("Decline the invitation"),
        _("Decline"),
        _("You declined. Thank you for the answer."),
    )

    def keep() -> None:
        service.end(desk, row, steps.DECLINED, form.reason.data or "")

    return answered(row, form, words, keep)


@blueprint.route("/portal/<int:participation_id>/leave", methods=["GET", "POST"])
@needs("pilot_service.take_part")
def leave(participation_id: int) -> Any:
    """Let the customer leave the pilot, with a word if they like."""
    desk = current_desk()
    row = queries.own_one(desk, participation_id)
    form = LeaveForm()
    words = (_("Leave the pilot"), _("Leave the pilot"), _("You left the pilot."))

    def keep() -> None:
        service.end(desk, row, steps.WITHDRAWN, form.reason.data or "")

    return answered(row, form, words, keep)


@blueprint.post("/portal/<int:participation_id>/consent")
@needs("pilot_service.take_part")
def allow_diagnostics(participation_id: int) -> Any:
    """Let the customer allow diagnostics."""
    desk = current_desk()
    row = queries.own_one(desk, participation_id)
    said = _("Diagnostics are allowed. You can withdraw this at any time.")
    url = url_for("pilot_service.own_pilot", participation_id=row.id)
    return taken(lambda: service.allow_diagnostics(desk, row), said, url)


@blueprint.post("/portal/<int:participation_id>/consent/withdraw")
@needs("pilot_service.take_part")
def forbid_diagnostics(participation_id: int) -> Any:
    """Let the customer withdraw the consent to diagnostics, also when the pilot is over."""
    desk = current_desk()
    row = queries.own_one(desk, participation_id)
    service.forbid_diagnostics(desk, row)
    flash(_("Diagnostics are no longer allowed from today on."))
    return redirect(url_for("pilot_service.own_pilot", participation_id=row.id))
