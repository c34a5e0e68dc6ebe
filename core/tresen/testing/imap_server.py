# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small IMAP server on loopback that breaks off, renumbers and refuses when a test says so.

Why: ordinary servers cannot be made to fail in the middle of an answer. It speaks the part of
RFC 9051 that fetching uses; a real server is tested beside it where one is installed.
"""

import base64
import re
import socketserver
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition, Thread

_TAGGED = re.compile(rb"(\S+) (?:UID )?(\S+) ?(.*)\r\n\Z", re.IGNORECASE | re.DOTALL)


@dataclass
class Kept:
    """One mail in the folder."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class ImapMailbox:
    """The folder and the script of its server; change both at any time.

    `drop_at` is a command at which the line is cut; with FETCH, after `drop_after` bytes of the
    answer. `password` is also the token that XOAUTH2 takes.
    """

    mails: list[Kept] = field(default_factory=list)
    moved: dict[str, list[bytes]] = field(default_factory=dict)
    # A broken server's is 0: it tells none.
    uid_validity: int = 1
    next_uid: int = 1
    password: str = "secret"
    capabilities: str = "IMAP4rev1 IDLE UIDPLUS MOVE AUTH=XOAUTH2"
    drop_at: str = ""
    drop_after: int = 0
    # Commands that are answered with NO, and what happens once before the next of a command.
    refused: set[str] = field(default_factory=set)
    before: dict[str, Callable[[], object]] = field(default_factory=dict)
    # The server's certificate; used from the start, or from STARTTLS on.
    context: ssl.SSLContext | None = None
    is_encrypted: bool = False
    commands: list[str] = field(default_factory=list)
    changed: Condition = field(default_factory=Condition)
    port: int = 0

    def add(self, *raws: bytes) -> None:
        """Put mails into the folder, as if they had just arrived."""
        with self.changed:
            for raw in raws:
                self.mails.append(Kept(self.next_uid, raw.replace(b"\r\n", b"\n")))
                self.next_uid += 1
            self.changed.notify_all()

    def renumber(self) -> None:
        """Give every mail a new UID under a new UIDVALIDITY."""
        self.uid_validity += 1
        for number, kept in enumerate(self.mails, 101):
            kept.uid = number
        self.next_uid = 101 + len(self.mails)

    def flags(self) -> list[set[str]]:
        """Return the flags of each mail in order."""
        return [set(kept.flags) for kept in self.mails]


class _Dialogue(socketserver.StreamRequestHandler):
    """One connection."""

    box: ImapMailbox
    # How many mails the client was told of.
    announced = 0

    def handle(self) -> None:
        if self.box.is_encrypted and self.box.context and not self._encrypt(self.box.context):
            return
        self._say("* OK ready")
        while line := self.rfile.readline():
            found = _TAGGED.match(line)
            if found is None or not self._answer(found[1].decode(), found[2].decode(), found[3]):
                return

    def finish(self) -> None:
        super().finish()
        # The server closes the socket that it accepted; an encrypted one took that one's place.
        self.connection.close()

    def _answer(self, tag: str, command: str, rest: bytes) -> bool:
        command = command.upper()
        self.box.commands.append(command)
        if command == "STARTTLS" and self.box.context:
            self._say(f"{tag} OK begin")
            return self._encrypt(self.box.context)
        self.box.before.pop(command, lambda: None)()
        if command in self.box.refused:
            self._say(f"{tag} NO not here")
            return True
        if command == self.box.drop_at and command != "FETCH":
            self.box.drop_at = ""
            return False
        verb: Callable[[str], str | None] = getattr(self, f"_do_{command.lower()}", self._unknown)
        result = verb(rest.decode("utf-8", "replace"))
        if result is None:
            return False
        self._say(f"{tag} {result}")
        return command != "LOGOUT"

    def _encrypt(self, context: ssl.SSLContext) -> bool:
        try:
            self.request = self.connection = context.wrap_socket(self.connection, server_side=True)
        except OSError:  # the client does not like the certificate
            return False
        self.rfile.close()
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()

    def _unknown(self, _rest: str) -> str:
        return "BAD unknown"

    def _do_capability(self, _rest: str) -> str:
        self._say(f"* CAPABILITY {self.box.capabilities}")
        return "OK done"

    def _do_login(self, rest: str) -> str:
        return "OK in" if f'"{self.box.password}"' in rest else "NO wrong"

    def _do_authenticate(self, rest: str) -> str:
        _method, _, initial = rest.partition(" ")
        if not initial:
            self._say("+ ")
            initial = self.rfile.readline().decode().strip()
        if f"Bearer {self.box.password}\x01" in base64.b64decode(initial).decode():
            return "OK in"
        return "NO wrong"

    def _do_logout(self, _rest: str) -> str:
        self._say("* BYE")
        return "OK out"

    def _do_noop(self, _rest: str) -> str:
        return "OK done"

    def _do_select(self, _rest: str) -> str:
        self._say(f"* {len(self.box.mails)} EXISTS")
        if self.box.uid_validity:
            self._say(f"* OK [UIDVALIDITY {self.box.uid_validity}] valid")
        self._say(f"* OK [UIDNEXT {self.box.next_uid}] next")
        return "OK [READ-WRITE] selected"

    _do_examine = _do_select

    def _do_search(self, rest: str) -> str:
        self.announced = len(self.box.mails)
        listed = re.search(r"UID ([\d:,*]+)", rest)
        found = self._chosen(listed[1] if listed else "1:*")
        if "UNSEEN" in rest:
            found = [kept for kept in found if "\\Seen" not in kept.flags]
        if "DELETED" in rest:
            is_wanted = "UNDELETED" not in rest
            found = [kept for kept in found if ("\\Deleted" in kept.flags) == is_wanted]
        self._say("* SEARCH " + " ".join(str(kept.uid) for kept in found))
        return "OK done"

    def _do_fetch(self, rest: str) -> str | None:
        uids, _, parts = rest.partition(" ")
        for number, kept in enumerate(self._chosen(uids), 1):
            answer = self._part(number, kept, parts)
            if self.box.drop_at == "FETCH" and "BODY" in parts:
                self.box.drop_at = ""
                self.wfile.write(answer[: self.box.drop_after])
                return None
            self.wfile.write(answer)
        return "OK done"

    def _part(self, number: int, kept: Kept, parts: str) -> bytes:
        if "BODY" not in parts:
            return b"* %d FETCH (UID %d RFC822.SIZE %d)\r\n" % (number, kept.uid, len(kept.raw))
        is_header = "HEADER" in parts
        raw = kept.raw.partition(b"\n\n")[0] + b"\n\n" if is_header else kept.raw
        name = b"BODY[HEADER]" if is_header else b"BODY[]"
        head = b"* %d FETCH (UID %d %s {%d}\r\n" % (number, kept.uid, name, len(raw))
        return head + raw + b")\r\n"

    def _do_store(self, rest: str) -> str:
        uids, flags = rest.split(" ", maxsplit=1)[0], set(re.findall(r"\\\w+", rest))
        for kept in self._chosen(uids):
            kept.flags |= flags
        return "OK done"

    def _do_expunge(self, rest: str) -> str:
        gone = [kept for kept in self._chosen(rest or "1:*") if "\\Deleted" in kept.flags]
        self._remove(gone)
        return "OK done"

    def _do_copy(self, rest: str) -> str:
        uids, folder = rest.split(" ", maxsplit=1)[0], rest.split(" ")[1].strip('"')
        kept = [kept.raw for kept in self._chosen(uids)]
        self.box.moved.setdefault(folder, []).extend(kept)
        return "OK done"

    def _do_move(self, rest: str) -> str:
        self._do_copy(rest)
        self._remove(self._chosen(rest.split(" ", maxsplit=1)[0]))
        return "OK done"

    def _do_idle(self, _rest: str) -> str | None:
        self._say("+ idling")
        self.connection.settimeout(0.05)
        while True:
            with self.box.changed:
                self.box.changed.wait(0.05)
            if len(self.box.mails) > self.announced:
                self.announced = len(self.box.mails)
                self._say(f"* {self.announced} EXISTS")
            try:
                if not self.connection.recv(100):
                    return None
            except TimeoutError:
                continue
            self.connection.settimeout(None)
            return "OK done"

    def _chosen(self, sequence: str) -> list[Kept]:
        last = max((kept.uid for kept in self.box.mails), default=0)
        spans = []
        for part in sequence.split(","):
            low, _, high = part.partition(":")
            ends = [last if end == "*" else int(end) for end in (low, high or low)]
            spans.append(range(min(ends), max(ends) + 1))
        return [kept for kept in self.box.mails if any(kept.uid in span for span in spans)]

    def _remove(self, gone: list[Kept]) -> None:
        for kept in gone:
            self.box.mails.remove(kept)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def imap_server() -> Iterator[ImapMailbox]:
    """Run the server on a free port."""
    box = ImapMailbox()
    handler = type("Dialogue", (_Dialogue,), {"box": box})
    with _Server(("127.0.0.1", 0), handler) as server:
        box.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
