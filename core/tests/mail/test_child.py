# SPDX-License-Identifier: AGPL-3.0-or-later
"""The loop of the child process over its two streams, and that it starts with little."""

import io
import subprocess
import sys

from mail.samples import mail
from tresen.mail.reading.child import serve
from tresen.mail.reading.frames import LENGTH, read_mail
from tresen.mail.reading.parse import parse


def framed(raw: bytes) -> bytes:
    return LENGTH.pack(len(raw)) + raw


def test_serve_answers_each_frame_until_the_input_ends() -> None:
    target = io.BytesIO()
    first, second = mail(b"One\n"), mail(b"Two\n")
    assert serve(io.BytesIO(framed(first) + framed(second)), target, seconds=60) == 0
    answers = io.BytesIO(target.getvalue())
    read = [
        read_mail(answers.read, LENGTH.unpack(answers.read(LENGTH.size))[0]) for _mail in range(2)
    ]
    assert (read, answers.read()) == ([parse(first), parse(second)], b"")


def test_serve_ends_at_a_length_that_is_cut_off() -> None:
    target = io.BytesIO()
    assert serve(io.BytesIO(b"\0\0"), target, seconds=60) == 0
    assert target.getvalue() == b""


def test_child_imports_neither_the_web_nor_the_database() -> None:
    heavy = ("flask", "sqlalchemy", "wtforms", "werkzeug", "jinja2", "alembic", "tresen.desk")
    code = "import sys, tresen.mail.reading.child; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, check=True, text=True
    ).stdout.split()
    assert [name for name in heavy if name in loaded] == []
