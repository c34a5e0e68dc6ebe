# SPDX-License-Identifier: AGPL-3.0-or-later
"""The child process: what it reads, and what becomes of it when a mail is too much."""

import array
import fcntl
import os
import re
import signal
import subprocess
import sys
import termios
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from mail.samples import attached, large, mail, mail_of, plain, poisons
from tresen.mail.reading.parse import parse
from tresen.mail.reading.parser import ParseFailed, Parser
from tresen.mail.records import Mail

MEGABYTE = 1 << 20
patient = partial(Parser, seconds=60)
"""For tests of all but time: a busy machine makes no difference."""


def child_of(parser: Parser) -> int:
    assert parser._child is not None
    return parser._child._process.pid


def bytes_in_pipe(parser: Parser) -> int:
    """Bytes that the child has not taken yet: its parent is at work on a mail."""
    assert parser._child is not None
    count = array.array("i", [0])
    fcntl.ioctl(parser._child._input, termios.FIONREAD, count)
    return count[0]


def test_parser_reads_what_parse_reads() -> None:
    raw = mail_of(plain("Grüße\n> alt\n".encode()), attached(b"a.pdf", bytes(range(256))))
    with patient() as parser:
        assert parser.parse(raw) == parse(raw)


def processor_seconds(child: int) -> float:
    """What the child has taken of a processor, however busy the machine is."""
    fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_parser_reads_poison_within_its_limits() -> None:
    with patient() as parser:
        parser.parse(mail())
        child = child_of(parser)
        for name, raw in poisons():
            before = processor_seconds(child)
            assert parser.parse(raw) == parse(raw), name
            assert processor_seconds(child) - before < Parser.SECONDS, name
        assert child_of(parser) == child


def test_parser_keeps_its_child_from_mail_to_mail() -> None:
    with patient() as parser:
        parser.parse(mail())
        first = child_of(parser)
        parser.parse(mail())
        assert child_of(parser) == first


def test_parser_takes_a_fresh_child_after_so_many_mails() -> None:
    with patient(mails=2) as parser:
        children = []
        for _ in range(4):
            parser.parse(mail())
            children.append(child_of(parser))
    assert children[0] == children[1] != children[2] == children[3]


def test_parser_ends_its_child_on_close() -> None:
    with patient() as parser:
        parser.parse(mail())
        child = child_of(parser)
    assert not Path(f"/proc/{child}").exists()


def test_parser_is_whole_after_close() -> None:
    parser = patient()
    parser.parse(mail())
    parser.close()
    assert parser.parse(mail()) == parse(mail())
    parser.close()


def test_parser_says_when_a_mail_takes_too_long() -> None:
    with Parser(seconds=0.001) as parser:
        with pytest.raises(ParseFailed, match="took longer than it may") as caught:
            parser.parse(mail())
        assert caught.value.reason == "time"
        assert parser._child is None


def test_mail_that_a_busy_machine_kept_waiting_is_read_by_a_fresh_child() -> None:
    with Parser(seconds=1) as parser:
        parser.parse(mail())
        child = child_of(parser)
        os.kill(child, signal.SIGSTOP)
        assert parser.parse(mail(b"late")) == parse(mail(b"late"))
        assert child_of(parser) != child


def test_mails_sent_ahead_to_a_child_that_stands_still_are_read_in_their_order() -> None:
    raws = [mail(b"Mail %d\n" % number) for number in range(5)]
    with Parser(seconds=1) as parser:
        parser.parse(mail())
        os.kill(child_of(parser), signal.SIGSTOP)
        assert parser.parse_all(raws) == [parse(raw) for raw in raws]


def test_processor_time_ends_a_child_that_works_without_end() -> None:
    limit = "import resource, tresen.mail.reading.child as child; child._allow_seconds({0});"
    spin = limit + " print(resource.getrlimit(resource.RLIMIT_CPU)[0], flush=True)\nwhile 1: pass"
    done = subprocess.run(
        [sys.executable, "-c", spin.format(1)], capture_output=True, check=False, text=True
    )
    assert done.returncode == -signal.SIGXCPU
    assert int(done.stdout) <= 2


def test_parser_says_when_a_mail_takes_too_much_memory() -> None:
    with patient(memory=120 * MEGABYTE) as parser:
        with pytest.raises(ParseFailed, match="more than 120 MB of memory") as caught:
            parser.parse(large(60 * MEGABYTE))
        assert caught.value.reason == "memory"
        assert parser.parse(mail()) == parse(mail())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_parser_says_when_its_child_is_killed_at_work(number: signal.Signals) -> None:
    with patient() as parser, ThreadPoolExecutor(1) as threads:
        parser.parse(mail())
        child = child_of(parser)
        os.kill(child, signal.SIGSTOP)
        waiting = threads.submit(parser.parse, large(MEGABYTE))
        while not bytes_in_pipe(parser):
            assert not waiting.done()
        os.kill(child, number)
        os.kill(child, signal.SIGCONT)
        with pytest.raises(ParseFailed, match=f"status -{number.value}") as caught:
            waiting.result()
        assert caught.value.reason == "crashed"
        assert parser.parse(mail()) == parse(mail())


def test_parser_says_when_a_mail_takes_too_much_processor_time() -> None:
    with patient() as parser, ThreadPoolExecutor(1) as threads:
        parser.parse(mail())
        os.kill(child_of(parser), signal.SIGSTOP)
        waiting = threads.submit(parser.parse, large(MEGABYTE))
        while not bytes_in_pipe(parser):
            assert not waiting.done()
        os.kill(child_of(parser), signal.SIGXCPU)
        os.kill(child_of(parser), signal.SIGCONT)
        with pytest.raises(ParseFailed, match="processor time") as caught:
            waiting.result()
        assert caught.value.reason == "time"


def test_parser_starts_anew_when_its_child_died_between_mails() -> None:
    with patient() as parser:
        parser.parse(mail())
        child = child_of(parser)
        os.kill(child, signal.SIGKILL)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert parser.parse(mail()) == parse(mail())
        assert child_of(parser) != child


def test_parser_serves_threads_in_turn() -> None:
    raws = [mail(b"Mail %d\n" % number) for number in range(40)]
    with patient() as parser, ThreadPoolExecutor(4) as threads:
        assert list(threads.map(parser.parse, raws)) == [parse(raw) for raw in raws]


def reasons(read: list[Mail | ParseFailed]) -> list[str]:
    """Why each mail was not read; empty for those that were."""
    return [found.reason if isinstance(found, ParseFailed) else "" for found in read]


def test_parser_reads_many_in_their_order() -> None:
    raws = [mail(b"Mail %d\n" % number) for number in range(40)]
    with patient() as parser:
        assert parser.parse_all(raws) == [parse(raw) for raw in raws]
        assert parser.parse_all([]) == []
        assert parser.parse(mail()) == parse(mail())


def test_parser_reads_many_that_fill_every_pipe() -> None:
    raws = [large(2 * MEGABYTE) for _ in range(4)]
    with patient() as parser:
        found = parser.parse_all(raws)
    assert [each == parse(raw) for each, raw in zip(found, raws, strict=True)] == [True] * 4


def test_mail_that_takes_too_much_memory_costs_itself_among_many() -> None:
    raws = [mail(), large(60 * MEGABYTE), mail(), mail()]
    with patient(memory=120 * MEGABYTE) as parser:
        assert reasons(parser.parse_all(raws)) == ["", "memory", "", ""]


def test_each_of_many_mails_has_a_time_of_its_own() -> None:
    with Parser(seconds=0.001) as parser:
        assert reasons(parser.parse_all([mail(), mail()])) == ["time", "time"]


def test_child_that_dies_costs_the_first_of_many_mails() -> None:
    with patient() as parser, ThreadPoolExecutor(1) as threads:
        parser.parse(mail())
        child = child_of(parser)
        os.kill(child, signal.SIGSTOP)
        waiting = threads.submit(parser.parse_all, [large(MEGABYTE), mail(), mail()])
        while not bytes_in_pipe(parser):
            assert not waiting.done()
        os.kill(child, signal.SIGKILL)
        assert reasons(waiting.result()) == ["crashed", "", ""]


def test_parser_stops_after_its_seconds_and_goes_on_with_the_rest() -> None:
    with patient() as parser:
        assert len(parser.parse_all([mail()] * 3, seconds=0)) == 1
        assert parser.parse(mail(b"the rest")) == parse(mail(b"the rest"))


def test_fresh_child_takes_over_in_the_middle_of_many() -> None:
    raws = [mail(b"Mail %d\n" % number) for number in range(7)]
    with patient(mails=3) as parser:
        parser.parse(raws[0])
        first = child_of(parser)
        assert parser.parse_all(raws) == [parse(raw) for raw in raws]
        assert child_of(parser) != first


def test_parser_reads_50_megabytes_within_300() -> None:
    with patient() as parser:
        found = parser.parse(large(50 * MEGABYTE))
        status = Path(f"/proc/{child_of(parser)}/status").read_text()
    assert len(found.parts[0].content) == 57 * (50 * MEGABYTE // 77)
    peak = re.search(r"VmHWM:\s*(\d+) kB", status)
    assert peak is not None
    assert int(peak[1]) < 300 * 1024


def test_parser_hands_no_secret_to_its_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRESEN_SECRET_KEY", "canary")
    with patient() as parser:
        parser.parse(mail())
        environment = Path(f"/proc/{child_of(parser)}/environ").read_bytes()
    assert b"canary" not in environment


def test_parser_leaves_no_open_files() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with patient() as parser:
            parser.parse(mail())
    assert len(list(Path("/proc/self/fd").iterdir())) == before
