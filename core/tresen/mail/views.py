# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages about mails: what came in with its outcome, what goes out, the mailboxes."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from tresen.access import service as access
from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.files import service as files
from tresen.i18n import _, pgettext
from tresen.mail import queries, service, trial
from tresen.mail.forms import MailboxForm
from tresen.mail.models import Mailbox
from tresen.mail.reasons import reason_told, reply_told
from tresen.people.models import Team
from tresen.web.forms import choices
from tresen.web.media import file_headers
from tresen.web.permissions import needs
from tresen.web.values import row_number
from tresen.web.work import current_desk

blueprint = Blueprint("mail", __name__, url_prefix="/mail")

LINES = 50


@blueprint.get("/")
@needs("mail.read")
def inbound() -> Any:
    """List the mails that came in, the held ones first until another filter is chosen."""
    desk = current_desk()
    counts = queries.count_outcomes(desk) | {"held": queries.count_held(desk)}
    outcome = request.args.get("outcome", "held" if counts.get("held") else "")
    found = queries.inbound_mails(desk, outcome or None, _before(), LINES + 1)
    return render_template(
        "mail/inbound.html",
        mails=found[:LINES],
        tickets=queries.ticket_numbers(desk, found[:LINES]),
        told=reason_told,
        outcome=outcome,
        counts=counts,
        pages=_pages(found, "mail.inbound", outcome=outcome),
        tabs=_tabs(desk, "inbound"),
    )


@blueprint.get("/<int:mail_id>/raw")
@needs("mail.read")
def raw(mail_id: int) -> Any:
    """Hand out a mail as it came, byte by byte."""
    desk = current_desk()
    row = queries.inbound_mail(desk, mail_id)
    body = files.read_blob(desk, row.sha256)
    return Response(body, headers=file_headers(f"mail-{row.id}.eml", "message/rfc822", body))


@blueprint.post("/<int:mail_id>/replay")
@needs("mail.read")
def replay(mail_id: int) -> Any:
    """Let a held or ignored mail be read again."""
    desk = current_desk()
    service.replay(desk, queries.inbound_mail(desk, mail_id))
    flash(_("The mail is being read again."))
    return redirect(url_for("mail.inbound"))


@blueprint.post("/<int:mail_id>/ignore")
@needs("mail.read")
def ignore(mail_id: int) -> Any:
    """Set a held mail aside."""
    desk = current_desk()
    service.ignore(desk, queries.inbound_mail(desk, mail_id))
    flash(_("The mail is set aside; it stays stored."))
    return redirect(url_for("mail.inbound"))


@blueprint.get("/out")
@needs("mail.read")
def outbound() -> Any:
    """List the mails that go out, those that failed first until another filter is chosen."""
    desk = current_desk()
    failed, tried = queries.count_unsent(desk)
    state = request.args.get("state", "failed" if failed else "")
    found = queries.outbound_mails(desk, state or None, _before(), LINES + 1)
    return render_template(
        "mail/outbound.html",
        mails=found[:LINES],
        recipients=queries.recipients_of_mails(desk, [mail.id for mail in found[:LINES]]),
        state=state,
        told=reply_told,
        failed=failed,
        tried=tried,
        pages=_pages(found, "mail.outbound", state=state),
        tabs=_tabs(desk, "outbound"),
    )


@blueprint.post("/out/<int:mail_id>/retry")
@needs("mail.read")
def retry(mail_id: int) -> Any:
    """Try a mail again now."""
    desk = current_desk()
    queries.outbound_mail(desk, mail_id)
    service.retry_delivery(desk, mail_id)
    flash(_("The mail is being sent again."))
    return redirect(url_for("mail.outbound"))


@blueprint.get("/mailboxes")
@needs("mail.administer")
def mailboxes() -> Any:
    """List the mailboxes and how their last fetch went."""
    desk = current_desk()
    found = queries.mailboxes(desk)
    return render_template(
        "mail/mailboxes.html", mailboxes=found, told=reply_told, tabs=_tabs(desk, "mailboxes")
    )


@blueprint.route("/mailboxes/new", methods=["GET", "POST"])
@needs("mail.administer")
def new_mailbox() -> Any:
    """Add a mailbox."""
    return _edit(None, _("New mailbox"))


@blueprint.route("/mailboxes/<int:mailbox_id>", methods=["GET", "POST"])
@needs("mail.administer")
def mailbox(mailbox_id: int) -> Any:
    """Change a mailbox."""
    box = _mailbox(current_desk(), mailbox_id)
    return _edit(box, box.address)


@blueprint.post("/mailboxes/<int:mailbox_id>/pause")
@needs("mail.administer")
def pause(mailbox_id: int) -> Any:
    """Pause a mailbox, or take it up again."""
    desk = current_desk()
    box = _mailbox(desk, mailbox_id)
    service.set_active(desk, box, is_active=not box.is_active)
    return redirect(url_for("mail.mailboxes"))


@blueprint.post("/mailboxes/<int:mailbox_id>/try")
@needs("mail.administer")
def try_mailbox(mailbox_id: int) -> Any:
    """Sign in to a mailbox and say whether it worked, and no more than that (safety I05)."""
    desk = current_desk()
    access.limit(desk, f"mailbox-trial:{desk.actor.person_id}", trial.MOST, trial.WINDOW)
    flash(trial.try_to_sign_in(desk, _mailbox(desk, mailbox_id)))
    return redirect(url_for("mail.mailboxes"))


def _edit(box: Mailbox | None, heading: str) -> Any:
    desk = current_desk()
    form = MailboxForm(obj=box)
    teams = desk.session.scalars(select(Team).order_by(Team.name))
    form.team_id.choices = choices(
        [(0, pgettext("team", "None")), *((t.id, t.name) for t in teams)]
    )
    if request.method == "GET":
        form.team_id.data = (box.team_id if box else None) or 0
    if form.validate_on_submit() and _is_saved(desk, box, form):
        flash(_("The mailbox is saved."))
        return redirect(url_for("mail.mailboxes"))
    page = render_template(
        "admin/form.html",
        heading=heading,
        form=form,
        crumbs=[{"title": _("Mailboxes"), "url": url_for("mail.mailboxes")}],
        back_url=url_for("mail.mailboxes"),
    )
    return page, 422 if form.errors else 200


def _is_saved(desk: Desk, box: Mailbox | None, form: MailboxForm) -> bool:
    try:
        if box is None:
            service.add_mailbox(desk, form.values())
        else:
            service.change_mailbox(desk, box, form.values())
    except Refused as refusal:
        form.address.errors = [refusal.sentence]
        return False
    return True


def _mailbox(desk: Desk, mailbox_id: int) -> Mailbox:
    box = desk.session.get(Mailbox, mailbox_id)
    if box is None:
        raise Missing(_("There is no such mailbox."))
    return box


def _before() -> int | None:
    return row_number(request.args.get("before")) or None


def _pages(found: Any, endpoint: str, **given: Any) -> dict[str, Any]:
    """The pager's values; one line more than is shown was asked for, to know of a next page."""
    more = len(found) > LINES
    next_url = url_for(endpoint, before=found[LINES - 1].id, **given) if more else None
    previous_url = url_for(endpoint, **given) if _before() else None
    return {"previous_url": previous_url, "next_url": next_url}


def _tabs(desk: Desk, endpoint: str) -> list[dict[str, Any]]:
    titles = {"inbound": _("Mail in"), "outbound": _("Mail out")}
    if desk.actor.may("mail.administer"):
        titles["mailboxes"] = _("Mailboxes")
    return [
        {"title": title, "url": url_for(f"mail.{name}"), "is_current": name == endpoint}
        for name, title in titles.items()
    ]
