# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening a ticket for a customer: by phone, at the counter, or as the first to write."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.i18n import _
from tresen.people import queries as people
from tresen.people import service as people_verbs
from tresen.people.models import EmailAddress, Organisation, Person
from tresen.people.search import SOURCE
from tresen.search import queries as search
from tresen.search.words import SHORTEST_PREFIX
from tresen.tickets import routing, service
from tresen.tickets.forms import NewTicketForm
from tresen.tickets.models import Ticket
from tresen.tickets.queries import is_visible
from tresen.tickets.records import NewMessage, NewTicket
from tresen.tickets.views import choices, uploads
from tresen.tickets.views.routes import blueprint
from tresen.web.kept_forms import taken
from tresen.web.permissions import asked_by_itself, needs
from tresen.web.work import current_desk, forget_changes

MOST_SUGGESTIONS = 8
SHORTEST_HINT = 2


@blueprint.route("/new", methods=["GET", "POST"])
@needs("tickets.work")
def new() -> Any:
    """Show the form; open the ticket and go to it."""
    desk = current_desk()
    is_sent = request.method == "POST"
    form = NewTicketForm() if is_sent else NewTicketForm(None, data=_begun(desk))
    choices.offer_new(desk, form)
    if not form.validate_on_submit():
        status = 422 if is_sent else 200
        return render_template("tickets/new.html", form=form, errors=()), status
    try:
        ticket = _opened(desk, form)
        number = ticket.number
    except Refused as refused:
        forget_changes()
        return render_template("tickets/new.html", form=form, errors=[refused.sentence]), 422
    flash(_("Ticket %(number)s is open.") % {"number": number})
    is_seen = is_visible(desk, ticket)
    url = url_for("tickets.page", number=number) if is_seen else url_for("tickets.index")
    return taken(redirect(url), request.path)


@blueprint.get("/people")
@needs("tickets.work")
@asked_by_itself
def known_people() -> Any:
    """Suggest people whose address or name begins with what is typed."""
    desk = current_desk()
    begun = request.args.get("address", "").strip()
    found = _known(desk, begun) if len(begun) >= SHORTEST_HINT else []
    return render_template("tickets/_people.html", people=found)


def _begun(desk: Desk) -> dict[str, Any]:
    """Return what the form begins with: the default team, and what the address says."""
    team = routing.default_team(desk)
    return {"team": team.id if team else None} | request.args.to_dict()


def _known(desk: Desk, begun: str) -> Any:
    # A range rather than LIKE: the index of the addresses can answer it. Names are found by the
    # beginnings of their words, whatever their case and umlauts, from three letters on.
    low = begun.lower()
    by_address = (
        select(EmailAddress.person_id)
        .where(EmailAddress.address.between(low, low + "\U0010ffff"))
        .order_by(EmailAddress.address)
        .limit(MOST_SUGGESTIONS)
    )
    # The word that is just being typed may be too short to be one.
    words = " ".join(word for word in begun.split() if len(word) >= SHORTEST_PREFIX)
    ids = {
        *desk.session.scalars(by_address),
        *search.subject_ids(desk, SOURCE, words, MOST_SUGGESTIONS),
    }
    return desk.session.execute(
        select(EmailAddress.address, Person.name, Organisation.name.label("organisation"))
        .join(Person, Person.id == EmailAddress.person_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.id.in_(ids), Person.is_active)
        .order_by(EmailAddress.address)
        .limit(MOST_SUGGESTIONS)
    ).all()


def _opened(desk: Desk, form: NewTicketForm) -> Ticket:
    person = _requester(desk, str(form.address.data), form.name.data or "")
    is_inbound = form.side.data == "in"
    # What the form began with nobody chose: there the product's team may take its place.
    default = routing.default_team(desk)
    is_chosen = form.team.data != (default.id if default else None) or form.owner.data is not None
    new_ticket = NewTicket(
        subject=form.subject.data or "",
        channel=form.channel.data if is_inbound else "web",
        requester_id=person.id,
        organisation_id=person.organisation_id,
        team_id=form.team.data if is_chosen else None,
        owner_id=form.owner.data,
        product_id=form.product.data,
        impact=form.impact.data,
        urgency=form.urgency.data,
        tags=tuple((form.tags.data or "").split()),
        is_routed=not is_chosen,
    )
    first = NewMessage(
        body=form.body.data or "",
        channel=new_ticket.channel,
        is_inbound=is_inbound,
        author_id=person.id if is_inbound else None,
        author_name=person.name if is_inbound else "",
        author_address=str(form.address.data) if is_inbound else "",
        files=uploads.stored(desk, uploads.chosen(form.files.data)),
    )
    return service.open_ticket(desk, new_ticket, first)


def _requester(desk: Desk, address: str, name: str) -> Person:
    known = people.person_by_address(desk, address)
    return known or people_verbs.add_person(desk, name, address)
