# SPDX-License-Identifier: AGPL-3.0-or-later
"""The disk is full: mail stays on its server, a reply in its composer, and all goes on by itself.

Nothing is played: a small disk is filled to its last byte (faults F09 to F11).
"""

import smtplib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from flows.house import wait_until
from mail.disks import LARGE, Disk, small_disk
from mail.letters import SUPPORT, add_mailbox, letter
from mail.servers import deliver_all, make_quiet_ticket, outbox, queue_to, rows, sending
from mail.test_doors import listening, send, take
from mail.test_tls import check, watched
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import close_all_sessions
from tresen import app as application
from tresen.access import service as access
from tresen.access import tokens
from tresen.access.views import cookie_name
from tresen.config import Config
from tresen.desk import desk_for
from tresen.mail import queries
from tresen.mail.imap import account_of
from tresen.mail.models import InboundMail, Mailbox
from tresen.people.models import Person
from tresen.testing.factories import make_customer, make_person
from tresen.testing.fixtures import SteppedClock
from tresen.testing.imap_server import imap_server
from tresen.tickets.models import Draft, Message
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

LARGE_MAIL = letter(body="".join(f"line {n}\n" for n in range(LARGE // 12)))
LARGE_MAIL = LARGE_MAIL.replace(b"\n", b"\r\n")


@pytest.fixture
def disk(config: Config, tmp_path: Path, clock: SteppedClock) -> Iterator[Disk]:
    with small_disk(config, tmp_path / "disk") as found:
        found.core.clock = clock
        yield found
        close_all_sessions()


def test_fault_f09_mail_waits_on_its_server_until_there_is_room(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    core = disk.core
    with imap_server() as server:
        fields: dict[str, object] = {"host": "127.0.0.1", "port": server.port, "login": "support"}
        fields |= {"security": "none", "secret_ref": "env:TRESEN_MAIL_SUPPORT"}
        mailbox_id = add_mailbox(core, **fields)
        with desk_for(core) as desk:
            opening = account_of(desk.session.get_one(Mailbox, mailbox_id))
        disk.fill()
        server.add(LARGE_MAIL)
        with watched(core, opening):
            wait_until(lambda: server.commands.count("FETCH") >= 4, "the second try")
            assert (rows(core, InboundMail), server.flags()) == ([], [set()])
            disk.free()
            wait_until(lambda: server.flags() == [{"\\Seen"}], "the mail")
    assert [row.outcome for row in rows(core, InboundMail)] == ["pending"]
    with desk_for(core) as desk:
        assert queries.wrong_hashes(desk, None) == []


def test_fault_f09_sending_server_is_told_to_come_again(disk: Disk) -> None:
    add_mailbox(disk.core)
    disk.fill()
    with listening(disk.core, "smtp") as port:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            send("smtp", port, [SUPPORT], LARGE_MAIL)
        disk.free()
        assert send("smtp", port, [SUPPORT], LARGE_MAIL) == {}
    assert refused.value.smtp_code == 451
    assert len(rows(disk.core, InboundMail)) == 1


def test_fault_f09_pipe_gives_the_mail_back(disk: Disk) -> None:
    if disk.folder is None:
        pytest.skip("the limit of one process does not hold for another")
    add_mailbox(disk.core)
    disk.fill()
    assert take(disk.core, LARGE_MAIL, "--to", SUPPORT) == 75
    disk.free()
    assert take(disk.core, LARGE_MAIL, "--to", SUPPORT) == 0
    assert len(rows(disk.core, InboundMail)) == 1


@pytest.fixture
def number(disk: Disk) -> int:
    """The number of a ticket, on which an agent has a draft."""
    with desk_for(disk.core, write=True) as desk:
        make_person(desk, "Anna Agent", "anna@tresen.example", role="agent")
        return make_quiet_ticket(desk, make_customer(desk)).number


@pytest.fixture
def browser(disk: Disk, number: int) -> FlaskClient:
    app = application.create_app(disk.core)
    app.config["WTF_CSRF_ENABLED"] = False
    with desk_for(disk.core, write=True) as desk:
        agent = desk.session.get_one(Person, 1)
        token = access.start_session(desk, agent, "127.0.0.1", "test")
    browser = app.test_client()
    browser.set_cookie(cookie_name(disk.core.config), token, domain="localhost")
    browser.post(f"/tickets/{number}/draft", data={"kind": "reply", "body": "See the file"})
    return browser


def reply(browser: FlaskClient, number: int) -> TestResponse:
    """Send the reply with a large file, as a browser does."""
    file = FileStorage(BytesIO(bytes(range(256)) * (LARGE // 256)), "large.bin")
    fields = {"kind": "reply", "body": "See the file", "to": "karla@kunde.example", "files": file}
    boundary, body = encode_multipart(fields)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(f"/tickets/{number}/messages", data=body, content_type=kind)


def test_fault_f10_reply_that_has_no_room_says_so_and_the_draft_stays(
    disk: Disk, browser: FlaskClient, number: int
) -> None:
    before = len(rows(disk.core, Message))
    disk.fill()
    answer = reply(browser, number)
    assert (answer.status_code, answer.headers["Retry-After"]) == (507, "60")
    assert "The disk of the server is full." in answer.text
    assert "Content-Security-Policy" in answer.headers
    assert len(rows(disk.core, Message)) == before
    assert [draft.body for draft in rows(disk.core, Draft)] == ["See the file"]
    page = browser.get(f"/tickets/{number}")
    assert (page.status_code, "See the file" in page.text) == (200, True)
    assert "on its way" not in page.text
    disk.free()
    assert reply(browser, number).status_code == 302
    assert len(rows(disk.core, Message)) == before + 1


def test_fault_f10_pages_are_read_though_nothing_can_be_written(
    disk: Disk, browser: FlaskClient, number: int, clock: SteppedClock
) -> None:
    disk.fill()
    clock.go(hours=1)  # the session's last use would be noted now
    for address in ("/tickets/", f"/tickets/{number}", "/search/?q=nothing"):
        assert browser.get(address).status_code == 200


def test_fault_f10_program_is_told_in_a_problem_document(disk: Disk, browser: FlaskClient) -> None:
    app = browser.application
    with desk_for(disk.core, write=True) as desk:
        agent = desk.session.get_one(Person, 1)
        token = tokens.make_token(desk, agent, "test", ("tickets.read", "tickets.work"))
    disk.fill()
    call = {"subject": "Large", "body": "".join(f"line {n}\n" for n in range(15_000))}
    head = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().post("/api/v1/tickets/", json=call, headers=head)
    assert (answer.status_code, answer.content_type) == (507, "application/problem+json")


def test_fault_f09_health_says_that_the_disk_is_full(disk: Disk) -> None:
    if disk.folder is None:
        pytest.skip("there is no small disk to look at")
    assert check(disk.core, "disk").state == "bad"


def test_fault_f10_mail_goes_out_once_when_there_is_room_again(disk: Disk) -> None:
    with desk_for(disk.core, write=True) as desk:
        queue_to(desk, "karla@kunde.example")
    disk.fill()
    with sending(disk.core) as sink:
        # A row that changes may still find room in its page; then the mail goes out at once.
        with suppress(OperationalError):
            deliver_all(disk.core)
        disk.free()
        disk.core.clock.go(minutes=2)  # type: ignore[attr-defined] # the fixture's clock
        deliver_all(disk.core)
        assert len(sink.delivered) == 1
    assert [row.state for row in outbox(disk.core)] == ["sent"]
