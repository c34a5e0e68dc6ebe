# SPDX-License-Identifier: AGPL-3.0-or-later
"""Undoing the last step: what the notice offers, and the way back."""

from typing import Any

from flask import flash, redirect, request, url_for

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.i18n import ngettext
from tresen.tickets import undoing
from tresen.tickets.lists import Listing
from tresen.tickets.queries import ticket_by_number
from tresen.tickets.views import addresses
from tresen.tickets.views.routes import blueprint
from tresen.web.permissions import needs
from tresen.web.values import row_number
from tresen.web.way_back import offer
from tresen.web.work import current_desk, forget_changes


def offer_step(text: str, step: undoing.Step, number: int) -> None:
    """Tell what was done to a ticket, with the way back as long as there is one."""
    if step.is_offered:
        url = url_for("tickets.undo", number=number, first=step.first, last=step.last)
        offer(text, url, step.seconds)
    else:
        flash(text)


def offer_of_many(text: str, step: undoing.Step, listing: Listing) -> None:
    """Tell what was done to the selected tickets of a list, with the way back."""
    if step.is_offered:
        url = addresses.url_of(listing, "tickets.undo_selected")
        sign = "&" if "?" in url else "?"
        offer(text, f"{url}{sign}first={step.first}&last={step.last}", step.seconds)
    else:
        flash(text)


@blueprint.post("/<int:number>/undo")
@needs("tickets.work")
def undo(number: int) -> Any:
    """Undo what was just done to one ticket."""
    desk = current_desk()
    ticket_by_number(desk, number)
    _undo(desk)
    return redirect(url_for("tickets.page", number=number), 303)


@blueprint.post("/undo")
@needs("tickets.work")
def undo_selected() -> Any:
    """Undo what was just done to the selected tickets of a list."""
    desk = current_desk()
    url = addresses.url_of(addresses.listing_from(desk, request.args))
    _undo(desk)
    return redirect(url, 303)


def _undo(desk: Desk) -> None:
    first, last = (row_number(request.args.get(name)) for name in ("first", "last"))
    try:
        done, left = undoing.undo(desk, first, last)
        desk.session.flush()
    except Refused as refused:
        forget_changes()
        flash(refused.sentence, "error")
        return
    flash(ngettext("Undone on one ticket.", "Undone on %(count)s tickets.", done) % {"count": done})
    if left:
        flash(
            ngettext(
                "One ticket was changed since and stays as it is.",
                "%(count)s tickets were changed since and stay as they are.",
                left,
            )
            % {"count": left}
        )
