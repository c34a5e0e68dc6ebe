# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who approves is told in their own language, all of them at once, and reads what happened."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select
from tresen.sdk import Desk, EmailAddress, Message, Organisation, Person
from tresen.testing import factories
from tresen_remote_support import service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles import granting
from tresen_remote_support.profiles import service as profiles
from tresen_remote_support.profiles.models import AccessProfile

Ask = Callable[..., RemoteSession]
Values = Callable[..., dict[str, Any]]


@pytest.fixture
def used(agent_desk: Desk, ask: Ask) -> Callable[[], Message]:
    """Return a function that uses the access once, and gives what was said of it."""

    def go() -> Message:
        row = ask()
        granting.grant(agent_desk, row)
        service.begin(agent_desk, row)
        service.end(agent_desk, row)
        statement = select(Message).where(Message.is_inbound.is_(False))
        found = agent_desk.session.scalar(statement.order_by(Message.id.desc()).limit(1))
        assert found is not None
        row.documented_at = agent_desk.now()
        agent_desk.session.flush()
        return found

    return go


def test_notice_says_who_where_why_and_on_what_grounds(
    used: Callable[[], Message], agent_desk: Desk
) -> None:
    said = used()
    row = agent_desk.session.scalars(select(RemoteSession)).one()
    basis = "Letter of Karla Kundin, 2 March 2026"
    assert said.body.split("\n\n") == [
        "Anna Agent worked at lager-1.example:3389 (Lager 1) while nobody was there.",
        "Why: Update of the night",
        "What was allowed: See the screen, Use mouse and keyboard, Work while nobody is there",
        f"It rested on your standing permission: {basis}. Session: {row.reference}.",
    ]


@pytest.mark.parametrize(
    ("language", "begins"),
    [
        (
            "de",
            "Anna Agent hat an lager-1.example:3389 (Lager 1) gearbeitet, während niemand da war.",
        ),
        ("en", "Anna Agent worked at lager-1.example:3389 (Lager 1) while nobody was there."),
    ],
)
def test_notice_speaks_the_language_of_who_approves(
    used: Callable[[], Message], customer: Person, language: str, begins: str
) -> None:
    customer.language = language
    assert used().body.split("\n\n")[0] == begins


@pytest.mark.parametrize(("language", "word"), [("de", "Ihre"), ("de@du", "deine")])
def test_notice_addresses_who_approves_as_they_wish(
    used: Callable[[], Message], customer: Person, language: str, word: str
) -> None:
    customer.language = language
    assert used().body.split("\n\n")[3].split(" ")[2] == word


def test_everybody_who_approves_is_told(
    desk: Desk,
    used: Callable[[], Message],
    customer: Person,
    access: AccessProfile,
    profile_values: Values,
) -> None:
    home = desk.session.get_one(Organisation, customer.organisation_id)
    other = factories.make_customer(desk, "Arno", "arno@kunde.example", home)
    values = profile_values(approvers=[customer.id, other.id])
    profiles.change_profile(desk, access, values)
    assert used().recipients == {"to": ["arno@kunde.example", "karla@kunde.example"]}


def test_each_use_is_told(desk: Desk, used: Callable[[], Message]) -> None:
    first, second = used(), used()
    assert first.id != second.id


def test_who_has_no_address_reads_it_on_the_ticket(
    desk: Desk, used: Callable[[], Message], customer: Person
) -> None:
    desk.session.execute(delete(EmailAddress).where(EmailAddress.person_id == customer.id))
    said = used()
    assert (said.is_public, said.body.split(" ")[0]) == (True, "Anna")
