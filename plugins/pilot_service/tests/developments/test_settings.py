# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many days there are to give back is the operator's; the tables come and go whole."""

import runpy
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import tresen_pilot_service
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask.testing import FlaskClient
from sqlalchemy import inspect
from tresen.sdk import Core, Desk
from tresen_pilot_service.developments import queries, states
from tresen_pilot_service.developments.models import Development

Walk = Callable[..., Development]
PAGE = "/admin/settings/pilot_service"
MIGRATION = Path(tresen_pilot_service.__file__).parent / "migrations" / "0017_developments.py"
TODAY = date(2026, 3, 10)


def sent(days: str) -> dict[str, str]:
    return {"warn_days": "14", "counts_without_product": "y", "giveback_days": days}


def tables(core: Core) -> list[str]:
    found = inspect(core.engine).get_table_names()
    return sorted(name for name in found if name.startswith("pilot_service_development"))


def test_thirty_days_are_the_default(desk: Desk, boss: FlaskClient) -> None:
    assert 'name="giveback_days"' in boss.get(PAGE).text
    assert queries.giveback_days(desk) == 30


@pytest.mark.parametrize("days", ["", "-1", "3651", "soon"])
def test_days_that_cannot_be_are_refused(desk: Desk, boss: FlaskClient, days: str) -> None:
    assert boss.post(PAGE, data=sent(days)).status_code == 422
    assert queries.giveback_days(desk) == 30


@pytest.mark.parametrize(("days", "standing"), [("0", "due"), ("10", "due"), ("3650", "due")])
def test_days_of_the_setting_count_from_the_deployment(
    desk: Desk, boss: FlaskClient, walk: Walk, days: str, standing: str
) -> None:
    row = walk(states.DEPLOYED)
    boss.post(PAGE, data=sent(days))
    desk.session.expire_all()
    until = queries.until(desk, [row])[row.id]
    assert until == TODAY + timedelta(days=int(days))
    assert states.standing(until, TODAY) == standing


def test_tables_go_and_come_back(desk: Desk, core: Core) -> None:
    desk.commit()
    steps: dict[str, Any] = runpy.run_path(str(MIGRATION))
    counts = [len(tables(core))]
    for name in ("downgrade", "upgrade"):
        with (
            core.engine.begin() as connection,
            Operations.context(MigrationContext.configure(connection)),
        ):
            steps[name]()
        counts.append(len(tables(core)))
    assert counts == [6, 0, 6]
