# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail intake through every part it has: raw store, child process, rules, ticket.

The rate counts from the bytes at the door to the committed message, the commit of the raw bytes
before it included.
"""

from collections.abc import Callable, Sequence
from email.message import EmailMessage
from itertools import count
from time import time_ns

from sqlalchemy import func, select
from tresen.desk import desk_for
from tresen.mail.inbound import process
from tresen.mail.intake import BATCH, Arrival, take_in
from tresen.mail.models import InboundMail
from tresen.mail.reading.parser import Parser
from tresen.people.models import EmailAddress
from tresen.tickets.models import Message, Ticket

from benchmarks.floors import read_mail
from benchmarks.ground import Ground
from benchmarks.timing import Result, rate

MAILS = 200
# Another start in each run: a database that stays has seen the mails of the last one.
_numbers = count(time_ns())


def new(ground: Ground) -> Result:
    """Mails of known customers that open tickets."""
    with desk_for(ground.core) as desk:
        senders = desk.session.scalars(select(EmailAddress.address).limit(MAILS)).all()
    return _taken(ground, "mail_new", [_letter(sender, "") for sender in senders])


def follow_up(ground: Ground) -> Result:
    """Mails that answer a message, found by its Message-ID."""
    with desk_for(ground.core) as desk:
        found = desk.session.execute(
            select(EmailAddress.address, Message.internet_message_id)
            .join(Ticket, Ticket.requester_id == EmailAddress.person_id)
            .join(Message, Message.ticket_id == Ticket.id)
            .where(Message.internet_message_id.is_not(None), Ticket.is_open, Message.is_inbound)
            .order_by(Message.id)
            .limit(MAILS)
        ).all()
    return _taken(
        ground, "mail_follow_up", [_letter(sender, answered or "") for sender, answered in found]
    )


def _letter(sender: str, answered: str) -> bytes:
    mail, number = EmailMessage(), next(_numbers)
    mail["From"], mail["To"] = f"Kundin <{sender}>", "support@tresen.example"
    mail["Subject"] = f"Etikett {number} fehlt"
    mail["Message-ID"] = f"<benchmark-{number}@kunde.example>"
    if answered:
        mail["In-Reply-To"] = mail["References"] = f"<{answered}>"
    mail.set_content(
        f"Guten Tag,\n\ndas Etikett {number} druckt nicht.\n\n" + "Wort für Wort. " * 60
    )
    return mail.as_bytes()


def _taken(ground: Ground, name: str, raws: Sequence[bytes]) -> Result:
    with Parser() as parser:
        # The child is started by the first mail; in life it runs already.
        parser.parse(raws[0])
        ours = rate(lambda: _settled(ground, parser, raws), len(raws))
    floor = rate(lambda: [read_mail(raw) for raw in raws], len(raws))
    _check(ground)
    return Result(name, "/s", ours, floor, 300, "email.parser alone", is_rate=True)


def _settled(ground: Ground, parser: Parser, raws: Sequence[bytes]) -> None:
    for first in range(0, len(raws), BATCH):
        take_in(ground.core, [Arrival(raw, "pipe") for raw in raws[first : first + BATCH]])
    while process(ground.core, parser):
        pass


def _check(ground: Ground) -> None:
    """Fast and wrong is no result: every mail so far must stand on a ticket."""
    with desk_for(ground.core) as desk:
        lost = select(func.count()).where(InboundMail.outcome != "message")
        assert desk.session.scalar(lost.select_from(InboundMail)) == 0


MEASURES: dict[str, Callable[[Ground], Result]] = {"mail_new": new, "mail_follow_up": follow_up}
