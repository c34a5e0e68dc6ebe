# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing on a ticket: replies and notes, their preview, drafts, and who is at it."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from tresen.desk import Desk
from tresen.errors import Conflict, Missing, Refused
from tresen.faults import hit
from tresen.i18n import _
from tresen.tickets import sending, service, states, timeline, undoing, writing
from tresen.tickets.forms import BODY_LIMIT, ReplyForm
from tresen.tickets.models import Ticket
from tresen.tickets.queries import ticket_by_number
from tresen.tickets.records import NewMessage, Written
from tresen.tickets.views import composing, page, uploads
from tresen.tickets.views.routes import blueprint
from tresen.tickets.views.shelf import requester_address
from tresen.web.markdown import MarkdownLinks, markdown_to_html
from tresen.web.permissions import asked_by_itself, needs
from tresen.web.values import row_number
from tresen.web.way_back import offer
from tresen.web.work import current_desk, forget_changes


@blueprint.post("/<int:number>/messages")
@needs("tickets.work")
def write(number: int) -> Any:
    """Send a reply or keep a note; what was typed comes back when that is refused."""
    desk = current_desk()
    form = ReplyForm()
    ticket = ticket_by_number(desk, number, *page.LOADED)
    if not form.validate_on_submit():
        errors = [str(error) for field in form for error in field.errors]
        return _again(desk, number, form, errors=errors), 422
    try:
        sent = _sent(desk, ticket, form)
    except StaleDataError:
        return _refused(desk, number, form, service.moved_on(number))
    except Refused as refused:
        return _refused(desk, number, form, refused)
    return _done(number, sent)


@blueprint.post("/<int:number>/messages/<int:message_id>/take-back")
@needs("tickets.work")
def take_back(number: int, message_id: int) -> Any:
    """Bring a reply that has not gone out back into the composer."""
    desk = current_desk()
    ticket = ticket_by_number(desk, number, *page.LOADED)
    typed = request.form.get("body", "")[:BODY_LIMIT]
    try:
        is_as_before = sending.take_back(desk, ticket, message_id, typed)
    except (Refused, Missing) as refused:
        forget_changes()
        flash(refused.sentence, "error")
        return redirect(url_for("tickets.page", number=number), 303)
    flash(
        _("The reply did not go out. It is in the composer again.")
        if is_as_before
        else _("The reply did not go out; the state, which was changed since, stays as it is.")
    )
    return redirect(url_for("tickets.page", number=number, _anchor="composer"), 303)


@blueprint.post("/<int:number>/preview")
@needs("tickets.work")
def preview(number: int) -> Any:
    """Show what is being written as it will look."""
    ticket_by_number(current_desk(), number)
    return markdown_to_html(request.form.get("body", ""), MarkdownLinks())


@blueprint.post("/<int:number>/draft")
@needs("tickets.work")
def keep_draft(number: int) -> Any:
    """Keep what is being written and say when; an empty text forgets it."""
    desk = current_desk()
    ticket = ticket_by_number(desk, number)
    form = request.form
    written = Written(
        kind="note" if form.get("kind") == "note" else "reply",
        body=form.get("body", "")[:BODY_LIMIT],
        to=form.get("to"),
        cc=form.get("cc"),
        state=_state(form.get("state")),
        files=_waiting_ids(desk),
    )
    kept = writing.keep_draft(desk, ticket, written)
    return "", 204, {"X-Draft-At": composing.draft_at(kept)}


@blueprint.post("/<int:number>/presence")
@needs("tickets.read")
@asked_by_itself
def be_present(number: int) -> Any:
    """Say that one is here and has read so far; answer who else is."""
    desk = current_desk()
    ticket = ticket_by_number(desk, number)
    writing.be_present(desk, ticket, read_until=row_number(request.form.get("seen")))
    known = request.form.get("revision", type=int)
    return render_template(
        "tickets/_presence.html",
        present=timeline.present(desk, ticket),
        has_changed=known is not None and known != ticket.revision,
        url=url_for("tickets.page", number=number),
    )


@dataclass(frozen=True)
class _Sent:
    id: int
    kind: str
    # For how long it can be taken back.
    seconds: int


def _sent(desk: Desk, ticket: Ticket, form: ReplyForm) -> _Sent:
    kind = str(form.kind.data)
    is_reply = kind == "reply"
    seconds = undoing.seconds_to_undo(desk) if is_reply else 0
    new = NewMessage(
        body=form.body.data or "",
        channel="web",
        kind=kind,
        recipients=_recipients(desk, ticket, form) if is_reply else {},
        files=_waiting(desk) + uploads.stored(desk, uploads.chosen(form.files.data)),
        held_until=sending.held_until(desk, seconds),
    )
    hit("reply.after_files")
    message = sending.send(desk, ticket, new, form.state.data or "", form.revision.data)
    desk.session.flush()
    hit("reply.before_commit")
    desk.after_commit.append(lambda: hit("reply.after_commit"))
    return _Sent(message.id, kind, seconds)


def _done(number: int, sent: _Sent) -> Any:
    _say(number, sent)
    return redirect(url_for("tickets.page", number=number, _anchor=f"message-{sent.id}"))


def _recipients(desk: Desk, ticket: Ticket, form: ReplyForm) -> dict[str, list[str]]:
    found = {name: writing.addresses_in(form[name].data or "") for name in ("to", "cc")}
    if not any(found.values()) and requester_address(desk, ticket):
        raise Refused(
            _("Nobody would get this reply: “To” is empty. Fill it in, or write an internal note.")
        )
    # An empty To stays: it says that nobody is to get a mail.
    return {name: addresses for name, addresses in found.items() if addresses or name == "to"}


def _waiting(desk: Desk) -> tuple[tuple[int, str], ...]:
    return uploads.waiting(desk, request.form.getlist("kept"))


def _say(number: int, sent: _Sent) -> None:
    """Tell what became of it, with the way back as long as there is one."""
    if sent.kind == "note":
        flash(_("The note is saved."))
    else:
        url = url_for("tickets.take_back", number=number, message_id=sent.id)
        offer(_("The reply is on its way."), url, sent.seconds)


def _refused(desk: Desk, number: int, form: ReplyForm, refused: Refused) -> Any:
    """Say why, unless the same form came before and was taken: then show what became of it."""
    forget_changes()
    desk.session.expire_all()
    ticket = ticket_by_number(desk, number)
    kind, body = str(form.kind.data), form.body.data or ""
    if sent := writing.sent_already(desk, ticket, kind, body, row_number(request.form.get("seen"))):
        return _done(number, _Sent(sent.id, sent.kind, 0))
    if isinstance(refused, Conflict):
        return _again(desk, number, form, news=refused.sentence), 409
    return _again(desk, number, form, errors=[refused.sentence]), 422


def _again(desk: Desk, number: int, form: ReplyForm, **said: Any) -> str:
    """Show the page as it is now, with all that was typed and chosen: it is a draft meanwhile."""
    forget_changes()
    desk.session.expire_all()
    ticket = ticket_by_number(desk, number, *page.LOADED)
    writing.keep_draft(desk, ticket, written_in(desk, form))
    desk.session.flush()
    return page.render(desk, ticket, given=_given(form), **said)


def written_in(desk: Desk, form: ReplyForm) -> Written:
    """Return what stands in a composer that was sent, its files stored."""
    kind = "note" if form.kind.data == "note" else "reply"
    values = {name: form[name].data or "" for name in ("body", "to", "cc")}
    return Written(kind, **values, state=_state(form.state.data), files=_files_of(desk, form))


def _files_of(desk: Desk, form: ReplyForm) -> tuple[int, ...]:
    """Return the chosen files too; more than are allowed cannot wait with the draft."""
    try:
        new = uploads.stored(desk, uploads.chosen(form.files.data))
    except Refused:
        new = ()
    return (*_waiting_ids(desk), *(file_id for file_id, _content_id in new))


def _waiting_ids(desk: Desk) -> tuple[int, ...]:
    """Return the files that wait and are still wanted; one that is gone is no error here."""
    try:
        return tuple(file_id for file_id, _content_id in _waiting(desk))
    except Refused:
        return ()


def _state(text: str | None) -> str:
    return text if text in states.TITLES else ""


def _given(form: ReplyForm) -> dict[str, Any]:
    names = ("kind", "to", "cc", "body", "state")
    return {name: form[name].data or "" for name in names}
