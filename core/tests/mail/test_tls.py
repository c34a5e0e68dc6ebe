# SPDX-License-Identifier: AGPL-3.0-or-later
"""A server that is not itself gets neither the password nor a mail, and somebody is told: M23, F19.

The servers are real ones with a real certificate; whether it is trusted is the test's choice.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from flows.house import wait_until
from mail.letters import add_mailbox, letter
from mail.servers import deliver_all, outbox, queue_to, rows
from tresen.desk import Core, Desk, desk_for
from tresen.hooks import specs
from tresen.hooks.records import Check
from tresen.mail import watch
from tresen.mail.fetch import drain
from tresen.mail.imap import FAILURES, Account, account_of, opened
from tresen.mail.models import InboundMail, Mailbox
from tresen.people.models import Person
from tresen.testing.imap_server import ImapMailbox, imap_server
from tresen.testing.smtp_sink import SmtpSink, smtp_sink

CERTIFICATE = Path(__file__).with_name("certificate.pem")
SignIn = Callable[[Person], FlaskClient]
WAYS = ("tls", "starttls")


@pytest.fixture
def context() -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(CERTIFICATE)
    return made


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine trust the certificate, as it would one of a known authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


@pytest.fixture
def imap(context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapMailbox]:
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    with imap_server() as running:
        running.context = context
        running.capabilities += " STARTTLS"
        running.add(letter())
        yield running


def account(core: Core, imap: ImapMailbox, security: str, **given: object) -> Account:
    imap.is_encrypted = security == "tls"
    fields: dict[str, object] = {"host": "127.0.0.1", "port": imap.port, "login": "support"}
    fields |= {"security": security, "secret_ref": "env:TRESEN_MAIL_SUPPORT"}
    mailbox_id = add_mailbox(core, **fields | given)
    with desk_for(core) as desk:
        return account_of(desk.session.get_one(Mailbox, mailbox_id))


def fetch(core: Core, opening: Account) -> int:
    with opened(core.config, opening, 5.0) as client:
        return drain(core, client, opening).stored


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", WAYS)
def test_mailbox_with_the_right_certificate_is_fetched(
    core: Core, imap: ImapMailbox, security: str
) -> None:
    assert fetch(core, account(core, imap, security)) == 1


@pytest.mark.parametrize("security", WAYS)
def test_atk_m23_mailbox_with_an_unknown_certificate_gets_no_password(
    core: Core, imap: ImapMailbox, security: str
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        fetch(core, account(core, imap, security))
    assert set(imap.commands) <= {"CAPABILITY", "STARTTLS"}


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", WAYS)
def test_atk_m23_mailbox_with_the_certificate_of_another_host_gets_no_password(
    core: Core, imap: ImapMailbox, security: str
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        fetch(core, account(core, imap, security, host="localhost"))
    assert set(imap.commands) <= {"CAPABILITY", "STARTTLS"}


@pytest.mark.usefixtures("trusted")
def test_atk_m23_plain_server_where_tls_is_due_gets_no_password(
    core: Core, imap: ImapMailbox
) -> None:
    opening = account(core, imap, "tls")
    imap.is_encrypted = False
    with pytest.raises(FAILURES):
        fetch(core, opening)
    assert imap.commands == []


@contextmanager
def watched(core: Core, opening: Account) -> Iterator[None]:
    """Keep the watch of a mailbox running, as the worker does."""
    stop = Event()
    watching = Thread(target=watch.watch_one, args=(core, opening, stop))
    watching.start()
    try:
        yield
    finally:
        stop.set()
        watching.join()


def last_error(core: Core) -> str:
    (box,) = rows(core, Mailbox)
    return str(box.last_error)


def check(core: Core, name: str) -> Check:
    with desk_for(core) as desk:
        return next(c for c in desk.gather(specs.health_checks) if c.name.startswith(name))


@pytest.mark.parametrize("stripped", [False, True], ids=["wrong certificate", "stripped"])
def test_atk_m23_refused_server_is_shown_at_once_in_health_and_among_the_mailboxes(
    core: Core, imap: ImapMailbox, administrator: Person, sign_in: SignIn, *, stripped: bool
) -> None:
    opening = account(core, imap, "starttls")
    if stripped:
        imap.capabilities = "IMAP4rev1 IDLE"
    with watched(core, opening):
        wait_until(lambda: bool(last_error(core)), "the error on the mailbox")
    found = check(core, "mailbox_")
    assert (found.state, "refused: " in found.sentence) == ("bad", True)
    browser = sign_in(administrator)
    error = "CapabilityError" if stripped else "certificate verify failed"
    for address in ("/mail/mailboxes", "/admin/health"):
        assert error in browser.get(address).text
    assert set(imap.commands) <= {"CAPABILITY", "STARTTLS"}
    assert rows(core, InboundMail) == []


def test_fault_f19_expired_token_is_tried_once_shown_and_caught_up_with(
    core: Core, imap: ImapMailbox
) -> None:
    token = core.config.data_dir / "secrets" / "token"
    token.parent.mkdir()
    token.write_text("expired")
    opening = account(core, imap, "none", login_method="xoauth2", secret_ref="file:token")
    with watched(core, opening):
        wait_until(lambda: bool(last_error(core)), "the error on the mailbox")
        assert (check(core, "mailbox_").state, imap.commands.count("AUTHENTICATE")) == ("bad", 1)
        token.write_text("secret\n")
        wait_until(lambda: rows(core, InboundMail) != [], "the mail")
        wait_until(lambda: not last_error(core), "the end of the alarm")
    assert imap.commands.count("AUTHENTICATE") == 2
    assert check(core, "mailbox_").state == "good"


@contextmanager
def encrypted_sink(core: Core, context: ssl.SSLContext, scheme: str) -> Iterator[SmtpSink]:
    """Run a mail server that the core sends to by TLS from the start, or by STARTTLS."""
    key = "ssl_context" if scheme == "smtps" else "tls_context"

    def change(options: dict[str, Any]) -> None:
        options[key] = context

    with smtp_sink(change) as sink:
        core.config = replace(core.config, smtp_url=f"{scheme}://127.0.0.1:{sink.port}")
        yield sink


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_server_with_the_right_certificate_gets_the_mail(
    core: Core, desk: Desk, context: ssl.SSLContext, scheme: str
) -> None:
    queue_to(desk, "karla@kunde.example")
    desk.commit()
    with encrypted_sink(core, context, scheme) as sink:
        deliver_all(core)
    assert len(sink.delivered) == 1
    assert check(core, "mail_out").state == "good"


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_atk_m23_server_with_an_unknown_certificate_gets_no_mail_and_health_says_so(
    core: Core, desk: Desk, context: ssl.SSLContext, scheme: str
) -> None:
    queue_to(desk, "karla@kunde.example")
    desk.commit()
    with encrypted_sink(core, context, scheme) as sink:
        deliver_all(core)
    assert (sink.asked, sink.delivered) == ([], [])
    assert [row.state for row in outbox(core)] == ["waiting"]
    found = check(core, "mail_out")
    assert (found.state, "certificate verify failed" in found.sentence) == ("bad", True)


@pytest.mark.usefixtures("trusted")
def test_atk_m23_server_with_the_certificate_of_another_host_gets_no_mail(
    core: Core, desk: Desk, context: ssl.SSLContext
) -> None:
    queue_to(desk, "karla@kunde.example")
    desk.commit()
    with encrypted_sink(core, context, "smtp+starttls") as sink:
        core.config = replace(
            core.config, smtp_url=core.config.smtp_url.replace("127.0.0.1", "localhost")
        )
        deliver_all(core)
    assert (sink.asked, [row.state for row in outbox(core)]) == ([], ["waiting"])


def test_address_of_the_server_that_cannot_be_used_delays_and_is_told(
    core: Core, desk: Desk
) -> None:
    queue_to(desk, "karla@kunde.example")
    desk.commit()
    core.config = replace(core.config, smtp_url="ftp://mail.tresen.example")
    deliver_all(core)
    assert [row.state for row in outbox(core)] == ["waiting"]
    assert check(core, "mail_out").sentence.startswith("No mail goes out: 400 the mail server")
