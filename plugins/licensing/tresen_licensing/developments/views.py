# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of developments: their list, one of them, and its steps."""

from typing import Any

from flask import flash, redirect, render_template, request
from tresen.sdk import (
    Desk,
    Missing,
    Refused,
    Ticket,
    _,
    current_desk,
    filled_in,
    form_below,
    kept,
    needs,
    taken,
    ticket_by_number,
)

from tresen_licensing.bundles import parts as bundle_parts
from tresen_licensing.changes import parts as change_parts
from tresen_licensing.clearances import parts as clearance_parts
from tresen_licensing.deployments import parts as deployment_parts
from tresen_licensing.developments import clocks, forms, queries, sentences, service, states
from tresen_licensing.developments.pages import above, address, wanted
from tresen_licensing.journals import parts as journal_parts
from tresen_licensing.pages import blueprint, crumbs
from tresen_licensing.proposals import parts as proposal_parts
from tresen_licensing.publications import parts as publication_parts
from tresen_licensing.repositories import parts as repository_parts
from tresen_licensing.waivers import parts as waiver_parts

# No number is longer, and no database takes any length.
DIGITS = 9
PARTS = (
    *(change_parts.PART, repository_parts.PART, clearance_parts.PART, deployment_parts.PART),
    *(publication_parts.PART, proposal_parts.PART, waiver_parts.PART, bundle_parts.PART),
    journal_parts.PART,
)


@blueprint.get("/developments/")
@needs("licensing.read")
def developments() -> Any:
    """List the developments that the address narrows to."""
    desk = current_desk()
    narrowed = _narrowed()
    found = queries.developments(desk, narrowed)
    rows = found[: queries.PAGE]
    return render_template(
        "licensing/developments/index.html",
        rows=rows,
        more=rows[-1].id if len(found) > queries.PAGE else None,
        wanted=narrowed,
        states=states,
        clocks=clocks,
        customers=queries.customers(desk),
        standings=queries.standings(desk, rows),
        late=len(queries.overdue(desk)),
    )


@blueprint.get("/developments/<reference>")
@needs("licensing.read")
def development(reference: str) -> Any:
    """Show a development: where it stands, what was changed, where it runs and what happened."""
    desk, row = wanted(reference)
    standing = queries.standings(desk, [row])[row.id]
    following = [each for each in states.STEPS[row.state] if each in states.VERBS]
    return render_template(
        "licensing/developments/show.html",
        above=crumbs(),
        row=row,
        states=states,
        clocks=clocks,
        following=following,
        standing=standing,
        said=sentences.said_of(standing.clock, desk.today()),
        tickets=queries.tickets_of(desk, row.id),
        parts=[(each.template, each.load(desk, row)) for each in PARTS],
    )


@blueprint.route("/developments/new", methods=["GET", "POST"])
@needs("licensing.work")
def begin_development() -> Any:
    """Begin a development, of a ticket where the address names one."""
    desk = current_desk()
    ticket = _ticket(desk)
    form = forms.NewDevelopmentForm(data=_prefilled(desk, ticket))
    form.offer(desk, form.organisation_id.data, None)
    heading, way = _("New development"), crumbs()
    if not form.validate_on_submit():
        return form_below(form, heading, way)
    given = filled_in(form)
    try:
        row = service.begin(desk, given.pop("organisation_id"), given)
    except Refused as refusal:
        return form_below(form, heading, way, refusal)
    if ticket is not None:
        service.link(desk, row, ticket)
    flash(_("%(reference)s is kept. Next: the patches.") % {"reference": row.reference})
    return redirect(address(row))


@blueprint.route("/developments/<reference>/edit", methods=["GET", "POST"])
@needs("licensing.work")
def edit_development(reference: str) -> Any:
    """Change what a development is about."""
    desk, row = wanted(reference)
    form = forms.DevelopmentForm(data=forms.begun(row))
    form.offer(desk, row.organisation_id, row)

    def keep(given: dict[str, Any]) -> None:
        service.edit(desk, row, given)

    return kept(form, _("Edit"), above(row), keep, _("The development is kept."))


@blueprint.route("/developments/<reference>/steps/<state>", methods=["GET", "POST"])
@needs("licensing.work")
def step_development(reference: str, state: str) -> Any:
    """Take a development to another state, with what is said of it."""
    desk, row = wanted(reference)
    if state not in states.VERBS:
        raise Missing(_("There is no such step."))

    def keep(given: dict[str, Any]) -> None:
        service.step(desk, row, state, given["note"])

    said = f"{row.reference}: {states.TITLES[state]}"
    return kept(forms.StepForm(), states.verb(row.state, state), above(row), keep, said)


@blueprint.route("/developments/<reference>/embargo", methods=["GET", "POST"])
@needs("licensing.administer")
def embargo_development(reference: str) -> Any:
    """Hold back what closes a fault of security."""
    desk, row = wanted(reference)

    def keep(given: dict[str, Any]) -> None:
        service.embargo(desk, row, given["until"], given["note"])

    form = forms.EmbargoForm(data={"until": row.embargoed_until})
    return kept(form, _("Put under embargo"), above(row), keep, _("It is under embargo."))


@blueprint.route("/developments/<reference>/tickets", methods=["GET", "POST"])
@needs("licensing.work")
def link_ticket(reference: str) -> Any:
    """Link a ticket."""
    desk, row = wanted(reference)

    def keep(given: dict[str, Any]) -> None:
        plain = given["number"].strip().removeprefix("#")
        if not plain.isdecimal() or len(plain) > DIGITS:
            raise Refused(_("A ticket's number is made of digits."))
        service.link(desk, row, ticket_by_number(desk, int(plain)))

    return kept(forms.LinkForm(), _("Link a ticket"), above(row), keep, _("It is linked."))


@blueprint.post("/developments/<reference>/tickets/<int:number>/unlink")
@needs("licensing.work")
def unlink_ticket(reference: str, number: int) -> Any:
    """Take a ticket off a development."""
    desk, row = wanted(reference)
    ticket = ticket_by_number(desk, number)
    said = _("The ticket is taken off.")
    return taken(lambda: service.unlink(desk, row, ticket), said, address(row))


def _narrowed() -> queries.Wanted:
    """Return what the address narrows to; what it cannot mean narrows nothing."""
    state = request.args.get("state", "")
    return queries.Wanted(
        state=state if state in states.TITLES else "",
        organisation_id=_number("customer"),
        is_open=request.args.get("all") != "1",
        before=_number("before"),
    )


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None


def _ticket(desk: Desk) -> Ticket | None:
    """Return the ticket that the address names, which the actor must see."""
    number = _number("ticket")
    return ticket_by_number(desk, number) if number is not None else None


def _prefilled(desk: Desk, ticket: Ticket | None) -> dict[str, Any]:
    """Return what the form begins with: all that the ticket says."""
    begun: dict[str, Any] = {"owner_id": desk.actor.person_id}
    if ticket is None:
        return begun
    return begun | {
        "title": ticket.subject[:200],
        "organisation_id": ticket.organisation_id,
        "product_id": ticket.product_id,
    }
