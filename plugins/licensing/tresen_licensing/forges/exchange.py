# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks the API of a forge: limits on all that comes back, and a sentence for what goes wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from tresen.sdk import _
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from tresen_licensing.forges.records import Access
from tresen_licensing.networks.addresses import checked_server
from tresen_licensing.networks.faults import FIRST_OWN_FAULT, Fault
from tresen_licensing.networks.guards import Guard, Limits, TooLargeError, guarded

# Bytes of an answer, seconds for all of it, moves of a resource that are followed.
MOST_BYTES, LONGEST, MOST_MOVES = 5 * 1024 * 1024, 60.0, 3
MOVED = (301, 302, 307, 308)
TAKEN = (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)


@dataclass(frozen=True)
class Answer:
    """What a forge answered; `data` is None where it says that nothing changed."""

    status: int
    data: Any
    headers: Mapping[str, str]


class Exchange:
    """Asks one forge as one account."""

    def __init__(self, access: Access, api: str) -> None:
        """Take `api` as the path of the API below the address, or as an address of its own."""
        own = checked_server(access.address, access.let_in)
        self.access = access
        self._api = api if api.startswith("https:") else own + api
        self._limits = Limits(MOST_BYTES, LONGEST, access.let_in)

    def ask(self, method: str, path: str, given: Any = None, *, etag: str = "") -> Answer:
        """Return the answer to a question; raises Fault."""
        address = self._api + path
        for _move in range(MOST_MOVES + 1):
            answer = self._once(method, address, given, etag)
            if answer.status not in MOVED:
                return self._judged(answer)
            address = self._moved(method, address, answer.headers.get("Location", ""))
        raise self._fault(_("%(forge)s leads from one address to the next without end."))

    def get(self, path: str) -> Any:
        """Return what stands at a path; raises Fault."""
        return self.ask("GET", path).data

    def _once(self, method: str, address: str, given: Any, etag: str) -> Answer:
        headers = {"Accept": "application/json", "User-Agent": "Tresen"}
        if self.access.token:
            headers["Authorization"] = f"Bearer {self.access.token}"
        if etag:
            headers["If-None-Match"] = etag
        body = None
        if given is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(given).encode()
        try:
            with guarded(self._limits) as (pool, guard):
                response = pool.request(
                    *(method, address),
                    body=body,
                    headers=headers,
                    redirect=False,
                    preload_content=False,
                )
                with response:
                    return Answer(response.status, _read(response, guard), response.headers)
        except TooLargeError as error:
            raise self._fault(_("%(forge)s answers with more than can be read.")) from error
        except (HTTPError, OSError) as error:
            raise self._fault(_("%(forge)s does not answer. It is tried again.")) from error

    def _moved(self, method: str, address: str, location: str) -> str:
        """Return where a resource moved to; the token goes to no other server."""
        new = urljoin(address, location)
        is_near = urlsplit(new)[:2] == urlsplit(address)[:2]
        if method != "GET" or not is_near or not location:
            sentence = _("%(forge)s says that it moved to %(address)s: correct the address.")
            raise self._fault(sentence, address=new[:200])
        return new

    def _judged(self, answer: Answer) -> Answer:
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return Answer(answer.status, None, answer.headers)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise self._failed(answer)
        if answer.data is None or isinstance(answer.data, str):
            sentence = _("%(forge)s answers with something else than its API does.")
            raise self._fault(sentence, status=answer.status)
        return answer

    def _failed(self, answer: Answer) -> Fault:
        status, pause = answer.status, _pause(answer.headers)
        is_forbidden = status == HTTPStatus.FORBIDDEN
        if is_forbidden and (pause or answer.headers.get("X-RateLimit-Remaining") == "0"):
            status = HTTPStatus.TOO_MANY_REQUESTS
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            sentence = _("%(forge)s was asked too often. It is tried again later.")
        elif status >= FIRST_OWN_FAULT:
            sentence = _("%(forge)s has a fault of its own (%(status)s). It is tried again.")
        else:
            sentence = _sentences().get(status) or _("%(forge)s refuses it: %(words)s")
        return self._fault(sentence, status=status, pause=pause, words=_words(answer))

    def _fault(self, sentence: str, status: int = 0, pause: int = 0, **more: Any) -> Fault:
        words = {"forge": self.access.title, "status": status, **more}
        return Fault(sentence % words, status, pause)


def _read(response: BaseHTTPResponse, guard: Guard) -> Any:
    """Return the JSON of an answer, its text where it is none."""
    body = guard.read(response)
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode("utf-8", "replace")


def _sentences() -> dict[int, str]:
    return {
        HTTPStatus.UNAUTHORIZED: _(
            "%(forge)s does not accept the token: it is wrong, or its time is over."
        ),
        HTTPStatus.FORBIDDEN: _("%(forge)s does not let this account do that: %(words)s"),
        HTTPStatus.NOT_FOUND: _(
            "%(forge)s knows no such repository or proposal, or hides it from this account."
        ),
    }


def _words(answer: Answer) -> str:
    """Return what the forge says of its refusal, of bounded length."""
    data = answer.data
    if isinstance(data, dict):
        found = [data.get("message"), data.get("error"), data.get("errors")]
        data = next((each for each in found if each), "")
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return " ".join(text.split())[:300] or str(answer.status)


def _pause(headers: Mapping[str, str]) -> int:
    """Return the seconds that a forge asks to wait; nought where it says none."""
    said = headers.get("Retry-After", "")
    return min(int(said), 86_400) if said.isascii() and said.isdecimal() and len(said) < 9 else 0
