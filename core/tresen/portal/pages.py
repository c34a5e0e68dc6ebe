# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the customers' templates show, whether one came by account or by signed link."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tresen.access import service as access
from tresen.desk import Desk
from tresen.i18n import _
from tresen.people.models import Person
from tresen.portal import queries, states
from tresen.portal.forms import AnswerForm
from tresen.products.models import Installation
from tresen.tickets import states as ticket_states
from tresen.tickets.models import FIRST_NUMBER, Message, Ticket
from tresen.tickets.views.letters import attachment, body_of, frame_size
from tresen.tickets.views.rows import initials
from tresen.web.forms import choices
from tresen.web.markdown import MarkdownLinks

# Requests and answers from one network address; generous, as an office may share one.
MOST_REQUESTS, WINDOW = 30, timedelta(hours=1)


@dataclass(frozen=True)
class Addresses:
    """Where the page of one request leads: by number for an account, by token for a link."""

    number: int | None = None
    token: str | None = None

    def of(self, ticket: Ticket) -> str:
        """Return the page of a ticket; by link, that is always the one that the link opens."""
        if self.token:
            return url_for("portal.by_link", token=self.token)
        return url_for("portal.one", number=ticket.number)

    @property
    def reply(self) -> str:
        """Where an answer goes."""
        if self.token:
            return url_for("portal.by_link", token=self.token)
        return url_for("portal.reply", number=self.number)

    @property
    def settle(self) -> str:
        """Where the word goes that the question is answered."""
        if self.token:
            return url_for("portal.settle_by_link", token=self.token)
        return url_for("portal.settle", number=self.number)

    def file(self, public_id: str) -> str:
        """Return the address of a file."""
        if self.token:
            return url_for("portal.file_by_link", token=self.token, public_id=public_id)
        return url_for("portal.file", number=self.number, public_id=public_id)

    def frame(self, message_id: int) -> str:
        """Return the address of a mail's frame."""
        if self.token:
            return url_for("portal.frame_by_link", token=self.token, message_id=message_id)
        return url_for("portal.frame", number=self.number, message_id=message_id)


def count_request(desk: Desk, network_address: str) -> None:
    """Count a request or answer from a network address; raises TooMany.

    Commits, so call it before anything is written: a try that is refused afterwards, and undone,
    has been a try all the same.
    """
    access.limit(desk, f"request:{access.source_of(network_address)}", MOST_REQUESTS, WINDOW)
    desk.commit()


def installations(desk: Desk, person: Person | None) -> list[Any]:
    """Return the customer's systems as choices, a first one for none of them."""
    found = []
    if person is not None and person.organisation_id is not None:
        statement = (
            select(Installation)
            .where(Installation.organisation_id == person.organisation_id)
            .options(joinedload(Installation.product), joinedload(Installation.version))
            .order_by(Installation.id)
        )
        found = [(each.id, _title(each)) for each in desk.session.scalars(statement)]
    return choices([("", _("Not sure, or another one")), *found])


def requests_page(desk: Desk, scope: str, before: int | None) -> dict[str, Any]:
    """Return what the list of requests shows."""
    rows = queries.requests(desk, is_own=scope == "mine", before=before)
    shown = rows[: queries.PAGE_SIZE]
    is_more = len(rows) > len(shown)
    both = {
        "mine": url_for("portal.home"),
        "organisation": url_for("portal.home", scope="organisation"),
    }
    return {
        "requests": [_line(row) for row in shown],
        "scope_urls": both if desk.actor.sees_organisation else None,
        "more_url": url_for("portal.home", scope=scope, before=shown[-1].id) if is_more else None,
    }


def request_page(desk: Desk, ticket: Ticket, form: AnswerForm, addresses: Addresses) -> str:
    """Return the page of one request."""
    found = queries.public_messages(desk, ticket)
    return render_template(
        "portal/request.html",
        request_={
            "number": ticket.number,
            "subject": ticket.subject,
            "state": ticket.state,
            "state_title": states.TITLES[ticket.state],
            "created_at": ticket.created_at,
        },
        messages=[_letter(message, has_html, addresses) for message, has_html in found],
        form=form,
        reply_url=addresses.reply,
        may_close=ticket_states.may_go(ticket.state, ticket_states.SOLVED) and ticket.is_open,
        close_url=addresses.settle,
        back_url=url_for("portal.home") if addresses.token is None else None,
    )


def _letter(message: Message, has_html: bool, addresses: Addresses) -> dict[str, Any]:
    name = message.author.name if message.author else message.author_name
    frame = {"url": addresses.frame(message.id), "size": frame_size(message)}
    return {
        "id": message.id,
        "is_inbound": message.is_inbound,
        "author": {"name": name or message.author_address, "initials": initials(name)},
        "created_at": message.created_at,
        "body": body_of(message, MarkdownLinks()),
        "frame": frame if has_html else None,
        "files": [
            attachment(part.file, addresses.file(part.file.public_id))
            for part in message.files
            if not part.content_id
        ],
    }


def _line(row: Any) -> dict[str, Any]:
    number = row.id + FIRST_NUMBER
    return {
        "url": url_for("portal.one", number=number),
        "number": number,
        "subject": row.subject,
        "state": row.state,
        "state_title": states.TITLES[row.state],
        "changed_at": row.changed_at,
        "requester_name": row.name or "",
    }


def _title(installation: Installation) -> str:
    parts = [installation.product.name, installation.version and installation.version.number]
    name = " ".join(part for part in parts if part)
    return f"{name} ({installation.name})" if installation.name else name
