# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds connections to forges."""

from collections.abc import Sequence

from sqlalchemy import select
from tresen.sdk import Desk, Missing, _

from tresen_licensing.connections.models import Connection


def connections(desk: Desk) -> Sequence[Connection]:
    """Return all connections by name."""
    return desk.session.scalars(select(Connection).order_by(Connection.name)).all()


def connection(desk: Desk, connection_id: int) -> Connection:
    """Return a connection; raises Missing."""
    found = desk.session.get(Connection, connection_id)
    if found is None:
        raise Missing(_("There is no such connection."))
    return found


def named(desk: Desk, name: str) -> Connection | None:
    """Return the connection of a name, or None."""
    return desk.session.scalar(select(Connection).where(Connection.name == name))
