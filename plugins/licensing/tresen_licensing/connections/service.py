# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of connections: kept, removed, and opened to be used."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk, Refused, _, change, record

from tresen_licensing.connections import queries, vault
from tresen_licensing.connections.models import Connection
from tresen_licensing.forges import routes
from tresen_licensing.forges.records import Access
from tresen_licensing.networks.addresses import checked_server
from tresen_licensing.networks.settings import let_in

CONNECTION = "licensing.connection"


def keep(desk: Desk, row: Connection, values: Mapping[str, Any]) -> Connection:
    """Set what is said of a connection; raises Refused for an address or a name that cannot be."""
    wanted = {name: str(value or "").strip() for name, value in values.items()}
    wanted["address"] = checked_server(wanted["address"], let_in(desk))
    if wanted["kind"] not in routes.WITH_SERVER:
        raise Refused(_("This way needs no server."))
    if not wanted["secret_name"].startswith(vault.PREFIX):
        raise Refused(
            _("Name the environment variable that holds the token; it begins with %(prefix)s.")
            % {"prefix": vault.PREFIX}
        )
    other = queries.named(desk, wanted["name"])
    if other is not None and other.id != row.id:
        raise Refused(_("There is a connection of this name already."))
    if row not in desk.session:
        for name, value in wanted.items():
            setattr(row, name, value)
        desk.session.add(row)
        desk.session.flush()
        record(desk, CONNECTION, row.id, "added", {"address": (None, row.address)})
    else:
        change(desk, CONNECTION, row, wanted)
    return row


def remove(desk: Desk, row: Connection) -> None:
    """Remove a connection; what was proposed over it stays, and is followed by hand."""
    record(desk, CONNECTION, row.id, "removed", {"address": (row.address, None)})
    desk.session.delete(row)
    desk.session.flush()


def access(desk: Desk, row: Connection) -> Access:
    """Return a connection with its token, to be used at once; raises Refused without one."""
    return Access(
        title=row.name,
        address=row.address,
        account=row.account,
        token=vault.token(row.secret_name),
        let_in=let_in(desk),
    )


def stranger(desk: Desk) -> Access:
    """Return the access of somebody without an account, to read what is public."""
    return Access(_("Upstream's repository"), let_in=let_in(desk))
