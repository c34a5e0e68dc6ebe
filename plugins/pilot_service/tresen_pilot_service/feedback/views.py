# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agents' pages of feedback: the triage board, one of them with its steps, recording."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Form,
    Missing,
    Refused,
    _,
    current_desk,
    filled_in,
    form_below,
    kept,
    needs,
    ngettext,
    ticket_by_number,
)

from tresen_pilot_service import queries as pilots
from tresen_pilot_service.feedback import answers, board, queries, service, states
from tresen_pilot_service.feedback.forms import (
    AnswerForm,
    ConversationForm,
    DuplicateForm,
    TicketFeedbackForm,
    TicketForm,
    TriageForm,
)
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Programme
from tresen_pilot_service.pages import blueprint, crumbs


@blueprint.get("/<int:programme_id>/feedback")
@needs("pilot_service.read")
def feedback_board(programme_id: int) -> Any:
    """Show the feedback of a programme by state, narrowed by what stands in the address."""
    desk = current_desk()
    programme = pilots.programme(desk, programme_id)
    rows = queries.of_programme(desk, programme_id)
    return render_template(
        "pilot_service/feedback/board.html",
        above=crumbs(programme),
        programme=programme,
        board=board.arrange(rows, request.args),
        states=states,
        customer=queries.customer,
        is_answered=queries.is_answered,
    )


@blueprint.get("/feedback/<int:feedback_id>")
@needs("pilot_service.read")
def feedback(feedback_id: int) -> Any:
    """Show one feedback, what can be done with it, and what tells the same."""
    desk = current_desk()
    return _page(desk, queries.feedback(desk, feedback_id))


@blueprint.post("/feedback/<int:feedback_id>/step")
@needs("pilot_service.work")
def feedback_step(feedback_id: int) -> Any:
    """Take a step of triage."""
    desk = current_desk()
    row = queries.feedback(desk, feedback_id)
    try:
        service.move(desk, row, request.form.get("state", ""))
    except Refused as refusal:
        flash(refusal.sentence, "error")
    else:
        words = {"title": row.title, "state": states.TITLES[row.state]}
        flash(_("%(title)s: %(state)s.") % words)
    return redirect(_url(row))


@blueprint.post("/feedback/<int:feedback_id>/duplicate")
@needs("pilot_service.work")
def feedback_duplicate(feedback_id: int) -> Any:
    """Mark it as a duplicate of another one."""
    desk = current_desk()
    row = queries.feedback(desk, feedback_id)
    form = DuplicateForm()
    form.offer(desk, row)
    said = _("It is marked as a duplicate.")
    return _done(row, form, lambda: service.mark_duplicate(desk, row, form.original_id.data), said)


@blueprint.post("/feedback/<int:feedback_id>/ticket")
@needs("pilot_service.work")
def feedback_ticket(feedback_id: int) -> Any:
    """Tie it to a ticket that the agent may see."""
    desk = current_desk()
    row = queries.feedback(desk, feedback_id)
    form = TicketForm()

    def tie() -> None:
        try:
            service.link(desk, row, ticket_by_number(desk, form.number.data or 0))
        except Missing as missing:
            raise Refused(missing.sentence) from missing

    return _done(row, form, tie, _("The ticket is linked."))


@blueprint.post("/feedback/<int:feedback_id>/ticket/remove")
@needs("pilot_service.work")
def feedback_ticket_remove(feedback_id: int) -> Any:
    """Untie it from its ticket."""
    desk = current_desk()
    row = queries.feedback(desk, feedback_id)
    service.detach(desk, row)
    flash(_("The ticket is no longer linked."))
    return redirect(_url(row))


@blueprint.post("/feedback/<int:feedback_id>/answer")
@needs("pilot_service.work")
def feedback_answer(feedback_id: int) -> Any:
    """Answer who told it, and who told the same where wanted."""
    desk = current_desk()
    row = queries.feedback(desk, feedback_id)
    form = AnswerForm()

    def say() -> None:
        wanted = bool(form.has_duplicates.data)
        outcome = answers.answer(desk, row, form.body.data or "", has_duplicates=wanted)
        for sentence in _sentences(outcome):
            flash(sentence)

    return _done(row, form, say)


@blueprint.route("/feedback/<int:feedback_id>/edit", methods=["GET", "POST"])
@needs("pilot_service.work")
def feedback_edit(feedback_id: int) -> Any:
    """Change kind, severity, area and build."""
    desk = current_desk()
    row = queries.feedback(desk, feedback_id)
    form = TriageForm(obj=row)
    form.offer(desk, row)

    def keep(given: dict[str, Any]) -> None:
        service.triage(desk, row, given)

    above = [*_above(desk, row), Crumb(str(states.KINDS[row.kind]), _url(row))]
    return kept(form, _("Triage"), above, keep, _("The feedback is changed."))


@blueprint.route("/<int:programme_id>/feedback/new", methods=["GET", "POST"])
@needs("pilot_service.work")
def feedback_record(programme_id: int) -> Any:
    """Record what a participant told an agent."""
    desk = current_desk()
    programme = pilots.programme(desk, programme_id)
    form = ConversationForm()
    form.offer(desk, programme)

    def keep(given: dict[str, Any]) -> Feedback:
        row = pilots.participation(desk, given.pop("participation_id"))
        return service.give(desk, row, programme, given | {"channel": states.AGENT})

    return _recorded(form, [*crumbs(programme), _board_crumb(programme)], keep)


@blueprint.route("/tickets/<int:number>/feedback", methods=["GET", "POST"])
@needs("pilot_service.work")
def feedback_of_ticket(number: int) -> Any:
    """Record what a ticket tells of a product in a pilot."""
    desk = current_desk()
    ticket = ticket_by_number(desk, number)
    programmes = queries.programmes_for(desk, ticket)
    if not programmes:
        raise Missing(_("Ticket %(number)s belongs to no pilot programme.") % {"number": number})
    form = TicketFeedbackForm()
    form.offer(desk, ticket, programmes)

    def keep(given: dict[str, Any]) -> Feedback:
        programme = pilots.programme(desk, given.pop("programme_id"))
        part = queries.participation_at(desk, programme.id, ticket.organisation_id)
        told = {"channel": states.TICKET, "person_id": ticket.requester_id, "ticket_id": ticket.id}
        return service.give(desk, part, programme, given | told)

    back = Crumb(
        _("Ticket %(number)s") % {"number": number}, url_for("tickets.page", number=number)
    )
    return _recorded(form, [*crumbs(), back], keep)


def _recorded(form: Form, above: list[Crumb], keep: Callable[[dict[str, Any]], Feedback]) -> Any:
    """Show the form; once kept, lead to the feedback's page."""
    heading = _("Record feedback")
    if not form.validate_on_submit():
        return form_below(form, heading, above)
    try:
        row = keep(filled_in(form))
    except Refused as refusal:
        return form_below(form, heading, above, refusal)
    flash(_("The feedback is recorded."))
    return redirect(_url(row))


def _done(row: Feedback, form: Form, act: Callable[[], None], said: str = "") -> Any:
    """Do what a form of the page asks; what is wrong with it stands on the page again."""
    desk = current_desk()
    if not form.validate_on_submit():
        return _page(desk, row, form)
    try:
        act()
    except Refused as refusal:
        return _page(desk, row, form, refusal)
    if said:
        flash(said)
    return redirect(_url(row))


def _page(
    desk: Desk, row: Feedback, sent: Form | None = None, refusal: Refused | None = None
) -> Any:
    """Show the page; `sent` is the form that could not be kept, with what was typed into it."""
    duplicate_form = sent if isinstance(sent, DuplicateForm) else DuplicateForm(formdata=None)
    duplicate_form.offer(desk, row)
    thanks = answers.thanks(desk, row)
    answer_form = sent if isinstance(sent, AnswerForm) else AnswerForm(formdata=None, body=thanks)
    page = render_template(
        "pilot_service/feedback/show.html",
        above=_above(desk, row),
        row=row,
        states=states,
        customer=queries.customer(row),
        is_answered=queries.is_answered(row),
        duplicates=queries.duplicates(desk, row),
        refusal=refusal,
        answer_form=answer_form,
        duplicate_form=duplicate_form,
        ticket_form=sent if isinstance(sent, TicketForm) else TicketForm(formdata=None),
    )
    return page, 422 if sent is not None else 200


def _sentences(outcome: answers.Outcome) -> list[str]:
    """Return what became of an answer."""
    found = []
    if outcome.numbers:
        words = {"numbers": ", ".join(str(number) for number in outcome.numbers)}
        text = ngettext(
            "The answer stands on ticket %(numbers)s.",
            "The answer stands on the tickets %(numbers)s.",
            len(outcome.numbers),
        )
        found.append(text % words)
    if outcome.unreached:
        text = ngettext(
            "Of one feedback nobody is known who could read it: there the answer is only kept.",
            "Of %(num)s nobody is known who could read it: there the answer is only kept.",
            outcome.unreached,
        )
        found.append(text % {"num": outcome.unreached})
    return found


def _above(desk: Desk, row: Feedback) -> list[Crumb]:
    programme = pilots.programme(desk, row.programme_id)
    return [*crumbs(programme), _board_crumb(programme)]


def _board_crumb(programme: Programme) -> Crumb:
    url = url_for("pilot_service.feedback_board", programme_id=programme.id)
    return Crumb(_("Feedback"), url)


def _url(row: Feedback) -> str:
    return url_for("pilot_service.feedback", feedback_id=row.id)
