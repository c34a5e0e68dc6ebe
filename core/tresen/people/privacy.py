# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells a person what is kept about them, and erases it (GDPR, articles 15, 17 and 20).

The row of an erased person stays, without a word about them, so that tickets and journal keep
somebody to point at; it is called "Erased person" in the reader's language.
"""

import json
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.hooks import caller, specs
from tresen.hooks.records import DataSet
from tresen.i18n import _, lazy
from tresen.journal import service as journal
from tresen.people import service
from tresen.people.models import ERASED, Absence, EmailAddress, Person, Team, TeamMember
from tresen.privacy import ERASED_NAME, rows_of
from tresen.search import service as search

FORMAT = "tresen-person-export-1"


def export(desk: Desk, person_id: int) -> str:
    """Return all that is kept about a person as JSON, by the part that keeps it.

    Raises Missing for nobody, and Refused when a part cannot answer: half would pass for all.
    """
    person = _whole(desk, person_id)
    found, failed = caller.gather_whole(desk, specs.personal_data, person)
    _demand_all(failed)
    journal.record(desk, "person", person.id, "exported")
    # The person first, then what builds upon it; plugins, which are asked first, last.
    order = [name for name, _each in reversed(found)]
    parts = [
        {"part": name, "title": str(each.title), "rows": [dict(row) for row in each.rows]}
        for name, each in sorted(found, key=lambda part: order.index(part[0]))
    ]
    whole = {"format": FORMAT, "person": person.id, "exported_at": desk.now(), "data": parts}
    return json.dumps(whole, default=_plain, ensure_ascii=False, indent=2) + "\n"


def erase(desk: Desk, person_id: int) -> Person:
    """Erase a person for good, and return the row that stays in their place.

    Raises Missing for nobody, and Refused for the last administrator, for the actor's own person,
    and when a part cannot answer; then nothing is erased.
    """
    with desk.session.begin_nested():
        person = _held(desk, person_id)
        if person.id == desk.actor.person_id:
            raise Refused(_("Nobody erases themselves; ask another administrator."))
        service.change_rights(desk, person, {"is_active": False})
        _demand_all(caller.gather_whole(desk, specs.person_erased, person)[1])
        _forget(desk, person)
        journal.record(desk, "person", person.id, "erased")
    return person


def data_of(desk: Desk, person: Person) -> list[DataSet]:
    """Return the person's own row, addresses, teams and absences."""
    membership = TeamMember.person_id == person.id
    teams = Team.id.in_(select(TeamMember.team_id).where(membership))
    return [
        DataSet(lazy("Person"), rows_of(desk, Person, Person.id == person.id)),
        DataSet(
            lazy("Mail addresses"), rows_of(desk, EmailAddress, EmailAddress.person_id == person.id)
        ),
        DataSet(lazy("Teams"), rows_of(desk, Team, teams)),
        DataSet(lazy("Absences"), rows_of(desk, Absence, Absence.person_id == person.id)),
    ]


def unasked(desk: Desk) -> list[str]:
    """Return the plugins that do not run and can say nothing; what they keep stays."""
    return sorted(desk.core.plugins.set_aside)


def _forget(desk: Desk, person: Person) -> None:
    for model in (EmailAddress, TeamMember, Absence):
        desk.session.execute(delete(model).where(model.person_id == person.id))
    person.name, person.role, person.organisation_id = ERASED_NAME, ERASED, None
    person.phone = person.job_title = person.signature = ""
    person.language = person.time_zone = None
    person.sees_organisation = person.is_notified = person.is_active = False
    person.changed_at = desk.now()
    search.remove(desk, "person", person.id, 0)
    desk.session.flush()


def _held(desk: Desk, person_id: int) -> Person:
    """Return the person; no mail of theirs is taken from here to the end of the transaction.

    Whoever takes one holds the address until then: it is seen here, or it finds no such address
    any more (safety F42). On SQLite only one writes anyway.
    """
    own = select(EmailAddress.id).where(EmailAddress.person_id == person_id)
    desk.session.execute(own.order_by(EmailAddress.id).with_for_update()).all()
    return _whole(desk, person_id)


def _whole(desk: Desk, person_id: int) -> Person:
    found = desk.session.scalar(
        select(Person)
        .where(Person.id == person_id, Person.role != ERASED)
        .options(selectinload(Person.addresses))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing(_("There is no person %(id)s here.") % {"id": person_id})
    return found


def _demand_all(failed: list[str]) -> None:
    if failed:
        raise Refused(
            _("%(parts)s could not answer; see the log. Nothing was done.")
            % {"parts": ", ".join(failed)}
        )


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
