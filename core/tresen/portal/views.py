# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customers' pages: ask for help, see one's requests, answer."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.datastructures import FileStorage

from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.i18n import _
from tresen.people.models import Person
from tresen.portal import brand, pages, service
from tresen.portal.forms import AnswerForm, RequestForm, VisitorRequestForm
from tresen.tickets.models import Ticket
from tresen.tickets.queries import ticket_by_number
from tresen.tickets.views import files
from tresen.tickets.views.uploads import stored
from tresen.web import assets
from tresen.web.kept_forms import taken
from tresen.web.media import file_headers
from tresen.web.permissions import needs, open_to_all
from tresen.web.values import row_number
from tresen.web.work import current_desk, forget_changes

blueprint = Blueprint("portal", __name__)

FOR_GOOD = {"Cache-Control": assets.FOREVER}


@blueprint.get("/")
@open_to_all("it is the front page")
def home() -> Any:
    """Show what a visitor can do here, and a customer's requests; agents go to their work."""
    desk = current_desk()
    if desk.actor.may("tickets.read"):
        return redirect(url_for("tickets.index"))
    scope = "organisation" if request.args.get("scope") == "organisation" else "mine"
    before = row_number(request.args.get("before")) or None
    person = desk.session.get(Person, desk.actor.person_id) if desk.actor.person_id else None
    found = pages.requests_page(desk, scope, before) if person else {}
    ask_url = url_for("portal.ask")
    return render_template("portal/home.html", person=person, new_url=ask_url, scope=scope, **found)


@blueprint.get("/requests/")
@open_to_all("it only leads to the front page")
def requests() -> Any:
    """Lead to the list of one's requests: who shortens an address arrives where it stands."""
    return redirect(url_for("portal.home"))


@blueprint.route("/requests/new", methods=["GET", "POST"])
@open_to_all("who has no account asks for help, too")
def ask() -> Any:
    """Show the form and take a request."""
    desk = current_desk()
    person = desk.session.get(Person, desk.actor.person_id) if desk.actor.person_id else None
    form = RequestForm() if person else VisitorRequestForm()
    form.installation.choices = pages.installations(desk, person)
    if not form.validate_on_submit():
        return render_template("portal/new.html", form=form), 422 if form.errors else 200
    pages.count_request(desk, request.remote_addr or "")
    wanted = service.Request(
        str(form.subject.data), str(form.body.data), _uploads(desk), form.installation.data
    )
    if person is None:
        service.ask_as_visitor(desk, str(form.name.data), str(form.address.data), wanted)
        sent = render_template("portal/sent.html", address=form.address.data)
        return taken(make_response(sent), request.path)
    ticket = service.ask(desk, person, wanted)
    flash(_("We received your request under the number %(number)s.") % {"number": ticket.number})
    return taken(redirect(url_for("portal.one", number=ticket.number)), request.path)


@blueprint.get("/requests/<int:number>")
@needs("portal.use")
def one(number: int) -> Any:
    """Show one request."""
    desk = current_desk()
    ticket = ticket_by_number(desk, number, Ticket.requester)
    return pages.request_page(desk, ticket, AnswerForm(), pages.Addresses(number=number))


@blueprint.post("/requests/<int:number>")
@needs("portal.use")
def reply(number: int) -> Any:
    """Take an answer."""
    desk = current_desk()
    ticket = ticket_by_number(desk, number, Ticket.requester)
    return _answered(desk, ticket, pages.Addresses(number=number))


@blueprint.post("/requests/<int:number>/settle")
@needs("portal.use")
def settle(number: int) -> Any:
    """Take the customer's word that the question is answered."""
    desk = current_desk()
    ticket = ticket_by_number(desk, number, Ticket.requester)
    return _answered(desk, ticket, pages.Addresses(number=number), settles=True)


@blueprint.get("/requests/<int:number>/files/<public_id>")
@needs("portal.use")
def file(number: int, public_id: str) -> Any:
    """Hand out a file of a public message; `show=1` shows a picture."""
    return _file(ticket_by_number(current_desk(), number), public_id)


@blueprint.get("/requests/<int:number>/messages/<int:message_id>/frame")
@needs("portal.use")
def frame(number: int, message_id: int) -> Any:
    """Show a public mail's HTML, cleaned, without remote images."""
    ticket = ticket_by_number(current_desk(), number)
    return files.framed(ticket, message_id, has_images=False)


@blueprint.route("/requests/by-link/<token>", methods=["GET", "POST"])
@open_to_all("the link is signed for one person and one ticket")
def by_link(token: str) -> Any:
    """Show one request to whom the link was mailed, and take an answer."""
    desk = current_desk()
    ticket = service.enter_by_link(desk, token)
    addresses = pages.Addresses(token=token)
    if request.method == "POST":
        return _answered(desk, ticket, addresses)
    return pages.request_page(desk, ticket, AnswerForm(), addresses)


@blueprint.post("/requests/by-link/<token>/settle")
@open_to_all("the link is signed for one person and one ticket")
def settle_by_link(token: str) -> Any:
    """Take the customer's word that the question is answered."""
    desk = current_desk()
    ticket = service.enter_by_link(desk, token)
    return _answered(desk, ticket, pages.Addresses(token=token), settles=True)


@blueprint.get("/requests/by-link/<token>/files/<public_id>")
@open_to_all("the link is signed for one person and one ticket")
def file_by_link(token: str, public_id: str) -> Any:
    """Hand out a file of a public message; `show=1` shows a picture."""
    return _file(service.enter_by_link(current_desk(), token), public_id)


@blueprint.get("/requests/by-link/<token>/messages/<int:message_id>/frame")
@open_to_all("the link is signed for one person and one ticket")
def frame_by_link(token: str, message_id: int) -> Any:
    """Show a public mail's HTML, cleaned, without remote images."""
    ticket = service.enter_by_link(current_desk(), token)
    return files.framed(ticket, message_id, has_images=False)


@blueprint.get("/source")
@open_to_all("the licence offers the source to everybody who uses the service (AGPL section 13)")
def source() -> Any:
    """Say where the running source is."""
    desk = current_desk()
    if desk.config.source_url:
        return redirect(desk.config.source_url)
    return render_template("portal/source.html", plugins=desk.core.plugins.taken_in)


@blueprint.get("/brand/<public_id>")
@open_to_all("the logo stands on the page where one signs in")
def logo(public_id: str) -> Any:
    """Hand out the operator's logo; another one has another address."""
    file, body = brand.logo(current_desk(), public_id)
    headers = file_headers(file.name, file.media_type, body, may_show=True)
    return Response(body, headers=headers | FOR_GOOD)


@blueprint.get("/brand/style/<version>.css")
@open_to_all("the accent colours the page where one signs in")
def style(version: str) -> Any:
    """Hand out the style sheet with the operator's accent; other colours have another address."""
    sheet = brand.style_sheet(current_desk())
    if not sheet or version != brand.version_of(sheet):
        raise Missing(_("This file does not exist."))
    return Response(sheet, mimetype="text/css", headers=FOR_GOOD)


def _file(ticket: Ticket, public_id: str) -> Any:
    return files.handed_out(ticket, public_id, may_show=request.args.get("show") == "1")


def _answered(
    desk: Desk, ticket: Ticket, addresses: pages.Addresses, *, settles: bool = False
) -> Any:
    """Take what was written; `settles` says that the question is answered, with words or without.

    Then nothing has to be written, but what was is a message first.
    """
    form = AnswerForm()
    person = desk.session.get(Person, desk.actor.person_id or 0)
    if person is None or not form.validate_on_submit():
        return pages.request_page(desk, ticket, form, addresses), 422
    is_written = bool((form.body.data or "").strip() or _chosen())
    try:
        if is_written or not settles:
            pages.count_request(desk, request.remote_addr or "")
            body = str(form.body.data or "")
            ticket = service.answer(desk, ticket, person, body, _uploads(desk))
        if settles:
            service.settle(desk, ticket)
    except Refused as refused:
        forget_changes()
        form.body.errors = [refused.sentence]
        return pages.request_page(desk, ticket, form, addresses), 422
    flash(
        _("Thank you. The request is marked as solved.")
        if settles
        else _("Your answer is with us.")
    )
    return taken(redirect(addresses.of(ticket)), addresses.reply)


def _chosen() -> list[FileStorage]:
    return [each for each in request.files.getlist("files") if each.filename]


def _uploads(desk: Desk) -> tuple[tuple[int, str], ...]:
    return stored(desk, _chosen())
