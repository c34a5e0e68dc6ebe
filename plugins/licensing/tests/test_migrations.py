# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was kept before a revision is kept by it, and what it forbids cannot come again."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tresen_licensing
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from tresen.sdk import Core, Desk
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import kinds
from tresen_licensing.publications.models import Anchor

FOLDER = Path(tresen_licensing.__file__).parent / "migrations"
AT = "https://git.example/berth"


def step(engine: Engine, revision: str, way: str) -> None:
    """Take a revision back (`downgrade`), or run it again (`upgrade`)."""
    (file,) = FOLDER.glob(f"{revision}_*.py")
    steps: dict[str, Any] = runpy.run_path(str(file))
    with (
        engine.begin() as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        steps[way]()


@pytest.fixture
def add(desk: Desk, development: Development) -> Callable[[str], None]:
    """Return a function that adds an anchor as two do who do not know of each other."""

    def go(place: str) -> None:
        own = {"development_id": development.id, "place": place, "kind": kinds.FORGE}
        more = {"is_ours": False, "added_at": desk.now(), "outcome": kinds.PENDING}
        desk.session.add(Anchor(**own, **more))
        desk.session.flush()

    return go


def places(desk: Desk) -> list[tuple[int, str]]:
    desk.session.expire_all()
    found = desk.session.execute(select(Anchor.id, Anchor.place).order_by(Anchor.id))
    return [(row[0], row[1]) for row in found]


def test_second_anchor_of_a_place_is_not_kept(add: Callable[[str], None], desk: Desk) -> None:
    add(AT)
    add(f"{AT}/other")
    desk.commit()
    with pytest.raises(IntegrityError):
        add(AT)
    desk.session.rollback()
    assert [place for _id, place in places(desk)] == [AT, f"{AT}/other"]


def test_first_of_two_that_came_at_once_stays(
    add: Callable[[str], None], core: Core, desk: Desk
) -> None:
    desk.commit()
    step(core.engine, "0015", "downgrade")
    for place in (AT, f"{AT}/other", AT):
        add(place)
    desk.commit()
    first = places(desk)[:2]
    desk.commit()
    step(core.engine, "0015", "upgrade")
    assert places(desk) == first


def test_proposals_of_before_are_first_versions(core: Core, desk: Desk) -> None:
    desk.commit()
    step(core.engine, "0014", "downgrade")
    step(core.engine, "0014", "upgrade")
    with core.engine.connect() as connection:
        columns = connection.dialect.get_columns(connection, "licensing_upstream_proposal")
    found = {each["name"]: each["nullable"] for each in columns}
    assert [found[name] for name in ("version", "renewed_at", "next_version", "news")] == [
        *(False, True, True, False),
    ]
