# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changing a ticket beside its thread: properties, subject, owner, tags, links, participants."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for

from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.i18n import _
from tresen.people import queries as people
from tresen.people.models import Person
from tresen.tickets import service, states, undoing
from tresen.tickets.models import Ticket
from tresen.tickets.queries import is_visible, ticket_by_number
from tresen.tickets.views import page, sides
from tresen.tickets.views.routes import blueprint
from tresen.tickets.views.undoing import offer_step
from tresen.web.permissions import needs
from tresen.web.values import row_number
from tresen.web.work import current_desk, forget_changes


@blueprint.post("/<int:number>/change")
@needs("tickets.work")
def change(number: int) -> Any:
    """Change what stands beside the thread."""

    def run(desk: Desk, ticket: Ticket) -> None:
        service.check_revision(ticket, request.form.get("revision", type=int))
        form = sides.properties(desk, ticket)
        form.process(request.form)
        if not form.validate():
            raise Refused(_("One of the values cannot be chosen. Please look again."))
        # The page sends everything it shows; only what was chosen anew is wanted.
        wanted = form.wanted().items()
        changes = {name: new for name, new in wanted if new != getattr(ticket, name)}
        with undoing.undoable(desk) as step:
            service.change(desk, ticket, changes)
        # Any other step is undone by choosing again.
        if changes.get("state") == states.CLOSED:
            offer_step(_("Ticket %(number)s is closed.") % {"number": number}, step, number)

    return _done(number, run, *page.LOADED)


@blueprint.post("/<int:number>/subject")
@needs("tickets.work")
def change_subject(number: int) -> Any:
    """Give the ticket another subject."""
    subject = request.form.get("subject", "")
    return _done(number, lambda desk, ticket: service.change(desk, ticket, {"subject": subject}))


@blueprint.post("/<int:number>/take")
@needs("tickets.work")
def take(number: int) -> Any:
    """Make the actor the owner."""
    return _done(
        number,
        lambda desk, ticket: service.change(desk, ticket, {"owner_id": desk.actor.person_id}),
    )


@blueprint.post("/<int:number>/tags")
@needs("tickets.work")
def change_tags(number: int) -> Any:
    """Add tags, or take one off."""

    def run(desk: Desk, ticket: Ticket) -> None:
        if gone := request.form.get("remove"):
            with undoing.undoable(desk) as step:
                service.remove_tag(desk, ticket, gone)
            offer_step(_("The tag “%(tag)s” is off.") % {"tag": gone}, step, number)
        else:
            service.add_tags(desk, ticket, tuple(request.form.get("tag", "").split()))

    return _done(number, run)


@blueprint.post("/<int:number>/links")
@needs("tickets.work")
def change_links(number: int) -> Any:
    """Link another ticket by its number, or take a link away."""

    def run(desk: Desk, ticket: Ticket) -> None:
        named = row_number(request.form.get("other", "").strip().lstrip("#"))
        if not named:
            raise Refused(_("Give the number of the other ticket, such as 10042."))
        other = ticket_by_number(desk, named)
        kind = request.form.get("kind", "relates")
        if request.form.get("do") != "remove":
            service.link(desk, ticket, other, kind)
            return
        ends = (ticket, other) if request.form.get("is_ours") else (other, ticket)
        with undoing.undoable(desk) as step:
            service.unlink(desk, *ends, kind)
        offer_step(_("The link to ticket %(number)s is gone.") % {"number": named}, step, number)

    return _done(number, run)


@blueprint.post("/<int:number>/participants")
@needs("tickets.work")
def change_participants(number: int) -> Any:
    """Let a known person take part, or no longer."""

    def run(desk: Desk, ticket: Ticket) -> None:
        if gone := row_number(request.form.get("remove")):
            guest = _person(desk, gone)
            with undoing.undoable(desk) as step:
                service.remove_participant(desk, ticket, guest)
            offer_step(_("%(name)s no longer takes part.") % {"name": guest.name}, step, number)
            return
        address = request.form.get("address", "")
        person = people.person_by_address(desk, address)
        if person is None:
            raise Refused(_("Nobody with the address “%(text)s” is known.") % {"text": address})
        service.add_participant(desk, ticket, person)

    return _done(number, run)


def _done(number: int, run: Callable[[Desk, Ticket], Any], *loaded: Any) -> Any:
    """Do it and go back to the ticket; a refusal is told there and nothing is kept."""
    desk = current_desk()
    ticket = ticket_by_number(desk, number, *loaded)
    team_id = ticket.team_id
    try:
        run(desk, ticket)
        desk.session.flush()
    except (Refused, Missing) as refused:
        forget_changes()
        flash(refused.sentence, "error")
        return redirect(url_for("tickets.page", number=number), 303)
    if ticket.team_id != team_id and not is_visible(desk, ticket):
        flash(
            _("Ticket %(number)s is now with a team whose tickets you do not see.")
            % {"number": number}
        )
        return redirect(url_for("tickets.index"), 303)
    return redirect(url_for("tickets.page", number=number), 303)


def _person(desk: Desk, person_id: int) -> Person:
    person = desk.session.get(Person, person_id)
    if person is None:
        raise Missing(_("There is no such person."))
    return person
