# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is remembered of plugins beyond one process: where they failed, and who rests until when."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from tresen.db import Base


class PluginFault(Base):
    """How often a plugin failed in one place since `since`; the sentence is the last one's.

    `place` is a hook, a function of a record, a template, a page's endpoint, a job or a service.
    """

    __tablename__ = "plugin_fault"

    plugin: Mapped[str] = mapped_column(String(80), primary_key=True)
    place: Mapped[str] = mapped_column(String(120), primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime]
    last_at: Mapped[datetime]
    sentence: Mapped[str] = mapped_column(String(300))


class PluginRest(Base):
    """A plugin that is muted in every process until a moment, or until it has another version.

    `errors` is how often it failed within ten minutes; 0 for one that hung.
    """

    __tablename__ = "plugin_rest"

    plugin: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[str] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(120))
    errors: Mapped[int]
    since: Mapped[datetime]
    until: Mapped[datetime]
