# SPDX-License-Identifier: AGPL-3.0-or-later
"""What comes after DATA, whatever pieces the network makes of it."""

import asyncio
import resource
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from mail.letters import SUPPORT, add_mailbox, letter
from mail.servers import environment_of, rows
from mail.test_doors import listening
from tresen.desk import Core, desk_for
from tresen.files import service as files
from tresen.mail import data_phase
from tresen.mail.data_phase import (
    IN_MEMORY,
    LINE,
    NO_ROOM,
    TOO_LARGE,
    TOO_LONG,
    Content,
    TakesInPieces,
)
from tresen.mail.models import InboundMail
from tresen.testing.smtp_sink import free_port

# As sent, and as it is: dots before dots, ends that are none, a bare LF and a bare CR.
SENT = b"..\r\n\r\n...a\r\nb.\r\n\n.\n.\r\nc\r.\r\n\r..\r\n..\r\n"
TAKEN = b".\r\n\r\n..a\r\nb.\r\n\n.\n.\r\nc\r.\r\n\r..\r\n.\r\n"
COMMANDS = (
    b"HELO kunde.example\r\n",
    b"MAIL FROM:<karla@kunde.example>\r\n",
    b"RCPT TO:<support@tresen.example>\r\n",
    b"DATA\r\n",
)
NEXT = b"NOOP\r\n.\r\n"


def taken(*pieces: bytes) -> tuple[bytes | None, bytes]:
    """Return what followed the mail and the mail."""
    with closing(Content(1_000)) as content:
        rests = [content.take(piece) for piece in pieces]
        assert rests[:-1] == [None] * (len(pieces) - 1)
        return rests[-1], content.read()


def answered(limit: int, *pieces: bytes) -> tuple[bytes | None, str]:
    """Return what followed the mail and the refusal."""
    with closing(Content(limit)) as content:
        rests = [content.take(piece) for piece in pieces]
        return rests[-1], content.refusal


@pytest.mark.parametrize("cut", range(len(SENT)))
def test_mail_is_the_same_wherever_it_is_cut(cut: int) -> None:
    whole = SENT + b".\r\n" + NEXT
    assert taken(whole[:cut], whole[cut:]) == (NEXT, TAKEN)


def test_mail_is_the_same_byte_by_byte() -> None:
    assert taken(*(bytes([byte]) for byte in SENT + b".\r\n")) == (b"", TAKEN)


@pytest.mark.parametrize(
    ("sent", "mail"), [(b".\r\n", b""), (b"\r\n.\r\n", b"\r\n"), (b"..\r\n.\r\n", b".\r\n")]
)
def test_smallest_mails_end_where_they_end(sent: bytes, mail: bytes) -> None:
    assert taken(sent) == (b"", mail)


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r"])
def test_end_that_is_not_of_the_standard_ends_nothing(end: bytes) -> None:
    command = b"MAIL FROM:<eve@fremd.example>\r\n"
    assert answered(1_000, b"a" + end + command) == (None, "")


@pytest.mark.parametrize(("more", "refusal"), [(0, ""), (1, TOO_LARGE)])
def test_mail_over_the_limit_is_refused(more: int, refusal: str) -> None:
    # The first dot is not part of it.
    pieces = (b".", b"." * (98 + more) + b"\r\n", b".\r\n")
    assert answered(100, *pieces) == (b"", refusal)


def test_mail_over_the_limit_is_read_to_its_end() -> None:
    pieces = (b"x" * 200, b"\r\n.\r", b"\nQUIT\r\n")
    assert answered(100, *pieces) == (b"QUIT\r\n", TOO_LARGE)


@pytest.mark.parametrize(("more", "refusal"), [(0, ""), (1, TOO_LONG)])
def test_line_over_the_limit_is_refused(more: int, refusal: str) -> None:
    piece = b"x" * (LINE // 2)
    pieces = (b"short\r\n", piece, piece, b"x" * more, b"\r\nshort\r\n.\r\n")
    assert answered(4 * LINE, *pieces) == (b"", refusal)


def test_lines_that_are_long_together_are_taken() -> None:
    line = b"x" * (LINE // 2) + b"\r\n"
    assert answered(4 * LINE, *[line] * 4, b".\r\n") == (b"", "")


@contextmanager
def small_files(size: int) -> Iterator[None]:
    """Let no file of this process be larger."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_mail_for_which_the_disk_has_no_room_is_to_come_again() -> None:
    with small_files(2 * IN_MEMORY):
        assert answered(100 << 20, *[b"x" * IN_MEMORY] * 4, b"\r\n.\r\n") == (b"", NO_ROOM)


@pytest.mark.parametrize(("size", "is_large"), [(100, False), (IN_MEMORY + 1, True)])
def test_mail_is_large_beyond_what_memory_keeps(size: int, is_large: bool) -> None:
    with closing(Content(100 << 20)) as content:
        content.take(b"x" * size + b"\r\n.\r\n")
        assert content.is_large == is_large
        assert content.read() == b"x" * size + b"\r\n"


def test_mail_and_commands_sent_before_they_are_asked_for_are_taken(core: Core) -> None:
    add_mailbox(core)
    mail = b"MAIL FROM:<karla@kunde.example>\r\nRCPT TO:<support@tresen.example>\r\nDATA\r\n"
    with listening(core, "smtp") as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo("kunde.example")
        server.send(mail + b"Subject: 1\r\n\r\n1\r\n.\r\n" + mail)
        assert [server.getreply()[0] for _ in range(7)] == [250, 250, 354, 250, 250, 250, 354]
        server.send(b"Subject: 2\r\n\r\n2\r\n.\r\nQUIT\r\n")
        assert [server.getreply()[0] for _ in range(2)] == [250, 221]
    with desk_for(core) as desk:
        raws = [files.read_blob(desk, row.sha256) for row in rows(core, InboundMail)]
    assert raws == [b"Subject: 1\r\n\r\n1\r\n", b"Subject: 2\r\n\r\n2\r\n"]


@pytest.mark.parametrize(("longest", "is_longer"), [(3_600, True), (0, False)])
def test_connection_lives_while_pieces_of_a_mail_come(
    monkeypatch: pytest.MonkeyPatch, longest: int, is_longer: bool
) -> None:
    monkeypatch.setattr(data_phase, "LONGEST", longest)
    before, after = asyncio.run(ends_around_a_piece())
    assert (after > before) == is_longer


async def ends_around_a_piece() -> tuple[float, float]:
    """When the connection would end, before and after a piece of a mail came."""
    loop, dialogues = asyncio.get_running_loop(), []

    def dialogue() -> TakesInPieces:
        dialogues.append(TakesInPieces(object(), loop=loop))
        return dialogues[0]

    async with await loop.create_server(dialogue, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for command in COMMANDS:
            await reader.readline()
            writer.write(command)
        await reader.readline()
        before = dialogues[0]._timeout_handle.when()
        writer.write(b"Subject: slow")
        # No end of a line is held back any more: the piece has been taken.
        while dialogues[0].content._held:
            await asyncio.sleep(0)
        writer.close()
        return before, dialogues[0]._timeout_handle.when()


def test_connection_that_ends_within_a_mail_keeps_nothing(core: Core) -> None:
    add_mailbox(core)
    with listening(core, "smtp") as port:
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.ehlo("kunde.example")
            server.mail("karla@kunde.example")
            server.rcpt(SUPPORT)
            server.docmd("DATA")
            server.send(letter())
            server.close()
        with smtplib.SMTP("127.0.0.1", port) as server:
            assert server.sendmail("karla@kunde.example", [SUPPORT], letter(body="whole")) == {}
    assert len(rows(core, InboundMail)) == 1


@pytest.mark.parametrize("command", ["DATA", "DATA now"])
def test_data_without_a_receiver_begins_no_mail(core: Core, command: str) -> None:
    with listening(core, "smtp") as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo("kunde.example")
        assert server.docmd(command)[0] == 503
        assert server.noop()[0] == 250


def test_size_that_is_told_beforehand_is_refused_before_a_byte_comes(core: Core) -> None:
    add_mailbox(core)
    core.config = replace(core.config, mail_size_limit=1_000)
    with listening(core, "smtp") as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo("kunde.example")
        assert server.mail("karla@kunde.example", ["SIZE=1001"])[0] == 552
        assert server.mail("karla@kunde.example", ["SIZE=1000"])[0] == 250


def test_too_large_mail_by_lmtp_is_refused_for_each_receiver_and_the_next_taken(
    core: Core,
) -> None:
    add_mailbox(core)
    add_mailbox(core, "sales@tresen.example")
    core.config = replace(core.config, mail_size_limit=1_000)
    with listening(core, "lmtp") as port, smtplib.LMTP("127.0.0.1", port) as server:
        server.ehlo("kunde.example")
        server.mail("karla@kunde.example")
        for address in (SUPPORT, "sales@tresen.example"):
            server.rcpt(address)
        answer = server.data(b"x" * 2_000)
        assert [answer[0], server.getreply()[0]] == [552, 552]
        assert server.sendmail("karla@kunde.example", [SUPPORT], letter()) == {}
    assert len(rows(core, InboundMail)) == 1


LISTENER = """
import sys
from pathlib import Path
from tresen.app import create_core
from tresen.mail.listeners import controller

running = controller(create_core(), sys.argv[1], sys.argv[2])
running.start()
print("ready", flush=True)
sys.stdin.readline()
running.stop()
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""
# Just below the limit of 50,000,000 bytes: as many lines as there can be, and as few.
HEAD = letter().replace(b"\n", b"\r\n")
BIG = {
    "empty lines": HEAD + b"\r\n" * 24_900_000,
    "dots": HEAD + b"..\r\n" * 12_400_000,
    "long lines": HEAD + 3 * (b"x" * 16_000_000 + b"\r\n"),
}


@pytest.mark.parametrize(
    ("source", "kind"), [("smtp", "empty lines"), ("smtp", "long lines"), ("lmtp", "dots")]
)
def test_fault_f43_door_takes_a_mail_of_50_megabytes_and_the_next_far_below_300(
    core: Core, source: str, kind: str
) -> None:
    add_mailbox(core)
    port, speak = free_port(), {"smtp": smtplib.SMTP, "lmtp": smtplib.LMTP}[source]
    with subprocess.Popen(
        [sys.executable, "-c", LISTENER, source, f"127.0.0.1:{port}"],
        env=environment_of(core),
        cwd=core.config.data_dir,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        with speak("127.0.0.1", port) as server:
            for body in (BIG[kind], letter()):
                server.ehlo("kunde.example")
                server.mail("karla@kunde.example")
                server.rcpt(SUPPORT)
                server.docmd("DATA")
                server.send(body)
                server.send(b"\r\n.\r\n")
                assert server.getreply()[0] == 250
        used = int(process.communicate("\n")[0]) >> 10
    assert len(rows(core, InboundMail)) == 2
    assert used < 220, used
