# SPDX-License-Identifier: AGPL-3.0-or-later
"""A forge that Tresen speaks to."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from tresen_licensing.models import Base


class Connection(Base):
    """A forge with the account that proposes there.

    No secret stands here: `secret_name` names the environment variable that holds the token.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    # A way with a server (forges.routes).
    kind: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(300))
    account: Mapped[str] = mapped_column(String(100))
    secret_name: Mapped[str] = mapped_column(String(100))
