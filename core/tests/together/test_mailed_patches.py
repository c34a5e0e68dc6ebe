# SPDX-License-Identifier: AGPL-3.0-or-later
"""Patches that come by mail on a ticket become the changes of licensing's development."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from mail.letters import add_mailbox, receive
from sqlalchemy import select
from tresen.desk import Core, Desk, desk_for
from tresen.mail.queries import mails_of
from tresen.mail.reading.parser import Parser
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets.models import Message, Ticket

developing = pytest.importorskip("tresen_licensing.developments.service")

from tresen_licensing.changes.models import Patch  # noqa: E402 - it must be there
from tresen_licensing.developments import states  # noqa: E402
from tresen_licensing.developments.models import Development  # noqa: E402

SignIn = Callable[[Person], FlaskClient]
SERIES = {1: "Add a berth", 2: "Say so"}
SENDER = "Karla Kundin <karla@kunde.example>"


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    """Return the child process that reads mails."""
    with Parser() as running:
        yield running


def letter(ticket: Ticket, number: int) -> bytes:
    """Return a patch of the series as git mails it."""
    body = (
        "---\n\ndiff --git a/README b/README\n--- a/README\n+++ b/README\n@@ -1 +1 @@\n"
        f"-Line {number}\n+Line {number + 1}\n-- \n2.40\n"
    )
    return (
        "Received: from inner.host (10.1.2.3) by mx.example; Mon, 2 Mar 2026 10:00:01 +0100\n"
        f"From: {SENDER}\nTo: support@tresen.example\n"
        f"Date: Mon, 2 Mar 2026 10:00:0{number} +0100\nMessage-ID: <p{number}@kunde.example>\n"
        f"Subject: [PATCH {number}/2] {SERIES[number]} [#{ticket.number}]\n\n{body}"
    ).encode()


@pytest.fixture
def linked(desk: Desk, customer: Person, core: Core, parser: Parser) -> tuple[str, list[int]]:
    """Return a development's reference, and the messages on its ticket: two patches and words."""
    ticket = factories.make_ticket(desk, customer)
    given = {"title": "Berths", "kind": states.FEATURE}
    row = developing.begin(desk, customer.organisation_id, given)
    developing.link(desk, row, ticket)
    developing.step(desk, row, states.IN_DEVELOPMENT)
    desk.commit()
    add_mailbox(core)
    receive(core, parser, *(letter(ticket, number) for number in (2, 1)))
    with desk_for(core) as fresh:
        ids = fresh.session.scalars(select(Message.id).where(Message.ticket_id == ticket.id))
        return row.reference, sorted(ids)


def test_series_on_a_ticket_is_sent_in_with_a_tick(
    linked: tuple[str, list[int]], core: Core, agent: Person, sign_in: SignIn
) -> None:
    reference, (_words, *mailed) = linked
    browser = sign_in(agent)
    path = f"/licensing/developments/{reference}/changes/new"
    shown = browser.get(path).text
    assert [shown.count(f"[PATCH {number}/2] {SERIES[number]}") for number in SERIES] == [1, 1]
    sent = {"mails": [str(each) for each in mailed], "base": "a" * 40}
    assert browser.post(path, data=sent).status_code == 302
    with desk_for(core) as fresh:
        patches = fresh.session.scalars(select(Patch).order_by(Patch.position)).all()
        told = [(each.position, each.author_address) for each in patches]
        assert told == [(1, "karla@kunde.example"), (2, "karla@kunde.example")]
        row = fresh.session.scalars(select(Development)).one()
    kept = browser.get(f"/licensing/developments/{row.reference}/changes/1.mbox").data
    # The developer's own servers are nobody's business.
    assert (b"Received:" in kept, b"10.1.2.3" in kept, kept.count(b"diff --git")) == (
        False,
        False,
        2,
    )


def test_mails_come_back_as_they_were(linked: tuple[str, list[int]], core: Core) -> None:
    _reference, (words, *mailed) = linked
    with desk_for(core) as fresh:
        found = mails_of(fresh, [words, *mailed], 10_000)
        assert (sorted(found), mails_of(fresh, mailed, 10)) == (mailed, {})
        assert all(body.startswith(b"Received: from inner.host") for body in found.values())
