# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail from senders that the operator listed is ignored by that rule, kept and counted."""

import pytest
from mail.letters import add_mailbox, letter, receive
from mail.servers import rows
from tresen.desk import Core, desk_for
from tresen.mail import queries
from tresen.mail.ignoring import SETTINGS
from tresen.mail.reading.parser import Parser
from tresen.settings import service as settings
from tresen.tickets.models import Ticket

LISTED = "spam@kunde.example\n@Robots.example\n\n  news.example  "


@pytest.fixture(autouse=True)
def listed(core: Core) -> None:
    with desk_for(core, write=True) as desk:
        settings.write(desk, SETTINGS, {"ignored_senders": LISTED})


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("Spam <SPAM@kunde.example>", "spam@kunde.example"),
        ("a@robots.example", "robots.example"),
        ("a@mail.eu.robots.example", "robots.example"),
        ("Daily <x@news.example>", "news.example"),
    ],
)
def test_listed_sender_is_ignored_by_name(
    core: Core, parser: Parser, sender: str, name: str
) -> None:
    (row,) = receive(core, parser, letter(sender), mailbox_id=add_mailbox(core))
    assert (row.outcome, row.reason) == (
        "ignored",
        f"ignored-sender: {name}",
    )
    assert rows(core, Ticket) == []


@pytest.mark.parametrize(
    "sender",
    ["karla@kunde.example", "a@notrobots.example", "robots.example@kunde.example", "a@example"],
)
def test_other_sender_is_taken(core: Core, parser: Parser, sender: str) -> None:
    (row,) = receive(core, parser, letter(sender), mailbox_id=add_mailbox(core))
    assert row.outcome == "message"


def test_ignored_mail_is_still_accounted_for(core: Core, parser: Parser) -> None:
    box = add_mailbox(core)
    for sender in ("spam@kunde.example", "karla@kunde.example"):
        receive(core, parser, letter(sender), mailbox_id=box)
    with desk_for(core) as desk:
        assert queries.conservation(desk).is_kept
