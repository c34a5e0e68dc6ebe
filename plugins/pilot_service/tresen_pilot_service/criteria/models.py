# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hypotheses that a pilot is to confirm or refute, and its entry and exit criteria."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tresen_pilot_service.models import Base


class Hypothesis(Base):
    """Something that is assumed, and what the pilot says of it so far."""

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_programme.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(20))
    evidence: Mapped[str] = mapped_column(Text, default="")
    # Out of sight since then, so that it can come back.
    dropped_at: Mapped[datetime | None]


class Criterion(Base):
    """Something that has to be met before the first customer is active, or before the pilot ends.

    `measure` says how it is known (tresen_pilot_service.criteria.measures): by what is counted,
    against `bound`, or by the word of a person, which `is_met` keeps; None where nobody said yet.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_programme.id", ondelete="CASCADE"), index=True
    )
    phase: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(300), default="")
    measure: Mapped[str] = mapped_column(String(30))
    bound: Mapped[float | None]
    is_met: Mapped[bool | None]
    evidence: Mapped[str] = mapped_column(Text, default="")
    # Out of sight since then, so that it can come back.
    dropped_at: Mapped[datetime | None]
