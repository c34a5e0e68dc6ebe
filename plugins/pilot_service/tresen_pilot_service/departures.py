# SPDX-License-Identifier: AGPL-3.0-or-later
"""Contacts who left, on either side: found whenever somebody looks, so that nobody need tell.

Routing does not wait for it: tickets go on to the deputy, then to the team.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from tresen.sdk import ADMINISTRATOR, AGENT, Person, _, lazy

from tresen_pilot_service.models import Participation

OURS = {"contact": lazy("Support contact"), "deputy": lazy("Deputy")}
THEIRS = {"key_user": lazy("Key user"), "key_user_deputy": lazy("Deputy of the key user")}


def cares(person: Person | None) -> bool:
    """Whether the person is an agent who can care for a customer."""
    return person is not None and person.is_active and person.role in (ADMINISTRATOR, AGENT)


def speaks(person: Person, organisation_id: int) -> bool:
    """Whether the person can speak for the customer."""
    return person.is_active and person.organisation_id == organisation_id


def speakers(row: Participation) -> Sequence[Person]:
    """Return the key user and the deputy, as far as they still speak for the customer."""
    named = (row.key_user, row.key_user_deputy)
    return [each for each in named if each and speaks(each, row.organisation_id)]


def departures(row: Participation, today: date) -> list[str]:
    """Return a sentence for each contact who left; none where the participation is over.

    Participation and programme must be loaded whole.
    """
    if row.ended_on is not None or row.programme.ends_on < today:
        return []
    return [*_ours(row), *_theirs(row), *_vacant(row)]


def by_programme(rows: Iterable[Participation], today: date) -> Mapping[int, int]:
    """Return how many contacts left, by programme, where any did."""
    found: dict[int, int] = {}
    for row in rows:
        if count := len(departures(row, today)):
            found[row.programme_id] = found.get(row.programme_id, 0) + count
    return found


def _ours(row: Participation) -> Iterator[str]:
    for name, part in OURS.items():
        person = getattr(row, name)
        if person is not None and not cares(person):
            words = {"part": part, "name": person.name}
            yield _("%(part)s %(name)s is no longer an active agent.") % words


def _theirs(row: Participation) -> Iterator[str]:
    for name, part in THEIRS.items():
        person = getattr(row, name)
        if person is None or speaks(person, row.organisation_id):
            continue
        words = {"part": part, "name": person.name, "customer": row.organisation.name}
        if person.is_active:
            yield _("%(part)s %(name)s no longer belongs to %(customer)s.") % words
        else:
            yield _("%(part)s %(name)s is no longer active at %(customer)s.") % words


def _vacant(row: Participation) -> Iterator[str]:
    if row.has_vacancy:
        yield _("A contact was erased, and nobody was named instead.")
