# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts that an agent keeps alone are the agent's: told on request, and gone with the person."""

from sqlalchemy import delete

from tresen.desk import Desk
from tresen.hooks.records import DataSet
from tresen.i18n import lazy
from tresen.people.models import Person
from tresen.privacy import rows_of
from tresen.snippets.models import Snippet


def data_of(desk: Desk, person: Person) -> list[DataSet]:
    """Return the person's own texts."""
    own = rows_of(desk, Snippet, Snippet.person_id == person.id)
    return [DataSet(lazy("Own texts to insert"), own)]


def erase(desk: Desk, person: Person) -> None:
    """Delete the person's own texts."""
    desk.session.execute(delete(Snippet).where(Snippet.person_id == person.id))
