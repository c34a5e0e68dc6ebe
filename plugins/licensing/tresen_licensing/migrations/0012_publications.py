# SPDX-License-Identifier: AGPL-3.0-or-later
"""A development is published again with a new version; each anchor stands for one publication."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_PUBLICATION, _ANCHOR = "licensing_publication", "licensing_anchor"
_FOREIGN = "fk_licensing_anchor_publication_id"
_ONE, _EACH = "uq_licensing_publication_development_id", "uq_licensing_publication_version"
_PLACE = "uq_licensing_anchor_place"


def upgrade() -> None:
    """Let a development have several publications, and bind what anchors show to one of them."""
    with op.batch_alter_table(_PUBLICATION) as table:
        table.drop_constraint(op.f(_ONE), type_="unique")
        table.create_unique_constraint(_EACH, ["development_id", "change_set_id"])
    with op.batch_alter_table(_ANCHOR) as table:
        table.add_column(sa.Column("publication_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f(_FOREIGN), _PUBLICATION, ["publication_id"], ["id"], ondelete="CASCADE"
        )
        table.create_index(op.f("ix_licensing_anchor_publication_id"), ["publication_id"])
        table.drop_constraint(_PLACE, type_="unique")
        table.create_unique_constraint(_PLACE, ["development_id", "place", "publication_id"])
    op.execute(
        "UPDATE licensing_anchor SET publication_id = (SELECT licensing_publication.id FROM "
        "licensing_publication WHERE licensing_publication.development_id = "
        "licensing_anchor.development_id)"
    )


def downgrade() -> None:
    """Keep the first publication of each development, with its anchors."""
    first = "(SELECT MIN(id) FROM licensing_publication GROUP BY development_id)"
    op.execute(f"DELETE FROM licensing_anchor WHERE publication_id NOT IN {first}")  # noqa: S608 - ours
    op.execute(
        "DELETE FROM licensing_anchor WHERE publication_id IS NULL AND development_id IN "
        "(SELECT development_id FROM licensing_publication)"
    )
    op.execute(f"DELETE FROM licensing_publication WHERE id NOT IN {first}")  # noqa: S608 - ours
    with op.batch_alter_table(_ANCHOR) as table:
        table.drop_constraint(_PLACE, type_="unique")
        table.create_unique_constraint(_PLACE, ["development_id", "place"])
        table.drop_constraint(op.f(_FOREIGN), type_="foreignkey")
        table.drop_index(op.f("ix_licensing_anchor_publication_id"))
        table.drop_column("publication_id")
    with op.batch_alter_table(_PUBLICATION) as table:
        table.drop_constraint(_EACH, type_="unique")
        table.create_unique_constraint(op.f(_ONE), ["development_id"])
