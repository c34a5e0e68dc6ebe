# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sets up tools, opens them for sessions, and goes on by phone where one fails."""

import secrets
from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk, Refused, _, change, record

from tresen_remote_support import scopes, service, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles import queries as profiles
from tresen_remote_support.providers import addresses, passwords, registry, vault
from tresen_remote_support.providers.interface import Links
from tresen_remote_support.providers.models import Tool
from tresen_remote_support.providers.registry import Entry

TOOL = "remote_support.tool"
LONGEST_NUMBER = 200


def keep_tool(desk: Desk, entry: Entry, values: Mapping[str, Any]) -> None:
    """Set what is said of a tool from the fields of its form; raises Refused."""
    wanted = {name: _plain(value) for name, value in values.items()}
    if entry.is_own:
        _check_link(wanted)
    elif entry.is_server and wanted["is_offered"]:
        _check_server(wanted)
    elif entry.tool.key == registry.PHONE.key and not wanted["is_offered"]:
        raise Refused(_("The phone stays: it is what goes on when everything else fails."))
    row = entry.tool
    if row not in desk.session:
        desk.session.add(row)
        desk.session.flush()
    change(desk, TOOL, row, wanted)


def add_tool(desk: Desk, values: Mapping[str, Any]) -> Tool:
    """Add a link of the operator's own; raises Refused."""
    wanted = {name: _plain(value) for name, value in values.items()}
    _check_link(wanted)
    row = Tool(key=f"own-{secrets.token_hex(6)}", **wanted)
    desk.session.add(row)
    desk.session.flush()
    record(desk, TOOL, row.id, "added", {"pattern": (None, row.pattern)})
    return row


def open_tool(desk: Desk, row: RemoteSession) -> Links:
    """Open the session's tool, and note what it calls the session; raises Refused."""
    service.lock(desk, row)
    found = registry.entry(desk, row.provider)
    if not found.tool.is_offered:
        raise Refused(
            _("The tool “%(tool)s” is not offered any more.") % {"tool": found.provider.title}
        )
    links = found.provider.create(desk, row, profiles.of_session(desk, row))
    service.see(desk, row)
    record(desk, service.SESSION, row.id, "opened", {"provider": (None, row.provider)})
    if links.external_id:
        change(desk, service.SESSION, row, {"external_id": links.external_id})
    return links


def note_number(desk: Desk, row: RemoteSession, typed: str) -> None:
    """Note the number under which the tool knows device or session; raises Refused."""
    number = "".join(typed.split())
    if len(number) > LONGEST_NUMBER:
        # Cut off it might name another device.
        raise Refused(_("This number is too long: it has 200 signs at most."))
    if passwords.is_betrayed(number):
        raise Refused(_("No password is kept here: write the number alone."))
    if number and not registry.provider(desk, row.provider).names_sessions:
        number = addresses.device(number)
    change(desk, service.SESSION, row, {"external_id": number})


def go_on_by_phone(desk: Desk, row: RemoteSession) -> None:
    """Leave a tool that does not work (OPS.1.2.5.A21): the consent stays, less is done with it."""
    service.lock(desk, row)
    if row.state not in states.AGREED:
        raise Refused(_("There is nothing to go on with: the session does not run."))
    if row.provider == registry.PHONE.key:
        return
    service.shut_tool(desk, row)
    row.recorded_since = None
    change(desk, service.SESSION, row, {"provider": registry.PHONE.key, "wanted_scope": ""})


def _check_link(wanted: Mapping[str, Any]) -> None:
    addresses.check_pattern(wanted["pattern"])
    if not wanted["kinds"]:
        raise Refused(_("Say what the tool can do: at least see the screen."))


def _check_server(wanted: Mapping[str, Any]) -> None:
    addresses.server(wanted["address"])
    if not wanted["secret_name"].startswith(vault.PREFIX):
        raise Refused(
            _("Name the environment variable that holds the secret; it begins with %(prefix)s.")
            % {"prefix": vault.PREFIX}
        )


def _plain(value: Any) -> Any:
    """Return what a field holds as it is kept."""
    if isinstance(value, list):
        return scopes.line(value)
    return value.strip() if isinstance(value, str) else value
