# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells the customer's browser by its seat: a cookie that reaches one session's pages alone.

Slices whose pages the customer uses ask here, so that each of them ends with the session.
"""

from flask import request
from tresen.sdk import Desk, Missing, _, current_desk

from tresen_remote_support import answers, offers, queries, service
from tresen_remote_support.models import RemoteSession

COOKIE = "tresen-remote-seat"


def seated(reference: str) -> tuple[Desk, RemoteSession]:
    """Return the customer's desk and session, for what slices let them do; raises Missing."""
    found = find_seat(reference)
    if found is None:
        raise Missing(over())
    desk, row = found
    # What was sent moves the session on, so that it does not end for standing still.
    service.see(desk, row)
    return desk, row


def find_seat(reference: str) -> tuple[Desk, RemoteSession] | None:
    """Return the same, or None where the browser has no seat in the session, or it is over."""
    desk = current_desk()
    try:
        row = queries.by_seat(desk, reference, offers.hash_of(request.cookies.get(COOKIE, "")))
    except Missing:
        return None
    return answers.acting(desk, row), row


def over() -> str:
    """Return what is said to a browser that has no seat any more."""
    return _("This session is over. Nothing of your screen is seen any more.")
