# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who gets in where: routes.csv says it for every address, method and role, and is held to it.

Unsafe addresses are called with next to nothing to do; what counts is who gets past the door.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from access.world import ROLES, SAFE, World, standing
from flask import Flask
from sqlalchemy import select
from tresen.db import metadata
from tresen.desk import Core

TABLE = Path(__file__).with_name("routes.csv")
# What a reader's own look leaves behind, named one by one.
LEFT_BY_LOOKING = {
    ("sign_in_session", "seen_at"),
    ("api_token", "last_used_at"),
    ("read_mark", "message_id"),
}

# Who fetches without an account is counted, so that nobody fetches without end.
COUNTED = {"attempt"}

Row = dict[str, str]


def rows() -> list[Row]:
    """Return the rows of the table; those of a plugin bear its name."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def title(row: Row) -> str:
    return " ".join(part for part in (row["method"], row["route"], row["object"]) if part)


@pytest.fixture(scope="module")
def world(migrated_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return the world, made once; no call of this module closes a door for another."""
    with standing(migrated_database, tmp_path_factory.mktemp("world")) as found:
        yield found


def routes(app: Flask) -> set[tuple[str, str]]:
    """Return method and address of everything that can be called."""
    return {
        (method, str(rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def is_here(row: Row, core: Core) -> bool:
    return row["plugin"] in ("", *core.plugins.taken_in)


def test_table_has_every_route_and_no_other(world: World) -> None:
    listed = {(row["method"], row["route"]) for row in rows() if is_here(row, world.core)}
    found = routes(world.app)
    lacking, gone = sorted(found - listed), sorted(listed - found)
    assert (lacking, gone) == ([], []), f"Say in {TABLE.name} who may call it, or take it out."


def test_table_is_sorted_and_says_nothing_twice() -> None:
    keys = [(row["route"], row["method"], row["object"]) for row in rows()]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("row", rows(), ids=title)
def test_route_answers_each_role_as_the_table_says(world: World, row: Row) -> None:
    if not is_here(row, world.core):
        pytest.skip(f"{row['plugin']} is not installed")
    path = world.path(row["route"], row["object"])
    answers = {role: world.answer(role, row["method"], path) for role in ROLES}
    assert answers == {role: row[role] for role in ROLES}


def test_atk_u08_unsafe_route_refuses_who_brings_no_form_token(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(world.app.config, "WTF_CSRF_ENABLED", True)
    unsafe = [(m, r) for m, r in routes(world.app) if m not in SAFE and "/api/" not in r]
    browser = world.browser("administrator")
    answers = {
        (method, route): browser.open(world.path(route, ""), method=method).status_code
        for method, route in unsafe
    }
    assert answers == dict.fromkeys(unsafe, 400)


def test_atk_u08_session_alone_opens_nothing_under_the_interface(world: World) -> None:
    calls = [(method, route) for method, route in routes(world.app) if "/api/v1/" in route]
    browser = world.browser("administrator")
    answers = {
        (method, route): browser.open(world.path(route, ""), method=method, json={}).status_code
        for method, route in calls
        if not route.endswith("openapi.json")
    }
    assert set(answers.values()) == {401}


def test_atk_z12_looking_changes_nothing(world: World) -> None:
    looked_at = [row for row in rows() if row["method"] == "GET" and is_here(row, world.core)]
    for role in ROLES:
        world.browser(role)
    before = contents(world.core)
    for row in looked_at:
        for role in ROLES:
            world.answer(role, "GET", world.path(row["route"], row["object"]))
    assert contents(world.core) == before


def contents(core: Core) -> dict[str, list[str]]:
    """Return every row of every table, but for what may change by looking."""
    with core.engine.connect() as connection:
        return {
            table.name: sorted(
                str(tuple(row))
                for row in connection.execute(
                    select(*(c for c in table.c if (table.name, c.name) not in LEFT_BY_LOOKING))
                )
            )
            for table in metadata.sorted_tables
            if table.name not in COUNTED
        }
