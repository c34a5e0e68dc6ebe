# SPDX-License-Identifier: AGPL-3.0-or-later
"""Known attacks as subject, name, text, HTML and file name, on the real pages an agent opens."""

from collections.abc import Callable, Iterable

import pytest
from playwright.sync_api import Page
from tresen.desk import Desk
from tresen.files import service as files
from tresen.people.models import Person
from tresen.testing.factories import make_customer, make_ticket
from tresen.tickets import service as tickets
from tresen.tickets.records import NewMessage
from tresen.web.file_names import clean_file_name
from tresen.web.text import one_line
from web.vectors import vectors

SignIn = Callable[[Person], Page]

ALARM = """for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])
  window[name] = () => console.error(`${name} was called`);"""


def write(desk: Desk, customer: Person, attack: str) -> int:
    """Open a ticket that bears `attack` wherever a stranger can write; return its number."""
    customer.name = one_line(attack, 120) or "x"
    ticket = make_ticket(desk, customer, subject=one_line(attack, 200) or "x", body=attack)
    file = files.store_file(desk, clean_file_name(attack), "text/html", attack.encode())
    for kind in ("text", "markdown"):
        message = NewMessage(
            body=attack,
            quoted=attack,
            html=attack if kind == "text" else None,
            channel="mail",
            format=kind,
            is_inbound=True,
            author_name=one_line(attack, 120),
            author_address="eve@example.net",
            recipients={"to": [one_line(attack, 200)]},
            files=((file.id, ""),) if kind == "text" else (),
        )
        tickets.add_message(desk, ticket, message)
    return ticket.number


def listening(page: Page) -> list[str]:
    """Return a list in which everything that runs or breaks the policy shows up."""
    heard: list[str] = []
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on(
        "console",
        lambda line: (
            heard.append(line.text)
            if "was called" in line.text or "Policy" in line.text or "Blocked script" in line.text
            else None
        ),
    )
    page.add_init_script(ALARM)
    return heard


def spread(attacks: Iterable[str], count: int) -> list[str]:
    """Return `count` attacks from all over the collection."""
    found = [attack.replace("\x00", "") for attack in attacks]
    return found[:: max(1, len(found) // count)][:count]


@pytest.mark.parametrize("collection", ["dompurify", "h5sc", "bleach-xss"])
def test_attack_on_the_pages_of_a_ticket_does_nothing(
    sign_in_page: SignIn, agent: Person, desk: Desk, collection: str
) -> None:
    customer = make_customer(desk)
    numbers = [write(desk, customer, attack) for attack in spread(vectors(collection), 30)]
    desk.commit()
    page = sign_in_page(agent)
    heard = listening(page)
    page.goto("/tickets/")
    for number in numbers:
        answer = page.goto(f"/tickets/{number}")
        assert answer is not None
        assert answer.status == 200
        assert page.locator("iframe.mail-frame").count() == 1
        page.locator("iframe.mail-frame").scroll_into_view_if_needed()
        page.frame_locator("iframe.mail-frame").locator("body").wait_for(state="attached")
    assert heard == []
