# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person signs in with; all of it goes when the person is erased."""

from typing import Any

from sqlalchemy import ColumnElement, delete, false, or_

from tresen.access.models import ApiToken, Attempt, OneTimeLink, Password, SignInSession
from tresen.desk import Desk
from tresen.hooks.records import DataSet
from tresen.i18n import lazy
from tresen.people.models import Person
from tresen.privacy import rows_of

SECRETS = ("hash", "token_hash")


def data_of(desk: Desk, person: Person) -> list[DataSet]:
    """Return passwords, sessions, keys and links, without what would let somebody in."""
    return [
        DataSet(title, rows_of(desk, model, condition, without=SECRETS))
        for title, model, condition in _kept(person)
    ]


def erase(desk: Desk, person: Person) -> None:
    """End every session and take back every key, link and count of the person."""
    for _title, model, condition in _kept(person):
        desk.session.execute(delete(model).where(condition))


def _kept(person: Person) -> list[tuple[str, Any, ColumnElement[bool]]]:
    links = [each.id for each in person.addresses]
    attempts = (Attempt.key.endswith(f":{a.address}", autoescape=True) for a in person.addresses)
    return [
        (lazy("Password"), Password, Password.person_id == person.id),
        (lazy("Sessions"), SignInSession, SignInSession.person_id == person.id),
        (lazy("Keys to the REST interface"), ApiToken, ApiToken.person_id == person.id),
        (lazy("Links sent by mail"), OneTimeLink, OneTimeLink.address_id.in_(links)),
        (lazy("Attempts to sign in"), Attempt, or_(false(), *attempts)),
    ]
