# SPDX-License-Identifier: AGPL-3.0-or-later
"""A text to insert: whose it is, in which language, and what stands in it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tresen.db import Base
from tresen.i18n import lazy

TEMPLATE, FRAGMENT = "template", "fragment"
KINDS = {
    TEMPLATE: lazy("Template: a whole message"),
    FRAGMENT: lazy("Fragment: put in at the cursor"),
}


class Snippet(Base):
    """A text in Markdown with placeholders, to be inserted into a reply or a note.

    It belongs to the agent `person_id` alone, else to the team `team_id`, else to every agent.
    `kind` is one of KINDS; `language` is one of `i18n.LANGUAGES`, or None for any.
    """

    __tablename__ = "snippet"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(12), default=FRAGMENT)
    language: Mapped[str | None] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    team_id: Mapped[int | None] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE"), index=True
    )
    changed_at: Mapped[datetime]
