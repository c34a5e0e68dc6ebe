# SPDX-License-Identifier: AGPL-3.0-or-later
"""Until when a pilot's ticket was promised to be answered and solved.

The promise is kept in a row of its own, so that it stays when perks are changed or end; whether
it was met follows from the ticket.
"""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Ticket

from tresen_pilot_service.models import Base


class Target(Base):
    """What was promised for a ticket when it was opened, by the perks of that moment."""

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE"), index=True
    )
    answer_by: Mapped[datetime | None] = mapped_column(index=True)
    solve_by: Mapped[datetime | None] = mapped_column(index=True)

    # Tells the session to write the ticket first where both are new.
    ticket: Mapped[Ticket] = relationship(Ticket, lazy="raise_on_sql")
