# SPDX-License-Identifier: AGPL-3.0-or-later
"""Offerings, releases and setups on the core's products, vendors with contracts, and licences."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0004"
down_revision = "0003"

VENDOR, CONTRACT, COVERED = (
    "licensing_vendor",
    "licensing_vendor_contract",
    "licensing_covered",
)
OFFERING, RELEASE, SETUP = "licensing_offering", "licensing_release", "licensing_setup"
NOTICE, LICENCE, ENTITLED = "licensing_end_notice", "licensing_licence", "licensing_entitled"
TABLES = (VENDOR, CONTRACT, COVERED, OFFERING, RELEASE, SETUP, NOTICE, LICENCE, ENTITLED)


def upgrade() -> None:
    """Make the tables, empty."""
    _make_vendors()
    _make_offering()
    _make_release()
    _make_setup()
    _make_notice()
    _make_licences()


def downgrade() -> None:
    """Take the tables away."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _to(table: str, column: str, target: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{table}"))


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _make_vendors() -> None:
    op.create_table(
        VENDOR,
        _id(),
        _text("name", 200),
        _text("website", 300),
        _text("support_contact", 300),
        sa.Column("note", sa.Text(), nullable=False),
        _key(VENDOR),
        sa.UniqueConstraint("name", name=op.f(f"uq_{VENDOR}_name")),
    )
    op.create_table(
        CONTRACT,
        _id(),
        sa.Column("vendor_id", sa.Integer(), nullable=False),
        _text("number", 80),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("notice_months", sa.Integer(), nullable=False),
        sa.Column("renew_months", sa.Integer(), nullable=False),
        _text("support_contact", 300),
        sa.Column("note", sa.Text(), nullable=False),
        _to(CONTRACT, "vendor_id", VENDOR),
        _key(CONTRACT),
    )
    _index(CONTRACT, "vendor_id")
    op.create_table(
        COVERED,
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        _to(COVERED, "contract_id", CONTRACT),
        _to(COVERED, "product_id", "product"),
        _key(COVERED, "contract_id", "product_id"),
    )
    _index(COVERED, "product_id")


def _make_offering() -> None:
    op.create_table(
        OFFERING,
        _id(),
        sa.Column("product_id", sa.Integer(), nullable=False),
        _text("lifecycle", 20),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("vendor_id", sa.Integer(), nullable=True),
        _text("upstream", 300),
        sa.Column("support_from", sa.Date(), nullable=True),
        sa.Column("support_until", sa.Date(), nullable=True),
        _to(OFFERING, "product_id", "product"),
        _to(OFFERING, "owner_id", "person", "SET NULL"),
        _to(OFFERING, "vendor_id", VENDOR, "SET NULL"),
        _key(OFFERING),
        sa.UniqueConstraint("product_id", name=op.f(f"uq_{OFFERING}_product_id")),
    )
    _index(OFFERING, "owner_id", "vendor_id", "support_until")


def _make_release() -> None:
    op.create_table(
        RELEASE,
        _id(),
        sa.Column("version_id", sa.Integer(), nullable=False),
        _text("channel", 20),
        sa.Column("notes_de", sa.Text(), nullable=False),
        sa.Column("notes_en", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        _text("source_sha512", 128),
        sa.Column("sbom_id", sa.Integer(), nullable=True),
        _to(RELEASE, "version_id", "product_version"),
        _to(RELEASE, "source_id", "stored_file", "SET NULL"),
        _to(RELEASE, "sbom_id", "stored_file", "SET NULL"),
        _key(RELEASE),
        sa.UniqueConstraint("version_id", name=op.f(f"uq_{RELEASE}_version_id")),
    )
    _index(RELEASE, "source_id", "sbom_id")


def _make_setup() -> None:
    op.create_table(
        SETUP,
        _id(),
        sa.Column("installation_id", sa.Integer(), nullable=False),
        _text("criticality", 20),
        sa.Column("modules", sa.Text(), nullable=False),
        sa.Column("customer_changes", sa.Text(), nullable=False),
        _to(SETUP, "installation_id", "installation"),
        _key(SETUP),
        sa.UniqueConstraint("installation_id", name=op.f(f"uq_{SETUP}_installation_id")),
    )


def _make_notice() -> None:
    columns = ("product_id", "version_id", "until", "months")
    op.create_table(
        NOTICE,
        _id(),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=False),
        _to(NOTICE, "product_id", "product"),
        _to(NOTICE, "version_id", "product_version"),
        _key(NOTICE),
        sa.UniqueConstraint(*columns, name=op.f(f"uq_{NOTICE}_{'_'.join(columns)}")),
    )
    _index(NOTICE, "product_id", "version_id", "until")


def _make_licences() -> None:
    op.create_table(
        LICENCE,
        _id(),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        _text("edition", 80),
        _text("metric", 20),
        sa.Column("count", sa.Integer(), nullable=True),
        _text("key", 2000),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("maintenance_until", sa.Date(), nullable=True),
        sa.Column("reminder_days", sa.Integer(), nullable=False),
        sa.Column("reminded_of", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _to(LICENCE, "organisation_id", "organisation"),
        _to(LICENCE, "product_id", "product"),
        _key(LICENCE),
    )
    both = ["organisation_id", "product_id"]
    op.create_index(op.f(f"ix_{LICENCE}_organisation_id"), LICENCE, both)
    _index(LICENCE, "product_id", "ends_on", "maintenance_until")
    op.create_table(
        ENTITLED,
        sa.Column("licence_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        _to(ENTITLED, "licence_id", LICENCE),
        _to(ENTITLED, "person_id", "person"),
        _key(ENTITLED, "licence_id", "person_id"),
    )
    _index(ENTITLED, "person_id")
