# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public form for source, and the register of requests with their answers."""

from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Person,
    _,
    current_desk,
    kept,
    limit,
    needs,
    open_to_all,
    source_of,
    ticket_by_number,
)

from tresen_licensing.pages import blueprint
from tresen_licensing.requests import queries, service, states
from tresen_licensing.requests.forms import AnswerForm, AskForm, NoteForm, VisitorAskForm

# Requests from one network address; an office may share one.
MOST_REQUESTS, WINDOW = 10, timedelta(hours=1)


@blueprint.route("/source/request", methods=["GET", "POST"])
@open_to_all("the written offer of source is one to any third party (GPL-2.0 section 3b)")
def ask_for_source() -> Any:
    """Show the form for source and licences, and take a request."""
    desk = current_desk()
    person = desk.session.get(Person, desk.actor.person_id) if desk.actor.person_id else None
    form = AskForm() if person else VisitorAskForm()
    if not form.validate_on_submit():
        page = render_template("licensing/requests/ask.html", form=form)
        return page, 422 if form.errors else 200
    _count(desk)
    wish = _wish(form)
    who = person or service.whose(desk, str(form.name.data), str(form.address.data))
    made = service.ask(desk, who, wish)
    # Whose an address is that a stranger typed is not told: not even its ticket's number.
    return render_template(
        "licensing/requests/sent.html", due_on=made.due_on, is_known=person is not None
    )


@blueprint.get("/source-requests")
@needs("licensing.read")
def source_requests() -> Any:
    """Show agents the register of requests: what is due, and what was answered how."""
    desk = current_desk()
    state = request.args.get("state", states.OPEN)
    state = state if state in states.STATES else states.OPEN
    page = max(request.args.get("page", 1, type=int), 1)
    rows = queries.requests(desk, state, page)
    return render_template(
        "licensing/requests/index.html",
        rows=rows[: queries.PAGE],
        state=state,
        states=states,
        standing=queries.standing(desk),
        stands={row.id: queries.state_of(desk, row) for row in rows},
        pages=_pages(state, page, has_more=len(rows) > queries.PAGE),
    )


@blueprint.route("/source-requests/new", methods=["GET", "POST"])
@needs("licensing.work")
def note_source_request() -> Any:
    """Record a ticket that came by mail, phone or letter as a request."""
    desk = current_desk()
    number = request.args.get("ticket", type=int)
    form = NoteForm(data={"received_on": desk.today(), "ticket": number})

    def keep(values: dict[str, Any]) -> None:
        ticket = ticket_by_number(desk, values["ticket"])
        service.note(desk, ticket, _wish(form), values["received_on"])

    return kept(form, _("Record a request"), _above(), keep, _("The request is recorded."))


@blueprint.route("/source-requests/<int:request_id>/answer", methods=["GET", "POST"])
@needs("licensing.work")
def answer_source_request(request_id: int) -> Any:
    """Keep when and how a request was answered, or correct that."""
    desk = current_desk()
    row = queries.request(desk, request_id)
    given = row if row.answered_on else None
    form = AnswerForm(obj=given, data={"answered_on": desk.today()})

    def keep(values: dict[str, Any]) -> None:
        service.answer(desk, row, values)

    heading = _("Answer to “%(product)s”") % {"product": row.product}
    return kept(form, heading, _above(), keep, _("The answer is kept."))


def _count(desk: Desk) -> None:
    """Count a request before anything is written: a try that is refused afterwards was one."""
    limit(desk, f"ask-source:{source_of(request.remote_addr or '')}", MOST_REQUESTS, WINDOW)
    desk.commit()


def _wish(form: Any) -> service.Wish:
    words = str(form.words.data or "") if "words" in form else ""
    return service.Wish(str(form.kind.data), str(form.product.data), str(form.medium.data), words)


def _above() -> list[Crumb]:
    return [Crumb(_("Requests for source"), url_for("licensing.source_requests"))]


def _pages(state: str, page: int, *, has_more: bool) -> dict[str, Any]:
    def url(number: int) -> str:
        return url_for("licensing.source_requests", state=state, page=number)

    return {
        "previous_url": url(page - 1) if page > 1 else None,
        "next_url": url(page + 1) if has_more else None,
    }
