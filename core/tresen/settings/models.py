# SPDX-License-Identifier: AGPL-3.0-or-later
"""Settings that administrators change while Tresen runs; JSON, never code."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from tresen.db import Base


class Setting(Base):
    """The values of one settings form, by the form's name; absent fields have defaults."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changed_at: Mapped[datetime]
