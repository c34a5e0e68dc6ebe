# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages about mails, as agents and administrators use them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from mail.letters import add_mailbox, letter, receive, store_all
from mail.servers import make_quiet_ticket, queue_to, rows
from sqlalchemy import select, update
from tresen.desk import Core, Desk, desk_for
from tresen.mail import service
from tresen.mail.models import InboundMail, Mailbox, OutboundMail, OutboundRecipient
from tresen.mail.reading.parser import Parser
from tresen.people import service as people
from tresen.people.models import Person
from tresen.testing.factories import make_person

SignIn = Callable[[Person], FlaskClient]


def hold(core: Core, raw: bytes, mailbox_id: int | None = None) -> int:
    """A mail that is held; return its id."""
    store_all(core, [raw], mailbox_id)
    with desk_for(core, write=True) as desk:
        row = desk.session.scalars(select(InboundMail).order_by(InboundMail.id.desc())).first()
        assert row is not None
        row.outcome, row.reason, row.subject = "held", "time: too slow", "A slow mail"
        return row.id


def test_held_mails_stand_first_and_are_counted_in_the_rail(
    core: Core, agent: Person, sign_in: SignIn, parser: Parser
) -> None:
    receive(core, parser, letter(subject="An easy mail"))
    hold(core, letter(body="slow"))
    page = sign_in(agent).get("/mail/").text
    assert ("A slow mail" in page, "Reading it takes too long" in page, "An easy mail" in page) == (
        True,
        True,
        False,
    )
    everything = sign_in(agent).get("/mail/?outcome=").text
    assert "An easy mail" in everything


def test_raw_mail_is_handed_out_as_it_came(core: Core, agent: Person, sign_in: SignIn) -> None:
    raw = letter()
    mail_id = hold(core, raw)
    answer = sign_in(agent).get(f"/mail/{mail_id}/raw")
    assert answer.data == raw
    assert answer.headers["Content-Disposition"] == f"attachment; filename=mail-{mail_id}.eml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_replayed_mail_becomes_a_message(
    core: Core, agent: Person, sign_in: SignIn, parser: Parser
) -> None:
    mail_id = hold(core, letter())
    assert sign_in(agent).post(f"/mail/{mail_id}/replay").status_code == 302
    (row,) = receive(core, parser)
    assert row.outcome == "message"


def test_mail_set_aside_names_who_did_it(core: Core, agent: Person, sign_in: SignIn) -> None:
    mail_id = hold(core, letter())
    sign_in(agent).post(f"/mail/{mail_id}/ignore")
    (row,) = rows(core, InboundMail)
    assert (row.outcome, row.reason) == ("ignored", "by-hand: Anna Agent")


def test_mail_of_a_restricted_team_is_shown_to_its_members_only(
    core: Core, desk: Desk, agent: Person, sign_in: SignIn
) -> None:
    member = make_person(desk, "Mia", "mia@tresen.example", role="agent")
    team = people.add_team(desk, "Board", [member], is_restricted=True)
    desk.commit()
    mail_id = hold(core, letter(), add_mailbox(core, team_id=team.id))
    assert sign_in(agent).get(f"/mail/{mail_id}/raw").status_code == 404
    assert "A slow mail" not in sign_in(agent).get("/mail/").text
    assert sign_in(member).get(f"/mail/{mail_id}/raw").status_code == 200


def test_failed_mail_shows_the_answer_and_is_sent_again(
    core: Core, desk: Desk, agent: Person, customer: Person, sign_in: SignIn
) -> None:
    mail = queue_to(desk, "karla@kunde.example", ticket=make_quiet_ticket(desk, customer))
    mail.state = "failed"
    desk.session.execute(update(OutboundRecipient).values(state="failed", reply="550 no such user"))
    desk.commit()
    browser = sign_in(agent)
    assert "550 no such user" in browser.get("/mail/out").text
    browser.post(f"/mail/out/{mail.id}/retry")
    assert [row.state for row in rows(core, OutboundMail)] == ["waiting"]
    assert [row.state for row in rows(core, OutboundRecipient)] == ["waiting"]


MAILBOX = {
    "address": "Support@tresen.example",
    "team_id": "0",
    "host": "imap.tresen.example",
    "port": "993",
    "security": "tls",
    "login": "support",
    "login_method": "password",
    "secret_ref": "file:support",
    "folder": "INBOX",
    "after_fetch": "seen",
}


def test_mailbox_is_added_changed_and_paused(
    core: Core, administrator: Person, sign_in: SignIn
) -> None:
    browser = sign_in(administrator)
    assert browser.post("/mail/mailboxes/new", data=MAILBOX).status_code == 302
    (box,) = rows(core, Mailbox)
    assert (box.address, box.host, box.team_id) == (
        "support@tresen.example",
        "imap.tresen.example",
        None,
    )
    browser.post(f"/mail/mailboxes/{box.id}", data=MAILBOX | {"folder": "Support"})
    browser.post(f"/mail/mailboxes/{box.id}/pause")
    (box,) = rows(core, Mailbox)
    assert (box.folder, box.is_active) == ("Support", False)
    assert "Paused" in browser.get("/mail/mailboxes").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "no address"},
        {"secret_ref": "hunter2"},
        {"secret_ref": "env:TRESEN_SECRET_KEY"},
        {"secret_ref": "file:../secret.key"},
        {"security": "none"},
        {"port": "70000"},
    ],
    ids=str,
)
def test_mailbox_that_could_not_be_fetched_safely_is_refused(
    core: Core, administrator: Person, sign_in: SignIn, wrong: dict[str, str]
) -> None:
    answer = sign_in(administrator).post("/mail/mailboxes/new", data=MAILBOX | wrong)
    assert (answer.status_code, rows(core, Mailbox)) == (422, [])


def test_mailboxes_are_for_administrators(core: Core, agent: Person, sign_in: SignIn) -> None:
    browser = sign_in(agent)
    assert browser.get("/mail/mailboxes").status_code == 403
    assert "/mail/mailboxes" not in browser.get("/mail/").text


def test_customer_sees_no_mails(core: Core, customer: Person, sign_in: SignIn) -> None:
    assert sign_in(customer).get("/mail/").status_code == 403


def test_atk_i05_failing_trials_look_alike_and_are_few(
    core: Core, administrator: Person, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tresen.mail.trial.FAILING", 0.2)
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    shut = {"host": "127.0.0.1", "security": "none", "secret_ref": "env:TRESEN_MAIL_SUPPORT"}
    box = add_mailbox(core, port=1, **shut)
    browser = sign_in(administrator)
    for _ in range(10):
        browser.post(f"/mail/mailboxes/{box}/try")
    assert "Tresen could not sign in to support@tresen.example." in browser.get("/mail/").text
    assert browser.post(f"/mail/mailboxes/{box}/try").status_code == 429


def test_mail_on_a_ticket_cannot_be_replayed(core: Core, desk: Desk, parser: Parser) -> None:
    (row,) = receive(core, parser, letter())
    found = desk.session.get_one(InboundMail, row.id)
    with pytest.raises(service.Refused):
        service.replay(desk, found)
