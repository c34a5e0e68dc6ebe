# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work that waits for the worker: a row in the transaction that asks for it (promise P5)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tresen.db import Base

# The periodic run by which workers say that they are alive; no job is called so.
WORKER = "worker"


class QueuedJob(Base):
    """One call of a declared job; `state` is waiting, running, done or failed.

    `key`, where given, keeps a second one from being queued while the first waits.
    """

    __tablename__ = "queued_job"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    # Until when the worker that took it may be taken as alive.
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_queued_job_due", "state", "run_at", "id"),
        Index("ix_queued_job_name", "name", "state"),
    )


class PeriodicRun(Base):
    """When a periodic job is due next; one row for each."""

    __tablename__ = "periodic_run"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    next_at: Mapped[datetime]
    last_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
