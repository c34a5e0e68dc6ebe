# SPDX-License-Identifier: AGPL-3.0-or-later
"""No question about a mail walks through a table, however much was stored before."""

import pytest
from mail.letters import SUPPORT, add_mailbox, letter, store_all
from sqlalchemy import insert, select
from tresen.desk import Core, Desk
from tresen.mail import keys
from tresen.mail.inbound import process
from tresen.mail.models import AutomaticMail, InboundMail
from tresen.mail.reading.parser import Parser
from tresen.testing import volume
from tresen.testing.statements import recorded, walks
from tresen.tickets.models import FIRST_NUMBER, Ticket

FILLED = 2_000


def fill(desk: Desk) -> None:
    """Tickets of years, a mail with its outcome for each, and the automatic answers to them."""
    volume.fill(desk, FILLED, messages=1)
    now = desk.now()
    sha256 = desk.session.scalar(select(InboundMail.sha256).limit(1))
    done = {"source": "pipe", "sha256": sha256, "outcome": "ignored", "received_at": now}
    mails = [done | {"internet_message_id": f"{n}@old.example"} for n in range(FILLED)]
    desk.session.execute(insert(InboundMail), mails)
    answers = [{"address": f"p{n}@old.example", "at": now} for n in range(FILLED)]
    desk.session.execute(insert(AutomaticMail), answers)
    volume.analyse(desk)
    desk.commit()


def letters(desk: Desk) -> dict[str, bytes]:
    """A mail for each way in which a ticket is named."""
    ticket = desk.session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(1)).one()
    return {
        "new": letter(),
        "token": letter(To=keys.reply_address(desk, SUPPORT, ticket.id)),
        "subject": letter(subject=f"Re: [#{FIRST_NUMBER + ticket.id}] labels"),
        "reference": letter(In_Reply_To="<7@kunde.example>"),
        "pending": letter(In_Reply_To="<nobody@kunde.example>", References="<a@b.example>"),
    }


@pytest.mark.parametrize("way", ["new", "token", "subject", "reference", "pending"])
def test_mail_is_claimed_and_settled_by_indexes(
    core: Core, desk: Desk, parser: Parser, way: str
) -> None:
    box = add_mailbox(core)
    store_all(core, [letter()], box)
    process(core, parser)
    fill(desk)
    raw = letters(desk)[way]
    desk.rollback()
    with recorded(core.engine) as statements:
        store_all(core, [raw], box)
        assert process(core, parser) == 1
    assert walks(core.engine, statements) == []
