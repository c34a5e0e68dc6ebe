# SPDX-License-Identifier: AGPL-3.0-or-later
"""Databases of tests: emptied whole, counted anew, and opened by the one engine of a run."""

from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select, text
from tresen.db import make_engine, metadata
from tresen.desk import Core, Desk
from tresen.revisions import chains_of, pending_revisions
from tresen.testing import databases, factories


def _filled(core: Core) -> dict[str, int]:
    """Return how many rows each table has that has any, version tables left out."""
    with core.engine.connect() as connection:
        tables = set(inspect(connection).get_table_names()) & set(metadata.tables)
        counts = {
            name: connection.scalar(select(func.count()).select_from(metadata.tables[name])) or 0
            for name in tables
        }
    return {name: count for name, count in counts.items() if count}


def _on_postgres(core: Core) -> str:
    if core.engine.dialect.name != "postgresql":
        pytest.skip("SQLite is copied for each test")
    return core.engine.url.render_as_string(hide_password=False)


def test_emptied_database_has_no_row_and_counts_from_one(core: Core, desk: Desk) -> None:
    url = _on_postgres(core)
    customer = factories.make_customer(desk)
    numbers = customer.id, factories.make_ticket(desk, customer).id
    desk.commit()
    assert _filled(core).keys() >= {"ticket", "person", "organisation"}
    desk.session.close()
    databases.empty(url)
    assert _filled(core) == {}
    again = factories.make_customer(desk)
    assert (again.id, factories.make_ticket(desk, again).id) == numbers


def test_rows_that_name_each_other_in_a_circle_go_too(core: Core, desk: Desk) -> None:
    url = _on_postgres(core)
    with core.engine.begin() as connection:
        connection.execute(text("CREATE TABLE hen (id serial PRIMARY KEY, egg_id integer)"))
        connection.execute(
            text("CREATE TABLE egg (id serial PRIMARY KEY, hen_id integer REFERENCES hen)")
        )
        connection.execute(text("ALTER TABLE hen ADD FOREIGN KEY (egg_id) REFERENCES egg"))
    try:
        for _time in range(2):
            with core.engine.begin() as connection:
                connection.execute(text("INSERT INTO hen DEFAULT VALUES"))
                connection.execute(text("INSERT INTO egg (hen_id) VALUES (1)"))
                connection.execute(text("UPDATE hen SET egg_id = 1"))
            databases.empty(url)
        with core.engine.connect() as connection:
            assert (
                connection.scalars(text("SELECT id FROM hen UNION SELECT id FROM egg")).all() == []
            )
    finally:
        with core.engine.begin() as connection:
            connection.execute(text("DROP TABLE hen, egg CASCADE"))


@pytest.mark.parametrize(("rows", "is_made_anew"), [(3, False), (20_000, True)])
def test_files_are_made_anew_where_much_is_deleted(
    core: Core, rows: int, is_made_anew: bool
) -> None:
    url = _on_postgres(core)
    # What earlier tests of the run left would count, too.
    with core.engine.begin() as connection:
        connection.execute(text("TRUNCATE organisation CASCADE"))
        connection.execute(text("CREATE TABLE heap AS SELECT generate_series(1, 0) AS id"))
        written = "INSERT INTO heap SELECT generate_series(1, :rows)"
        connection.execute(text(written), {"rows": rows})
    try:
        databases.empty(url)
        with core.engine.connect() as connection:
            left = connection.scalar(text("SELECT count(*) FROM heap"))
            size = connection.scalar(text("SELECT pg_relation_size('heap')"))
        assert (left, size == 0) == (0, is_made_anew)
    finally:
        with core.engine.begin() as connection:
            connection.execute(text("DROP TABLE heap"))


def test_server_vacuums_no_table_by_itself(core: Core) -> None:
    _on_postgres(core)
    others = (
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname = ANY (:names) "
        "AND NOT coalesce(reloptions, '{}') @> '{autovacuum_enabled=false}'"
    )
    with core.engine.connect() as connection:
        found = connection.scalars(text(others), {"names": [*metadata.tables]}).all()
    assert [name for name in found if not name.startswith("schema_version")] == []


def test_emptied_database_is_still_at_the_head_of_every_chain(core: Core) -> None:
    databases.empty(_on_postgres(core))
    with core.engine.connect() as connection:
        assert [pending_revisions(connection, chain) for chain in chains_of(core.plugins)] == [
            [] for _chain in chains_of(core.plugins)
        ]


def test_the_engine_of_a_run_opens_the_database_of_each_test_in_turn(tmp_path: Path) -> None:
    own = []
    for name in ("first", "second"):
        own.append(make_engine(f"sqlite:///{tmp_path / name}.sqlite3"))
        with own[-1].begin() as connection:
            connection.execute(text("CREATE TABLE found (name text)"))
            connection.execute(text("INSERT INTO found VALUES (:name)"), {"name": name})
    shared = make_engine(f"sqlite:///{tmp_path / 'link.sqlite3'}")
    said = []
    for each in (*own, own[0]):
        assert databases.linked(shared, each) is shared
        with shared.connect() as connection:
            said.append(connection.scalar(text("SELECT name FROM found")))
        shared.dispose()
    for each in own:
        each.dispose()
    assert said == ["first", "second", "first"]


def test_core_of_a_test_writes_into_its_own_database(core: Core, desk: Desk) -> None:
    factories.make_ticket(desk, None, subject="Coffee machine")
    desk.commit()
    own = make_engine(core.config.database)
    with own.connect() as connection:
        assert connection.scalars(select(metadata.tables["ticket"].c.subject)).all() == [
            "Coffee machine"
        ]
    own.dispose()


def test_each_test_looks_through_all_pages_and_resources(core: Core) -> None:
    assert core.plugins.is_known is False
