# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator says of a tool: whether it is offered, where its lines run, and own links."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from tresen_remote_support.models import Base


class Tool(Base):
    """A tool as the operator wants it; one that is built in has a row once it was changed.

    No secret stands here: `secret_name` names the environment variable that holds it.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    # What sessions and profiles call it.
    key: Mapped[str] = mapped_column(String(30), unique=True)
    is_offered: Mapped[bool]
    # Where the lines run, as customers read it before they agree.
    relay: Mapped[str] = mapped_column(String(300), default="")
    # Of a server of the operator's: its address, its secret's name, where it puts recordings.
    address: Mapped[str] = mapped_column(String(300), default="")
    secret_name: Mapped[str] = mapped_column(String(100), default="")
    recording_path: Mapped[str] = mapped_column(String(200), default="")
    # Of a link of the operator's own; empty for what is built in.
    title: Mapped[str] = mapped_column(String(60), default="")
    pattern: Mapped[str] = mapped_column(String(300), default="")
    kinds: Mapped[str] = mapped_column(String(100), default="")
    instruction: Mapped[str] = mapped_column(String(500), default="")
