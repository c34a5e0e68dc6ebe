# SPDX-License-Identifier: AGPL-3.0-or-later
"""The books of the mails and what `tresen doctor` says of them, each fault by its own sentence."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from mail.letters import add_mailbox, letter, store_all
from mail.servers import make_quiet_ticket, queue_to
from sqlalchemy import delete, select, update
from tresen import i18n
from tresen.desk import Core, Desk
from tresen.files.models import Blob
from tresen.hooks.records import Check
from tresen.mail import checks, queries
from tresen.mail.models import InboundMail, Mailbox, OutboundMail
from tresen.people.models import Person
from tresen.testing.fixtures import SteppedClock
from tresen.tickets import service as tickets
from tresen.tickets.models import Message
from tresen.tickets.records import NewMessage


def said(desk: Desk, name: str) -> tuple[str, str]:
    """State and sentence of one check."""
    found = {check.name: check for check in checks.all_checks(desk)}
    return found[name].state, found[name].sentence


def arrive(core: Core, desk: Desk, count: int = 1, **fields: object) -> list[int]:
    """Store so many mails and set these fields on their rows."""
    desk.commit()
    store_all(core, [letter() for _ in range(count)])
    ids = desk.session.scalars(select(InboundMail.id).order_by(InboundMail.id.desc())).all()[:count]
    if fields:
        desk.session.execute(update(InboundMail).where(InboundMail.id.in_(ids)).values(**fields))
    desk.commit()
    return sorted(ids)


def test_empty_house_is_in_order_but_sends_nothing(desk: Desk) -> None:
    assert [(check.name, check.state) for check in checks.all_checks(desk)] == [
        ("mail_books", "good"),
        ("mail_bytes", "good"),
        ("mail_pending", "good"),
        ("mail_held", "good"),
        ("mail_out", "warning"),
    ]


def test_books_count_each_outcome(core: Core, desk: Desk, customer: Person) -> None:
    ticket = make_quiet_ticket(desk, customer)
    first = desk.session.scalars(select(Message.id).where(Message.ticket_id == ticket.id)).one()
    arrive(core, desk, 1, outcome="message", message_id=first)
    arrive(core, desk, 2, outcome="held")
    arrive(core, desk, 3, outcome="ignored")
    arrive(core, desk, 4)
    assert queries.count_outcomes(desk) == {"message": 1, "held": 2, "ignored": 3, "pending": 4}
    assert said(desk, "mail_books") == (
        "good",
        "10 mails came in: 1 messages, 2 held, 3 ignored by a rule, 4 pending.",
    )


def lose_message(desk: Desk, _message_id: int) -> None:
    desk.session.execute(update(InboundMail).values(outcome="message", message_id=None))


def share_message(desk: Desk, message_id: int) -> None:
    desk.session.execute(update(InboundMail).values(outcome="message", message_id=message_id))


def invent_outcome(desk: Desk, _message_id: int) -> None:
    desk.session.execute(update(InboundMail).values(outcome="gone"))


def forget_reply(desk: Desk, _message_id: int) -> None:
    desk.session.execute(delete(OutboundMail))


@pytest.mark.parametrize(
    ("happens", "wrong"),
    [
        (lose_message, (2, 0, 0)),
        (share_message, (0, 1, 0)),
        (invent_outcome, (0, 0, 0)),
        (forget_reply, (0, 0, 1)),
    ],
)
def test_each_fault_of_the_books_is_counted(
    core: Core,
    desk: Desk,
    customer: Person,
    happens: Callable[[Desk, int], None],
    wrong: tuple[int, int, int],
) -> None:
    ticket = make_quiet_ticket(desk, customer)
    reply = tickets.add_message(desk, ticket, NewMessage("An answer", "web"))
    arrive(core, desk, 2)
    happens(desk, reply.id)
    books = queries.conservation(desk)
    assert (books.without_message, books.doubled, books.unsent_replies, books.is_kept) == (
        *(*wrong, False),
    )
    lost, doubled, unsent = wrong
    state, sentence = said(desk, "mail_books")
    assert state == "bad"
    assert sentence.endswith(
        f"{lost} lost their message, {doubled} are doubled, {unsent} replies are unsent."
    )


def test_same_bytes_in_two_mailboxes_are_not_doubled(
    core: Core, desk: Desk, customer: Person
) -> None:
    ticket = make_quiet_ticket(desk, customer)
    for text in ("one", "two"):
        tickets.add_message(desk, ticket, NewMessage(text, "mail", is_inbound=True))
    desk.commit()
    boxes = [add_mailbox(core, address) for address in ("a@tresen.example", "b@tresen.example")]
    raw = letter()
    for box in boxes:
        store_all(core, [raw], box)
    messages = desk.session.scalars(select(Message.id).order_by(Message.id.desc())).all()
    for row, message in zip(desk.session.scalars(select(InboundMail)), messages, strict=False):
        row.outcome, row.message_id = "message", message
    desk.session.flush()
    assert queries.conservation(desk).doubled == 0


def test_note_of_an_agent_is_no_unsent_reply(desk: Desk, customer: Person) -> None:
    ticket = make_quiet_ticket(desk, customer)
    tickets.add_message(desk, ticket, NewMessage("Between us", "web", kind="note"))
    assert queries.conservation(desk).unsent_replies == 0


def test_changed_bytes_are_named_by_the_newest_mail(core: Core, desk: Desk) -> None:
    ids = arrive(core, desk, 3)
    hashes = [desk.session.get_one(InboundMail, mail_id).sha256 for mail_id in ids[:2]]
    desk.session.execute(update(Blob).where(Blob.sha256.in_(hashes)).values(body=b"other"))
    assert queries.wrong_hashes(desk) == [ids[1], ids[0]]
    assert said(desk, "mail_bytes") == (
        "bad",
        f"The stored bytes of mail {ids[1]} were changed: restore them from a backup.",
    )


def test_look_at_the_bytes_stops_where_it_was_told(core: Core, desk: Desk) -> None:
    first, *_others = arrive(core, desk, 3)
    sha256 = desk.session.get_one(InboundMail, first).sha256
    desk.session.execute(update(Blob).where(Blob.sha256 == sha256).values(body=b"other"))
    assert [queries.wrong_hashes(desk, most) for most in (2, 3, None)] == [[], [first], [first]]


@pytest.mark.parametrize(
    ("waited", "state", "sentence"),
    [
        ({"minutes": 4, "seconds": 59}, "good", "Mails that come in are worked off."),
        (
            {"minutes": 5},
            "bad",
            "A mail has waited for 5 minutes: is `tresen worker` running?",
        ),
        (
            {"days": 1, "seconds": 59},
            "bad",
            "A mail has waited for 1440 minutes: is `tresen worker` running?",
        ),
    ],
    ids=str,
)
def test_mail_that_waits_too_long_asks_for_the_worker(
    core: Core, desk: Desk, clock: SteppedClock, waited: dict[str, float], state: str, sentence: str
) -> None:
    arrive(core, desk)
    clock.go(**waited)
    arrive(core, desk)
    assert said(desk, "mail_pending") == (state, sentence)


def test_held_mails_are_a_warning_with_the_way_to_them(core: Core, desk: Desk) -> None:
    arrive(core, desk, 2, outcome="held")
    assert said(desk, "mail_held") == (
        "warning",
        "2 mails are held; `tresen mail held` lists them.",
    )
    assert queries.count_held(desk) == 2


@pytest.mark.parametrize(
    ("error", "minutes", "check"),
    [
        ("", 30, ("good", "box is fetched.")),
        ("", 31, ("bad", "box was not fetched for 31 minutes.")),
        ("timed out", 5, ("good", "box is fetched.")),
        ("timed out", 6, ("bad", "box cannot be fetched: timed out")),
    ],
)
def test_mailbox_that_is_not_fetched_is_named(
    core: Core,
    desk: Desk,
    clock: SteppedClock,
    error: str,
    minutes: int,
    check: tuple[str, str],
) -> None:
    desk.commit()
    box = add_mailbox(core, "box", host="imap.tresen.example", last_error=error)
    desk.session.get_one(Mailbox, box).last_fetch_at = clock.moment
    clock.go(minutes=minutes)
    assert said(desk, "mailbox_box") == check


@pytest.mark.parametrize("fields", [{"host": ""}, {"host": "imap.example", "is_active": False}])
def test_mailbox_that_needs_no_fetching_is_left_out(
    core: Core, desk: Desk, clock: SteppedClock, fields: dict[str, object]
) -> None:
    desk.commit()
    add_mailbox(core, "box", **fields)
    clock.go(days=1)
    names = [check.name for check in checks.all_checks(desk)]
    assert "mailbox_box" not in names


def test_outbox_tells_failed_from_delayed(core: Core, desk: Desk) -> None:
    core.config = replace(core.config, smtp_url="smtp://127.0.0.1:25")
    assert said(desk, "mail_out") == ("good", "All mails were delivered on the first attempt.")
    for state, attempts in (("failed", 3), ("waiting", 1), ("waiting", 0), ("sent", 2)):
        mail = queue_to(desk, "a@kunde.example")
        mail.state, mail.attempts = state, attempts
    desk.session.flush()
    assert queries.count_unsent(desk) == (1, 1)
    assert said(desk, "mail_out") == (
        "warning",
        "1 mails could not be delivered, 1 are being tried again.",
    )


def test_checks_speak_german(core: Core, desk: Desk) -> None:
    arrive(core, desk, 1, outcome="held")
    with i18n.speaking(i18n.catalogues(core).language("de")):
        sentences: list[Check] = checks.all_checks(desk)
    assert [check.sentence for check in sentences] == [
        (
            "Eingegangene E-Mails: 1; Nachrichten: 0, angehalten: 1, nach einer Regel ignoriert: "
            "0, wartend: 0."
        ),
        "Die neuesten E-Mails sind unversehrt gespeichert; `tresen mail verify` prüft alle.",
        "Hereinkommende E-Mails werden abgearbeitet.",
        "1 E-Mail ist angehalten; `tresen mail held` zeigt sie.",
        "Es gehen keine E-Mails hinaus: Setzen Sie die Option smtp_url.",
    ]
