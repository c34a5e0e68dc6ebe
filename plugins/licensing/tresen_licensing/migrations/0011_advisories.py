# SPDX-License-Identifier: AGPL-3.0-or-later
"""Advisories, the packages that they name, and what was found of them in releases."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables."""
    _make_advisories()
    _make_findings()
    _make_tickets()


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("licensing_unread_advisory")
    op.drop_table("licensing_advisory_ticket")
    op.drop_table("licensing_advisory_finding")
    op.drop_table("licensing_named_package")
    op.drop_table("licensing_advisory")


def _make_advisories() -> None:
    op.create_table(
        "licensing_advisory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("osv_id", sa.String(length=200), nullable=False),
        sa.Column("modified_at", UTCDateTime(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("vector", sa.String(length=300), nullable=False),
        sa.Column("rating", sa.String(length=20), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("taken_in_at", UTCDateTime(), nullable=False),
        sa.Column("taken_in_by_id", sa.Integer(), nullable=True),
        _leads_to("licensing_advisory", "taken_in_by_id", "person.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_advisory")),
        sa.UniqueConstraint("osv_id", name=op.f("uq_licensing_advisory_osv_id")),
    )
    _index("licensing_advisory", "taken_in_by_id")
    op.create_table(
        "licensing_named_package",
        sa.Column("advisory_id", sa.Integer(), nullable=False),
        sa.Column("package", sa.String(length=500), nullable=False),
        _leads_to("licensing_named_package", "advisory_id", "licensing_advisory.id"),
        sa.PrimaryKeyConstraint("advisory_id", "package", name=op.f("pk_licensing_named_package")),
    )
    _index("licensing_named_package", "package")


def _make_findings() -> None:
    op.create_table(
        "licensing_advisory_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("advisory_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("package", sa.String(length=500), nullable=False),
        sa.Column("component_version", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("purl", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("justification", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("assessed_at", UTCDateTime(), nullable=True),
        sa.Column("assessed_by_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        _leads_to("licensing_advisory_finding", "advisory_id", "licensing_advisory.id"),
        _leads_to("licensing_advisory_finding", "version_id", "product_version.id"),
        _leads_to("licensing_advisory_finding", "assessed_by_id", "person.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_advisory_finding")),
        sa.UniqueConstraint(
            *("advisory_id", "version_id", "package", "component_version"),
            name="uq_licensing_advisory_finding_component",
        ),
    )
    _index("licensing_advisory_finding", "version_id")
    _index("licensing_advisory_finding", "assessed_by_id")
    op.create_index(
        "ix_licensing_advisory_finding_open", "licensing_advisory_finding", ["ended_at", "status"]
    )


def _make_tickets() -> None:
    op.create_table(
        "licensing_advisory_ticket",
        sa.Column("advisory_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        _leads_to("licensing_advisory_ticket", "advisory_id", "licensing_advisory.id"),
        _leads_to("licensing_advisory_ticket", "product_id", "product.id"),
        _leads_to("licensing_advisory_ticket", "ticket_id", "ticket.id"),
        sa.PrimaryKeyConstraint(
            "advisory_id", "product_id", name=op.f("pk_licensing_advisory_ticket")
        ),
    )
    _index("licensing_advisory_ticket", "product_id")
    _index("licensing_advisory_ticket", "ticket_id")
    op.create_table(
        "licensing_unread_advisory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_unread_advisory")),
    )


def _leads_to(
    table: str, column: str, target: str, gone: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=gone)


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
