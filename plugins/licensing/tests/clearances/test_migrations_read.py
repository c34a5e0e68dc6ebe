# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which tables a migration changes is read from its text, which is never run."""

import pytest
from clearances.conftest import codes, subject
from hypothesis import given
from hypothesis import strategies as st
from tresen_licensing.clearances.checks.tables import tables

# A step, and the tables that it changes; an empty one where that is not written out.
STEPS = [
    ('op.create_table("quay")', ["quay"]),
    ('op.create_table("quay", sa.Column("id"), sa.ForeignKey("person.id"))', ["quay"]),
    ('op.create_table(table_name="quay")', ["quay"]),
    ('op.drop_table("quay")', ["quay"]),
    ('op.drop_table(op.f("quay"))', ["quay"]),
    ('op.rename_table("quay", "wharf")', ["quay"]),
    ('op.rename_table(old_table_name="quay", new_table_name="wharf")', ["quay"]),
    ('op.add_column("quay", sa.Column("depth"))', ["quay"]),
    ('op.drop_column("quay", "depth")', ["quay"]),
    ('op.alter_column("quay", "depth", nullable=False)', ["quay"]),
    ('op.create_table_comment("quay", "x")', ["quay"]),
    ('op.create_index("ix_quay_depth", "quay", ["depth"])', ["quay"]),
    ('op.create_index(op.f("ix_quay_depth"), "quay", ["depth"])', ["quay"]),
    ('op.create_index("ix", table_name="quay", columns=["depth"])', ["quay"]),
    ('op.drop_index("ix_quay_depth", "quay")', ["quay"]),
    ('op.drop_index("ix_quay_depth", table_name="quay")', ["quay"]),
    ('op.drop_index("ix_quay_depth")', [""]),
    ('op.create_unique_constraint("uq", "quay", ["depth"])', ["quay"]),
    ('op.create_check_constraint("ck", "quay", "depth > 0")', ["quay"]),
    ('op.create_primary_key("pk", "quay", ["id"])', ["quay"]),
    ('op.create_foreign_key("fk", "quay", "person", ["a"], ["id"])', ["quay"]),
    ('op.create_foreign_key("fk", source_table="quay", referent_table="person")', ["quay"]),
    ('op.drop_constraint("fk", "quay")', ["quay"]),
    ('with op.batch_alter_table("quay") as table:\n    table.drop_column("depth")', ["quay"]),
    ('with op.batch_alter_table("quay") as t:\n    t.create_index("ix", ["a"])', ["quay"]),
    ('for name in ("a", "b"):\n    op.add_column("quay", name)', ["quay"]),
    ('for name in ("a", "b"):\n    op.drop_table(name)', [""]),
    ('op.drop_table(f"quay_{name}")', [""]),
    ('op.drop_table("quay" + "_a")', [""]),
    ("op.drop_table()", [""]),
    ('op.execute("UPDATE quay SET depth = 1")', ["quay"]),
    ('op.execute("update quay set depth = 1")', ["quay"]),
    ('op.execute(sa.text("UPDATE quay SET depth = 1"))', ["quay"]),
    ('op.execute("INSERT INTO quay VALUES (1)")', ["quay"]),
    ('op.execute("DELETE FROM quay WHERE depth = 1")', ["quay"]),
    ('op.execute("DROP TABLE IF EXISTS quay")', ["quay"]),
    ('op.execute("ALTER TABLE quay ADD depth INTEGER")', ["quay"]),
    ('op.execute("TRUNCATE TABLE quay")', ["quay"]),
    ('op.execute("CREATE TABLE IF NOT EXISTS quay (id INTEGER)")', ["quay"]),
    ('op.execute("CREATE UNIQUE INDEX ix ON quay (depth)")', ["quay"]),
    ('op.execute("UPDATE quay SET a = 1; DELETE FROM wharf")', ["quay", "wharf"]),
    ("op.execute('ALTER TABLE \"quay\" ADD depth INTEGER')", ["quay"]),
    ('connection.execute("UPDATE quay SET depth = 1")', ["quay"]),
    ('op.execute("VACUUM")', [""]),
    ("op.execute(quay.update())", [""]),
    ("op.execute()", [""]),
    ('other.create_table("person")', []),
    ('create_table("person")', []),
    ("op.get_bind()", []),
    ("x = 1", []),
    ("", []),
]
PATHS = [
    ("plugins/quay/tresen_quay/migrations/0001_a.py", "quay"),
    ("tresen_quay/migrations/0001_a.py", "quay"),
    ("tresen_quay/migrations/versions/0001_a.py", None),
    ("tresen_quay/berths/migrations/0001_a.py", "quay"),
    ("tresen_pilot_service/migrations/0001_a.py", "pilot_service"),
    ("core/tresen/migrations/0001_a.py", None),
    ("tresen_quay/migrations/env.txt", None),
    ("tresen_quay/models.py", None),
    ("django/quay/migrations/0001_a.py", None),
]


@pytest.mark.parametrize(("step", "expected"), STEPS)
def test_tables_of_a_step_are_read(step: str, expected: list[str]) -> None:
    assert [table for _line, table in tables(step)] == expected


@pytest.mark.parametrize("blank", range(3))
def test_step_is_found_with_its_line(blank: int) -> None:
    text = "\n" * blank + 'op.drop_table("quay")'
    assert list(tables(text)) == [(blank + 1, "quay")]


@pytest.mark.parametrize(("path", "plugin"), PATHS)
def test_plugin_is_known_by_the_path_of_its_migration(path: str, plugin: str | None) -> None:
    step = 'op.drop_table("person")'
    own = f'op.drop_table("{plugin}_a")'
    found = codes("C13", subject({path: step})), codes("C13", subject({path: own}))
    assert found == ((["foreign"], []) if plugin else ([], []))


@pytest.mark.parametrize(
    ("table", "is_own"),
    [("quay_berth", True), ("quay_", True), ("quay", False), ("quays_berth", False)],
)
def test_own_tables_bear_the_plugins_name(table: str, is_own: bool) -> None:
    about = subject({"tresen_quay/migrations/1.py": f'op.drop_table("{table}")'})
    assert codes("C13", about) == ([] if is_own else ["foreign"])


@pytest.mark.parametrize("text", ["(" * 5000, "x = ", "def f(:", "\0", "'", "\ud800"])
def test_what_is_no_python_is_looked_at(text: str) -> None:
    assert list(tables(text)) == [(None, "")]


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(isinstance(table, str) for _line, table in tables(text))
