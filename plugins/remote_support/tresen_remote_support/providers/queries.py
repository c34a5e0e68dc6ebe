# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what the operator says of tools."""

from collections.abc import Sequence

from sqlalchemy import select
from tresen.sdk import Desk

from tresen_remote_support.providers.models import Tool


def tools(desk: Desk) -> Sequence[Tool]:
    """Return every tool that the operator said something of, in the order in which they came."""
    return desk.session.scalars(select(Tool).order_by(Tool.id)).all()


def tool(desk: Desk, key: str) -> Tool | None:
    """Return what the operator says of one tool, None where that is nothing."""
    return desk.session.scalar(select(Tool).where(Tool.key == key))
