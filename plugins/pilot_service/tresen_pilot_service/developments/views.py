# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of developments: their list, one of them, and its steps."""

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request
from tresen.sdk import (
    Desk,
    Forbidden,
    Missing,
    Refused,
    Ticket,
    _,
    current_desk,
    filled_in,
    form_below,
    needs,
    ticket_by_number,
)

from tresen_pilot_service import queries as programmes
from tresen_pilot_service.developments import (
    bookings,
    duties,
    forms,
    people,
    queries,
    service,
    states,
)
from tresen_pilot_service.developments.models import Development
from tresen_pilot_service.developments.pages import above, address, kept_of
from tresen_pilot_service.developments.queries import Wanted
from tresen_pilot_service.pages import blueprint


@blueprint.get("/developments/")
@needs("pilot_service.read")
def developments() -> Any:
    """List the developments that the address narrows to."""
    desk = current_desk()
    wanted, sort = _wanted(), request.args.get("sort", "")
    rows = queries.developments(desk, wanted, sort)
    until = queries.until(desk, rows)
    today = desk.today()
    return render_template(
        "pilot_service/developments/index.html",
        above=[],
        rows=rows,
        wanted=wanted,
        sort=sort,
        sorted_args={key: each for key, each in request.args.items() if key != "sort"},
        states=states,
        customers=queries.customers(desk),
        products=queries.developed_products(desk),
        until=until,
        standing={key: states.standing(day, today) for key, day in until.items()},
        drift=queries.drift(desk, rows),
    )


@blueprint.get("/developments/<int:development_id>")
@needs("pilot_service.read")
def development(development_id: int) -> Any:
    """Show a development: where it stands, who works at it, its hours and what is owed."""
    desk = current_desk()
    row = queries.development(desk, development_id)
    named = queries.people_in(desk, row.id)
    booked = queries.bookings_of(desk, row.id)
    until = queries.until(desk, [row]).get(row.id)
    return render_template(
        "pilot_service/developments/show.html",
        above=above(),
        row=row,
        states=states,
        following=[state for state in states.STEPS[row.state] if _may_step(desk, state)],
        people=named,
        gone=people.gone(row, named),
        has_lead=any(each.part == states.LEAD for each in named),
        bookings=booked,
        hours=bookings.sum_up(row, booked),
        as_hours=bookings.as_hours,
        history=queries.steps_of(desk, row.id),
        tickets=queries.tickets_of(desk, row.id),
        places=queries.places_of(desk, row.id),
        until=until,
        standing=states.standing(until, desk.today()),
        duty=duties.duty_of(desk, row) if row.state in states.RUNNING else None,
        drift=queries.drift(desk, [row]).get(row.id),
    )


@blueprint.route("/developments/new", methods=["GET", "POST"])
@needs("pilot_service.administer")
def begin_development() -> Any:
    """Begin a development, of a ticket where the address names one."""
    desk = current_desk()
    ticket = _ticket(desk)
    given = {"requested_on": desk.today(), "lead_id": desk.actor.person_id}
    form = forms.NewDevelopmentForm(data=given | (_prefilled(ticket) if ticket else {}))
    form.offer(desk, ticket.product_id if ticket else None)
    heading = _("New development")
    if not form.validate_on_submit():
        return form_below(form, heading, above())
    try:
        row = service.begin(
            desk, {"participation_id": _pilot(desk, form, ticket)} | filled_in(form)
        )
    except Refused as refusal:
        return form_below(form, heading, above(), refusal)
    if ticket is not None:
        service.link(desk, row, ticket)
    flash(_("The development is kept. Name the customer's contact now or later."))
    return redirect(address(row))


@blueprint.route("/developments/<int:development_id>/edit", methods=["GET", "POST"])
@needs("pilot_service.administer")
def edit_development(development_id: int) -> Any:
    """Change what a development is about."""
    desk = current_desk()
    row = queries.development(desk, development_id)
    hours = Decimal(row.contract_minutes) / 60 if row.contract_minutes is not None else None
    form = forms.EditDevelopmentForm(obj=row, contract_hours=hours)
    form.offer(desk, row.product_id)
    form.offer_pilots(desk, row.organisation_id)
    return kept_of(row, form, _("Edit"), service.edit, _("The development is kept."))


@blueprint.route("/developments/<int:development_id>/steps/<state>", methods=["GET", "POST"])
@needs("pilot_service.work")
def step_development(development_id: int, state: str) -> Any:
    """Take a development to another state, with its day and what has to be said."""
    desk = current_desk()
    row = queries.development(desk, development_id)
    if state not in states.TITLES:
        raise Missing(_("There is no such step."))
    if not _may_step(desk, state):
        raise Forbidden(_("This step is an administrator's."))
    form = forms.step_form(row.state, state)(data={"day": desk.today()})
    form.offer(desk, row)

    def keep(desk: Desk, row: Development, given: dict[str, Any]) -> None:
        service.move(desk, row, state, given)

    words = {"title": row.title, "state": states.TITLES[state]}
    said = _("%(title)s: %(state)s.") % words
    return kept_of(row, form, states.verb(row.state, state), keep, said)


def _may_step(desk: Desk, state: str) -> bool:
    """Whether the actor may take a development to the state."""
    needed = "pilot_service.work" if state in states.WORK else "pilot_service.administer"
    return desk.actor.may(needed)


def _wanted() -> Wanted:
    """Return what the address narrows to; what it cannot mean narrows nothing."""
    state = request.args.get("state", "")
    return Wanted(
        state=state if state in states.TITLES else "",
        organisation_id=_number("customer"),
        product_id=_number("product"),
        is_overdue=request.args.get("overdue") == "1",
    )


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    # No identity is longer, and no database takes any length.
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _ticket(desk: Desk) -> Ticket | None:
    """Return the ticket that the address names, which the actor must see."""
    number = request.args.get("ticket", type=int)
    return ticket_by_number(desk, number) if number is not None else None


def _prefilled(ticket: Ticket) -> dict[str, Any]:
    return {
        "title": ticket.subject[:200],
        "organisation_id": ticket.organisation_id,
        "product_id": ticket.product_id,
    }


def _pilot(desk: Desk, form: forms.NewDevelopmentForm, ticket: Ticket | None) -> int | None:
    """Return the participation that the ticket came out of, where it is of the same customer."""
    found = programmes.participations_of(desk, [ticket.id]).get(ticket.id) if ticket else None
    same = found is not None and found.organisation_id == form.organisation_id.data
    return found.id if found is not None and same else None
