# SPDX-License-Identifier: AGPL-3.0-or-later
"""The SMTP server of the tests takes, refuses, hangs and drops as its script says."""

import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from threading import Thread
from typing import Any

import pytest
from tresen.testing.smtp_sink import SmtpSink, free_port, smtp_sink

FROM, TO, CC = "help@tresen.example", "karla@kunde.example", "kurt@kunde.example"


def letter(subject: str = "Hello", body: str = "A word.\n") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = FROM, TO, subject
    mail.set_content(body)
    return mail


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with smtp_sink() as running:
        yield running


def connected(sink: SmtpSink) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", sink.port, timeout=10)


def sent(sink: SmtpSink, *receivers: str, mail: EmailMessage | None = None) -> dict[str, Any]:
    """Send a mail; return the receivers that were refused, with the answers."""
    with connected(sink) as server:
        return server.send_message(mail or letter(), FROM, list(receivers or (TO,)))


def test_mail_is_kept_with_its_envelope(sink: SmtpSink) -> None:
    assert sent(sink, TO, CC) == {}
    (got,) = sink.delivered
    assert (got.sender, got.receivers, sink.asked) == (FROM, [TO, CC], [TO, CC])
    assert (got.mail["Subject"], got.mail.get_content().strip()) == ("Hello", "A word.")


def test_bytes_are_kept_as_they_came(sink: SmtpSink) -> None:
    raw = b"From: a@b.example\r\nSubject: x\r\n\r\n\xe4\xf6\xfc\r\n..dots\r\n.one\r\n"
    with connected(sink) as server:
        server.sendmail(FROM, [TO], raw, mail_options=["BODY=8BITMIME"])
    assert sink.delivered[0].content.rstrip(b"\r\n") == raw.rstrip(b"\r\n")


def test_mails_are_kept_in_their_order(sink: SmtpSink) -> None:
    with connected(sink) as server:
        for number in range(5):
            server.send_message(letter(str(number)), FROM, [TO])
    assert [got.mail["Subject"] for got in sink.delivered] == list("01234")


def test_large_mail_is_taken(sink: SmtpSink) -> None:
    body = "x" * 70 + "\n"
    sent(sink, mail=letter(body=body * 20_000))
    assert len(sink.delivered[0].mail.get_content()) >= 20_000 * 71


@pytest.mark.parametrize("answer", ["550 no such user", "451 try later"])
def test_refused_receiver_is_told_and_the_others_are_served(sink: SmtpSink, answer: str) -> None:
    sink.refusals[CC] = answer
    code, _, words = answer.partition(" ")
    assert sent(sink, TO, CC) == {CC: (int(code), words.encode())}
    assert (sink.delivered[0].receivers, sink.asked) == ([TO], [TO, CC])


def test_mail_whose_receivers_are_all_refused_is_not_taken(sink: SmtpSink) -> None:
    sink.refusals = {TO: "550 no", CC: "550 no"}
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        sent(sink, TO, CC)
    assert (sink.delivered, sink.got_one.is_set()) == ([], False)


def test_refusal_may_be_taken_back(sink: SmtpSink) -> None:
    sink.refusals[TO] = "451 later"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        sent(sink)
    sink.refusals.clear()
    assert sent(sink) == {}


def test_sender_is_refused_once_for_each_answer(sink: SmtpSink) -> None:
    sink.sender_answers = ["550 not you", "451 not now"]
    codes = []
    for _time in range(2):
        with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
            sent(sink)
        codes.append(refusal.value.smtp_code)
    assert (codes, sent(sink), len(sink.delivered)) == ([550, 451], {}, 1)


def test_answers_to_data_are_used_up_one_for_each_mail(sink: SmtpSink) -> None:
    sink.data_answers = ["554 spam", "250 fine", "452 full"]
    codes = []
    for _time in range(4):
        try:
            sent(sink)
            codes.append(250)
        except smtplib.SMTPDataError as error:
            codes.append(error.smtp_code)
    assert (codes, len(sink.delivered)) == ([554, 250, 452, 250], 2)


def test_answer_is_kept_back_until_it_is_released(sink: SmtpSink) -> None:
    sink.is_hanging = True
    sending = Thread(target=sent, args=(sink,))
    sending.start()
    assert sink.got_one.wait(10)
    assert (sending.is_alive(), len(sink.delivered)) == (True, 1)
    sink.release.set()
    sending.join(10)
    assert not sending.is_alive()


def test_line_is_cut_after_the_mail_was_taken(sink: SmtpSink) -> None:
    sink.is_dropping = True
    with pytest.raises(smtplib.SMTPException):
        sent(sink)
    assert len(sink.delivered) == 1


def test_address_is_one_that_the_option_takes(sink: SmtpSink) -> None:
    assert sink.url == f"smtp://127.0.0.1:{sink.port}"
    with socket.create_connection(("127.0.0.1", sink.port), timeout=10) as line:
        assert line.recv(4) == b"220 "


def test_options_of_the_server_may_be_changed() -> None:
    def small(options: dict[str, Any]) -> None:
        options["data_size_limit"] = 100

    with smtp_sink(small) as sink, pytest.raises(smtplib.SMTPException):
        sent(sink, mail=letter(body="x" * 1000))
    assert sink.delivered == []


def test_server_that_hangs_ends_with_its_block() -> None:
    with smtp_sink() as sink:
        sink.is_hanging = True
        sending = Thread(target=_sent_or_cut, args=(sink,))
        sending.start()
        assert sink.got_one.wait(10)
    sending.join(10)
    assert (sending.is_alive(), _is_listening(sink.port)) == (False, False)


def _sent_or_cut(sink: SmtpSink) -> None:
    try:
        sent(sink)
    except (OSError, smtplib.SMTPException):
        return


def _is_listening(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_two_servers_stand_beside_each_other() -> None:
    with smtp_sink() as one, smtp_sink() as other:
        sent(one)
        assert (len(one.delivered), other.delivered, one.port == other.port) == (1, [], False)


def test_free_port_is_one_that_can_be_taken() -> None:
    port = free_port()
    with socket.socket() as line:
        line.bind(("127.0.0.1", port))
        assert line.getsockname()[1] == port
