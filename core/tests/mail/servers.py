# SPDX-License-Identifier: AGPL-3.0-or-later
"""A core whose mail goes to a real server on loopback, and the tries of that way."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, inspect, select
from tresen.desk import Core, Desk, desk_for
from tresen.mail.deliver import deliver
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.mail.outbound import NewMail, Receiver, queue
from tresen.people.models import Person
from tresen.testing.factories import make_ticket
from tresen.testing.smtp_sink import SmtpSink, smtp_sink
from tresen.tickets.models import Ticket


def environment_of(core: Core) -> dict[str, str]:
    """What another process of the installation finds in its environment."""
    return os.environ | {
        "TRESEN_DATA_DIR": str(core.config.data_dir),
        "TRESEN_DATABASE_URL": core.config.database,
        "TRESEN_SECRET_KEY": core.config.secret_key,
    }


@contextmanager
def sending(core: Core) -> Iterator[SmtpSink]:
    """Run a mail server that the core sends to."""
    with smtp_sink() as sink:
        core.config = replace(core.config, smtp_url=sink.url)
        yield sink


def rows(core: Core, entity: type[Any]) -> list[Any]:
    """All rows of a table by its key, so that the oldest come first."""
    with desk_for(core) as desk:
        return list(desk.session.scalars(select(entity).order_by(*inspect(entity).primary_key)))


def make_quiet_ticket(desk: Desk, customer: Person, **given: object) -> Ticket:
    """A ticket whose receipt is left out, so that only what a test causes stands in the outbox."""
    made = make_ticket(desk, customer, **given)
    desk.session.execute(delete(OutboundMail).where(OutboundMail.purpose == "receipt"))
    return made


def queue_to(desk: Desk, *addresses: str, **given: object) -> OutboundMail:
    fields = {"purpose": "reply", "subject": "An answer", "text": "Plug it in.\n"} | given
    return queue(desk, NewMail(receivers=[Receiver(a) for a in addresses], **fields))


def deliver_all(core: Core, limit: float = 5.0) -> None:
    while deliver(core, limit):
        pass


def outbox(core: Core) -> list[OutboundMail]:
    with desk_for(core) as desk:
        return list(desk.session.scalars(select(OutboundMail).order_by(OutboundMail.id)))


def states(core: Core) -> dict[str, str]:
    """The state of each receiver by address."""
    with desk_for(core) as desk:
        found = desk.session.scalars(select(OutboundRecipient))
        return {recipient.address: recipient.state for recipient in found}
