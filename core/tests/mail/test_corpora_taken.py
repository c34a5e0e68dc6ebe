# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails that other projects collected, on the whole way: each ends in one outcome, none changes."""

import hashlib
from collections import Counter

import pytest
from mail.corpora import MAILS, mails
from mail.letters import store_all
from mail.servers import rows
from tresen.desk import Core, desk_for
from tresen.files import service as files
from tresen.mail import checks, queries
from tresen.mail.inbound import process
from tresen.mail.models import InboundMail
from tresen.mail.reading.parser import Parser
from tresen.tickets.models import Message

BATCH = 50


def settle_all(core: Core, parser: Parser) -> None:
    while process(core, parser):
        pass


@pytest.mark.parametrize("name", MAILS)
def test_every_mail_ends_in_one_outcome_with_its_bytes_as_they_came(
    core: Core, parser: Parser, name: str
) -> None:
    raws = [path.read_bytes() for path in mails(name)]
    for first in range(0, len(raws), BATCH):
        store_all(core, raws[first : first + BATCH])
        settle_all(core, parser)
    # Replies that wait for the mail that they answer wait no longer.
    for _turn in range(3):
        core.clock.go(minutes=2)  # type: ignore[attr-defined] # the clock of the tests steps
        settle_all(core, parser)
    found = sorted(rows(core, InboundMail), key=lambda row: row.id)
    assert [row.sha256 for row in found] == [hashlib.sha256(raw).hexdigest() for raw in raws]
    with desk_for(core) as desk:
        assert [files.read_blob(desk, row.sha256) for row in found] == raws
        assert queries.wrong_hashes(desk, None) == []
        books = queries.conservation(desk)
        (doctor,) = [check for check in checks.all_checks(desk) if check.name == "mail_books"]
    counts = Counter(row.outcome for row in found)
    assert (counts["held"], counts["pending"], books.is_kept) == (0, 0, True)
    assert counts["message"] + counts["ignored"] == len(raws)
    inbound = {row.message_id for row in found if row.outcome == "message"}
    assert len(inbound & {message.id for message in rows(core, Message)}) == counts["message"]
    assert doctor.state == "good"
