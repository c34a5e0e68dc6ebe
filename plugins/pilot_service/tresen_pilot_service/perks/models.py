# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every participant of a programme gets while the pilot runs; all of it is optional."""

from datetime import time

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tresen_pilot_service.models import Base


class Perks(Base):
    """The perks of one programme.

    Days and hours of support are given together or not at all; without them support has no end,
    and minutes count round the clock. `remote_minutes` is for each participant.
    """

    programme_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_programme.id", ondelete="CASCADE"), primary_key=True
    )
    # Minutes within the hours of support, to the first reply and to the solution.
    answer_minutes: Mapped[int | None]
    solve_minutes: Mapped[int | None]
    # ISO weekdays, as in "12345".
    support_days: Mapped[str] = mapped_column(String(7), default="")
    # Of the operator's clock.
    support_from: Mapped[time | None]
    support_to: Mapped[time | None]
    remote_minutes: Mapped[int | None]
    direct_line: Mapped[str] = mapped_column(String(60), default="")
