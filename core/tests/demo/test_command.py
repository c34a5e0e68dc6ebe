# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen demo` as a person starts it: fills, serves, signs in, ends, and starts again."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

ADMINISTRATOR = "annegret.voss@birkenhof.example"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@contextmanager
def started(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Run the command; yield address, password and all that was printed up to the last line."""
    command = [sys.executable, "-m", "tresen", "demo", "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line.decode()
            if "Ctrl+C" in said:
                break
        try:
            yield found(r"is open: (\S+)", said), found(r"password\s+(\S+)", said), said
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(120)


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def browser() -> OpenerDirector:
    return build_opener(HTTPCookieProcessor(CookieJar()))


def get(opener: OpenerDirector, url: str) -> str:
    """Return the page; the server listens when its last line is printed."""
    with opener.open(url, timeout=60) as answer:
        return str(answer.read().decode())


def sign_in(opener: OpenerDirector, address: str, password: str) -> str:
    page = get(opener, f"{address}/sign-in")
    fields = {
        "address": ADMINISTRATOR,
        "password": password,
        "csrf_token": found(TOKEN.pattern, page),
    }
    with opener.open(f"{address}/sign-in", urlencode(fields).encode(), timeout=60) as answer:
        return str(answer.read().decode())


@pytest.mark.timeout(400)
def test_demo_starts_signs_in_and_starts_again(tmp_path: Path) -> None:
    with started(tmp_path) as (address, password, said):
        page = sign_in(browser(), address, password)
    assert "Annegret Voss" in page
    assert "Made " in said
    with started(tmp_path) as (_, again, said):
        pass
    assert again == password
    assert "Made " not in said
