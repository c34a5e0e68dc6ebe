# SPDX-License-Identifier: AGPL-3.0-or-later
"""The offer is fetched as a stranger does: the page, then each archive, compared with its hash."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from tresen_licensing.sources import archives, offers

TEA = b"tea"
PATH = "/licensing/source/archives/tea"


@contextmanager
def served(answers: dict[str, tuple[int, bytes]]) -> Iterator[str]:
    """Serve these answers by path on loopback; anything else is not found."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers.get(self.path, (404, b""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def card(**archive: Any) -> dict[str, Any]:
    packed = {"path": PATH, "sha512": archives.sha512(TEA)} | archive
    return {"name": "tresen-kettle", "archive": packed}


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"/source": (200, b""), PATH: (200, TEA)}, []),
        ({PATH: (200, TEA)}, ["{place}/source answers 404."]),
        ({"/source": (503, b""), PATH: (200, TEA)}, ["{place}/source answers 503."]),
        ({"/source": (200, b"")}, ["The archive of tresen-kettle answers 404."]),
        (
            {"/source": (200, b""), PATH: (200, b"coffee")},
            ["The archive of tresen-kettle arrives with another SHA-512 than is shown."],
        ),
        (
            {"/source": (500, b""), PATH: (429, b"")},
            ["{place}/source answers 500.", "The archive of tresen-kettle answers 429."],
        ),
    ],
)
def test_what_a_stranger_does_not_get_is_said(
    answers: dict[str, tuple[int, bytes]], said: list[str]
) -> None:
    with served(answers) as place:
        found = offers.faults(place, [card()])
        assert found == [each.format(place=place) for each in said]


def test_slash_at_the_end_of_the_address_does_no_harm() -> None:
    with served({"/source": (HTTPStatus.OK, b"")}) as place:
        assert offers.faults(f"{place}/", []) == []


def test_part_without_an_archive_is_not_fetched() -> None:
    with served({"/source": (HTTPStatus.OK, b"")}) as place:
        assert offers.faults(place, [{"name": "flask", "archive": None}]) == []


def test_nobody_who_answers_is_an_error_of_the_network() -> None:
    with served({}) as place:
        pass
    with pytest.raises(OSError, match="refused"):
        offers.faults(place, [])
