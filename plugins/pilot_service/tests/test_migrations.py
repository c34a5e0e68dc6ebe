# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was kept before a revision means the same after it."""

import runpy
from datetime import date
from pathlib import Path
from typing import Any

import tresen_pilot_service
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, delete
from tresen.sdk import Core, Desk, Person
from tresen_pilot_service import queries, steps
from tresen_pilot_service.models import Participation

FOLDER = Path(tresen_pilot_service.__file__).parent / "migrations"


def run_again(engine: Engine, revision: str) -> None:
    """Take a revision back and run it once more."""
    (file,) = FOLDER.glob(f"{revision}_*.py")
    steps_of: dict[str, Any] = runpy.run_path(str(file))
    with (
        engine.begin() as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        steps_of["downgrade"]()
        steps_of["upgrade"]()


def test_who_took_part_is_active_and_who_left_has_withdrawn(
    desk: Desk, core: Core, customer: Person, invited: Participation
) -> None:
    ended = Participation(
        programme_id=invited.programme_id,
        organisation_id=customer.organisation_id,
        state=steps.FINISHED,
        ended_on=date(2026, 3, 8),
        created_at=desk.now(),
    )
    desk.session.add(ended)
    desk.commit()
    run_again(core.engine, "0002")
    desk.session.expire_all()
    found = [
        (row.state, row.agreed_on, row.active_on, row.ended_on)
        for row in queries.participations(desk, invited.programme_id)
    ]
    first = date(2026, 3, 2)
    assert found == [
        ("active", None, first, None),
        ("withdrawn", None, first, date(2026, 3, 8)),
    ]


def test_key_users_are_keys_of_people_however_often_the_columns_come(
    desk: Desk, core: Core, customer: Person, invited: Participation
) -> None:
    desk.commit()
    run_again(core.engine, "0003")
    desk.session.expire_all()
    (row,) = queries.participations(desk, invited.programme_id)
    row.key_user_id = customer.id
    desk.session.flush()
    desk.session.execute(delete(Person).where(Person.id == customer.id))
    desk.session.expire_all()
    assert (row.key_user_id, row.key_user_deputy_id) == (None, None)
