# SPDX-License-Identifier: AGPL-3.0-or-later
"""Giving a ticket to another requester or organisation, and saying who may then see it."""

from typing import Any

from flask import redirect, render_template, request, url_for

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.i18n import _, ngettext
from tresen.people import queries as people
from tresen.tickets import queries, service, undoing
from tresen.tickets.forms import RequesterForm
from tresen.tickets.models import Ticket
from tresen.tickets.views.routes import blueprint
from tresen.tickets.views.shelf import requester_address
from tresen.tickets.views.undoing import offer_step
from tresen.web.permissions import needs
from tresen.web.work import current_desk, forget_changes

MOST_NAMES = 5


@blueprint.route("/<int:number>/requester", methods=["GET", "POST"])
@needs("tickets.work")
def requester(number: int) -> Any:
    """Show who asks and who sees it; change it and go back to the ticket."""
    desk = current_desk()
    ticket = queries.ticket_by_number(desk, number)
    form = RequesterForm(
        address=requester_address(desk, ticket), organisation=ticket.organisation_id
    )
    if not form.validate_on_submit():
        return _page(desk, ticket, form), 422 if request.method == "POST" else 200
    try:
        with undoing.undoable(desk) as step:
            service.change(desk, ticket, _wanted(desk, ticket, form))
    except Refused as refused:
        forget_changes()
        desk.session.expire_all()
        return _page(desk, ticket, form, refused.sentence), 422
    offer_step(_who_sees(desk, ticket), step, number)
    return redirect(url_for("tickets.page", number=number), 303)


def _page(desk: Desk, ticket: Ticket, form: RequesterForm, error: str = "") -> str:
    return render_template(
        "tickets/requester.html",
        form=form,
        error=error,
        who_sees=_who_sees(desk, ticket),
        number=ticket.number,
        subject=ticket.subject,
    )


def _wanted(desk: Desk, ticket: Ticket, form: RequesterForm) -> dict[str, Any]:
    address, organisation_id = (form.address.data or "").strip(), form.organisation.data
    if address == requester_address(desk, ticket):
        return {"organisation_id": organisation_id}
    person = people.person_by_address(desk, address) if address else None
    if address and person is None:
        raise Refused(_("Nobody with the address “%(text)s” is known.") % {"text": address})
    if person is not None and organisation_id == ticket.organisation_id:
        organisation_id = person.organisation_id
    return {"requester_id": person.id if person else None, "organisation_id": organisation_id}


def _who_sees(desk: Desk, ticket: Ticket) -> str:
    """Say who on the customer's side may see the ticket as it now is."""
    names, count = queries.customers_who_see(desk, ticket, MOST_NAMES)
    if not names:
        return _("On the customer's side nobody can see the ticket.")
    listed, more = ", ".join(names), count - len(names)
    if not more:
        return _("On the customer's side the ticket can be seen by: %(names)s.") % {"names": listed}
    return ngettext(
        "On the customer's side the ticket can be seen by: %(names)s and one more.",
        "On the customer's side the ticket can be seen by: %(names)s and %(count)s more.",
        more,
    ) % {"names": listed, "count": more}
