# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attached pictures are shown at their message, to agents and customers, and nothing else is."""

import re
import struct
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.files import service as files
from tresen.files.models import StoredFile
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets import links, service
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], FlaskClient]
SHOWN = re.compile(r'<img src="([^"]+)" alt="" loading="lazy" width="(\d+)" height="(\d+)">')
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def png(width: int, height: int) -> bytes:
    """Return the head of a PNG; what a browser would unpack is not in it."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(9)


def gif(width: int, height: int) -> bytes:
    """Return a GIF's head that is a comment of a script as well."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"=1/*'"


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


def attach(desk: Desk, ticket: Ticket, name: str, body: bytes, **given: str) -> StoredFile:
    file = files.store_file(desk, name, "image/svg+xml", body)
    service.add_message(desk, ticket, NewMessage("See", "web", files=((file.id, ""),), **given))
    desk.commit()
    return file


def pages(
    desk: Desk, ticket: Ticket, sign_in: SignIn, agent: Person
) -> list[tuple[FlaskClient, str]]:
    """Return who looks and where: the agent, the customer, and who has the customer's link."""
    customer = ticket.requester
    link = links.ticket_link(desk, ticket.id, customer.id).partition("8080")[2]
    desk.commit()
    browser = sign_in(customer)
    return [
        (sign_in(agent), f"/tickets/{ticket.number}"),
        (browser, f"/requests/{ticket.number}"),
        (browser.application.test_client(), link),
    ]


@pytest.mark.parametrize(
    ("name", "body"), [("plan.png", png(640, 480)), ("moves.gif", gif(640, 480))]
)
def test_picture_is_shown_to_both_sides_in_its_own_size(
    desk: Desk, ticket: Ticket, agent: Person, sign_in: SignIn, name: str, body: bytes
) -> None:
    attach(desk, ticket, name, body)
    for browser, address in pages(desk, ticket, sign_in, agent):
        page = browser.get(address).text
        ((url, *size),) = SHOWN.findall(page)
        answer = browser.get(url)
        assert (size, answer.status_code, answer.data) == (["640", "480"], 200, body)
        assert answer.headers["Content-Disposition"] == f"inline; filename={name}"
        assert answer.headers["Content-Security-Policy"].endswith("sandbox")
        assert page.count('id="viewer"') == 1


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("drawing.svg", SVG),
        ("drawing.png", SVG),
        ("huge.png", png(50_000, 50_000)),
        ("empty.png", png(0, 0)),
        ("plan.pdf", b"%PDF-1.7"),
    ],
    ids=["svg", "svg called png", "a08 too many pixels", "no pixel", "pdf"],
)
def test_atk_a03_what_is_no_picture_by_its_bytes_is_a_download(
    desk: Desk, ticket: Ticket, agent: Person, sign_in: SignIn, name: str, body: bytes
) -> None:
    attach(desk, ticket, name, body)
    for browser, address in pages(desk, ticket, sign_in, agent):
        page = browser.get(address).text
        url = re.search(r'class="chip" href="([^"]+)" download', page)[1]
        shown = browser.get(f"{url}?show=1").headers
        assert (SHOWN.findall(page), "data-picture" in page) == ([], False)
        assert shown["Content-Disposition"] == f"attachment; filename={name}"
        assert shown["X-Content-Type-Options"] == "nosniff"


def test_atk_a04_picture_of_a_note_is_nothing_to_customers(
    desk: Desk, ticket: Ticket, agent: Person, sign_in: SignIn
) -> None:
    file = attach(desk, ticket, "him.png", png(4, 4), kind="note")
    ours, *theirs = pages(desk, ticket, sign_in, agent)
    assert len(SHOWN.findall(ours[0].get(ours[1]).text)) == 1
    for browser, address in theirs:
        assert SHOWN.findall(browser.get(address).text) == []
        assert browser.get(f"{address}/files/{file.public_id}?show=1").status_code == 404


def test_picture_inside_a_mail_is_not_shown_a_second_time(
    desk: Desk, ticket: Ticket, agent: Person, sign_in: SignIn
) -> None:
    file = files.store_file(desk, "logo.png", "image/png", png(4, 4))
    mail = NewMessage("Hi", "mail", html='<img src="cid:a">', files=((file.id, "a"),))
    service.add_message(desk, ticket, mail)
    desk.commit()
    assert SHOWN.findall(sign_in(agent).get(f"/tickets/{ticket.number}").text) == []


def test_file_kept_before_pictures_were_known_stays_a_download(
    desk: Desk, ticket: Ticket, agent: Person, sign_in: SignIn
) -> None:
    file = attach(desk, ticket, "old.png", png(4, 4))
    file.width = file.height = None
    desk.commit()
    page = sign_in(agent).get(f"/tickets/{ticket.number}").text
    assert (SHOWN.findall(page), "old.png" in page) == ([], True)
