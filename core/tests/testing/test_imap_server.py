# SPDX-License-Identifier: AGPL-3.0-or-later
"""The IMAP server of the tests speaks what fetching uses, and breaks off where it is told to."""

import base64
import imaplib
import socket
from collections.abc import Iterator
from threading import Thread

import pytest
from tresen.testing.imap_server import ImapMailbox, imap_server

MAILS = (
    b"Subject: one\r\n\r\nFirst\r\n",
    b"Subject: two\r\n\r\nSecond\r\n",
    b"Subject: three\n\nx",
)


class Line:
    """A bare connection: what is said, and every line of the answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.file = self.socket.makefile("rb")
        self.number = 0
        self.greeting = self.file.readline()

    def say(self, command: str) -> list[str]:
        """Send a command; return the lines of its answer without tag, short where it is cut."""
        self.number += 1
        tag = f"a{self.number}"
        self.socket.sendall(f"{tag} {command}\r\n".encode())
        found: list[str] = []
        while line := self.file.readline().decode():
            if line.startswith(f"{tag} "):
                return [*found, line.removeprefix(f"{tag} ").rstrip("\r\n")]
            found.append(line.rstrip("\r\n"))
        return found

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@pytest.fixture
def box() -> Iterator[ImapMailbox]:
    with imap_server() as running:
        running.add(*MAILS)
        yield running


@pytest.fixture
def line(box: ImapMailbox) -> Iterator[Line]:
    opened = Line(box.port)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("NOOP", ["OK done"]),
        ("noop", ["OK done"]),
        ("CAPABILITY", ["* CAPABILITY IMAP4rev1 IDLE UIDPLUS MOVE AUTH=XOAUTH2", "OK done"]),
        ("XYZZY", ["BAD unknown"]),
        ('LOGIN help "secret"', ["OK in"]),
        ('LOGIN help "Secret"', ["NO wrong"]),
        ("LOGIN help secret", ["NO wrong"]),
        ("LOGOUT", ["* BYE", "OK out"]),
        (
            "SELECT INBOX",
            [
                "* 3 EXISTS",
                "* OK [UIDVALIDITY 1] valid",
                "* OK [UIDNEXT 4] next",
                "OK [READ-WRITE] selected",
            ],
        ),
        ("UID SEARCH ALL", ["* SEARCH 1 2 3", "OK done"]),
        ("UID SEARCH UID 2:*", ["* SEARCH 2 3", "OK done"]),
        ("UID SEARCH UID 9:*", ["* SEARCH 3", "OK done"]),
        ("UID SEARCH UID 1,3", ["* SEARCH 1 3", "OK done"]),
        ("UID SEARCH UNSEEN", ["* SEARCH 1 2 3", "OK done"]),
        (
            "UID FETCH 2 (UID RFC822.SIZE)",
            [f"* 1 FETCH (UID 2 RFC822.SIZE {len(MAILS[1]) - 3})", "OK done"],
        ),
        ("UID FETCH 7 (BODY.PEEK[])", ["OK done"]),
    ],
)
def test_command_is_answered(line: Line, command: str, answer: list[str]) -> None:
    assert (line.greeting, line.say(command)) == (b"* OK ready\r\n", answer)


def test_line_that_is_no_command_ends_the_talk(box: ImapMailbox, line: Line) -> None:
    line.socket.sendall(b"\r\n")
    assert (line.file.readline(), box.commands) == (b"", [])


def token(word: str) -> str:
    return base64.b64encode(f"user=help\x01auth=Bearer {word}\x01\x01".encode()).decode()


@pytest.mark.parametrize(("word", "answer"), [("secret", "OK in"), ("stale", "NO wrong")])
@pytest.mark.parametrize("is_at_once", [True, False])
def test_token_is_taken_with_the_command_or_after_it(
    line: Line, word: str, answer: str, is_at_once: bool
) -> None:
    if is_at_once:
        assert line.say(f"AUTHENTICATE XOAUTH2 {token(word)}") == [answer]
        return
    line.socket.sendall(b"a1 AUTHENTICATE XOAUTH2\r\n")
    assert line.file.readline() == b"+ \r\n"
    line.socket.sendall(token(word).encode() + b"\r\n")
    assert line.file.readline().decode() == f"a1 {answer}\r\n"


def test_library_reads_whole_mails_and_heads(box: ImapMailbox) -> None:
    client = imaplib.IMAP4("127.0.0.1", box.port, timeout=10)
    client.login("help", "secret")
    client.select("INBOX")
    _ok, whole = client.uid("FETCH", "1:2", "(BODY.PEEK[])")
    _ok, head = client.uid("FETCH", "3", "(BODY.PEEK[HEADER])")
    client.logout()
    # As every server on Unix keeps them, with bare line feeds where the mail had both.
    assert [part[1] for part in whole if isinstance(part, tuple)] == [
        b"Subject: one\n\nFirst\n",
        b"Subject: two\n\nSecond\n",
    ]
    assert [part[1] for part in head if isinstance(part, tuple)] == [b"Subject: three\n\n"]


def test_flags_are_added_and_seen_mails_are_told_from_others(box: ImapMailbox, line: Line) -> None:
    line.say("UID STORE 2 +FLAGS (\\Seen)")
    line.say("UID STORE 2:3 +FLAGS (\\Flagged)")
    assert box.flags() == [set(), {"\\Seen", "\\Flagged"}, {"\\Flagged"}]
    assert line.say("UID SEARCH UNSEEN") == ["* SEARCH 1 3", "OK done"]


@pytest.mark.parametrize(("expunged", "left"), [("", [1]), ("2", [1, 3]), ("1", [1, 2, 3])])
def test_deleted_mails_alone_are_expunged(
    box: ImapMailbox, line: Line, expunged: str, left: list[int]
) -> None:
    line.say("UID STORE 2,3 +FLAGS (\\Deleted)")
    assert line.say(f"UID EXPUNGE {expunged}".strip())[-1] == "OK done"
    assert [kept.uid for kept in box.mails] == left


@pytest.mark.parametrize(("verb", "left"), [("COPY", [1, 2, 3]), ("MOVE", [3])])
def test_mails_go_to_another_folder(
    box: ImapMailbox, line: Line, verb: str, left: list[int]
) -> None:
    assert line.say(f'UID {verb} 1:2 "Done"') == ["OK done"]
    assert [kept.uid for kept in box.mails] == left
    assert box.moved == {"Done": [b"Subject: one\n\nFirst\n", b"Subject: two\n\nSecond\n"]}


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "STORE", "LOGOUT"])
def test_line_is_cut_at_the_command_once(box: ImapMailbox, command: str) -> None:
    box.drop_at = command
    spoken = {"LOGIN": 'LOGIN help "secret"', "STORE": "UID STORE 1 +FLAGS (\\Seen)"}
    first, second = Line(box.port), Line(box.port)
    cut = first.say(spoken.get(command, f"{command} x"))
    whole = second.say(spoken.get(command, f"{command} x"))
    first.close()
    second.close()
    assert (cut, whole[-1][:2], box.commands) == ([], "OK", [command, command])


@pytest.mark.parametrize("after", [0, 10, 40])
def test_fetch_is_cut_within_the_mail_once(box: ImapMailbox, after: int) -> None:
    box.drop_at, box.drop_after = "FETCH", after
    first = Line(box.port)
    # Sizes are still told: it is the mail itself that breaks off.
    assert first.say("UID FETCH 1 (UID RFC822.SIZE)")[-1] == "OK done"
    first.socket.sendall(b"a9 UID FETCH 1 (BODY.PEEK[])\r\n")
    got = first.file.read()
    second = Line(box.port)
    whole = second.say("UID FETCH 1 (BODY.PEEK[])")
    first.close()
    second.close()
    assert (len(got), whole[-1]) == (after, "OK done")


def test_renumbered_folder_has_new_numbers_for_all(box: ImapMailbox, line: Line) -> None:
    box.renumber()
    box.add(b"Subject: four\n\n")
    assert [kept.uid for kept in box.mails] == [101, 102, 103, 104]
    assert line.say("EXAMINE INBOX")[1:3] == [
        "* OK [UIDVALIDITY 2] valid",
        "* OK [UIDNEXT 105] next",
    ]


def test_new_mail_is_announced_to_who_idles(box: ImapMailbox, line: Line) -> None:
    line.say("UID SEARCH ALL")
    line.socket.sendall(b"b1 IDLE\r\n")
    assert line.file.readline() == b"+ idling\r\n"
    box.add(b"Subject: four\n\n", b"Subject: five\n\n")
    assert line.file.readline() == b"* 5 EXISTS\r\n"
    line.socket.sendall(b"DONE\r\n")
    assert line.file.readline() == b"b1 OK done\r\n"
    assert line.say("NOOP") == ["OK done"]


def test_mail_that_came_before_idling_is_announced_at_once(box: ImapMailbox, line: Line) -> None:
    line.say("UID SEARCH ALL")
    box.add(b"Subject: four\n\n")
    line.socket.sendall(b"b1 IDLE\r\n")
    assert [line.file.readline(), line.file.readline()] == [b"+ idling\r\n", b"* 4 EXISTS\r\n"]


def test_idling_ends_when_the_client_is_gone(box: ImapMailbox) -> None:
    leaving = Line(box.port)
    leaving.socket.sendall(b"b1 IDLE\r\n")
    assert leaving.file.readline() == b"+ idling\r\n"
    leaving.close()
    staying = Line(box.port)
    assert staying.say("NOOP") == ["OK done"]
    staying.close()


def test_many_clients_are_served_at_once(box: ImapMailbox) -> None:
    answers: list[list[str]] = []

    def ask() -> None:
        opened = Line(box.port)
        answers.append(opened.say("UID SEARCH ALL"))
        opened.close()

    threads = [Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == [["* SEARCH 1 2 3", "OK done"]] * 8


def test_server_ends_with_its_block() -> None:
    with imap_server() as box:
        port = box.port
    with socket.socket() as line:
        assert line.connect_ex(("127.0.0.1", port)) != 0


def test_two_servers_have_folders_of_their_own() -> None:
    with imap_server() as one, imap_server() as other:
        one.add(MAILS[0])
        assert (len(one.mails), len(other.mails), one.port == other.port) == (1, 0, False)
