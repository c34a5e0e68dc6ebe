# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which tools there are, which of them are offered, and what agents choose from.

Nothing but the browser and the phone is offered before an administrator says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tresen.sdk import Desk, Missing, Refused, _

from tresen_remote_support import scopes
from tresen_remote_support.providers import gate, guacamole, links, meshcentral, queries
from tresen_remote_support.providers.guacamole import Guacamole
from tresen_remote_support.providers.interface import Provider
from tresen_remote_support.providers.links import LinkProvider
from tresen_remote_support.providers.meshcentral import MeshCentral
from tresen_remote_support.providers.models import Tool
from tresen_remote_support.providers.plain import BROWSER, PHONE, Plain

__all__ = ["BROWSER", "PHONE", "PROVIDERS", "choices", "entries", "entry", "fitting", "provider"]

# A server of the operator's, of which the row says where it is.
SERVERS: Mapping[str, Callable[[Tool], Provider]] = {
    guacamole.KEY: Guacamole,
    meshcentral.KEY: MeshCentral,
}
PROVIDERS: Mapping[str, Provider] = {each.key: each for each in (BROWSER, PHONE, *links.BUILT_IN)}
BUILT_IN = (*PROVIDERS, *SERVERS)


@dataclass(frozen=True)
class Entry:
    """A tool with what the operator says of it."""

    provider: Provider
    tool: Tool

    @property
    def is_own(self) -> bool:
        """Whether it is a link of the operator's own."""
        return bool(self.tool.pattern)

    @property
    def is_server(self) -> bool:
        """Whether it needs a server of the operator's."""
        return self.tool.key in SERVERS


def entries(desk: Desk) -> list[Entry]:
    """Return every tool: the built-in ones, then the operator's own."""
    known = {row.key: row for row in queries.tools(desk)}
    own = [row for key, row in known.items() if key not in BUILT_IN]
    return [_entry(known.get(key) or _untouched(key)) for key in BUILT_IN] + [
        _entry(row) for row in own
    ]


def entry(desk: Desk, key: str) -> Entry:
    """Return one tool; raises Missing."""
    row = queries.tool(desk, key) or (_untouched(key) if key in BUILT_IN else None)
    if row is None:
        raise Missing(_("There is no such tool."))
    return _entry(row)


def provider(desk: Desk, key: str) -> Provider:
    """Return the tool of a session; one that is no longer known can do nothing."""
    if key in PROVIDERS:
        return PROVIDERS[key]
    try:
        return entry(desk, key).provider
    except Missing:
        return Plain(key, key)


def choices(desk: Desk) -> list[tuple[str, str]]:
    """Return what an agent chooses from: keys with titles."""
    return [(each.tool.key, each.provider.title) for each in entries(desk) if each.tool.is_offered]


def fitting(desk: Desk, key: str, scope: str) -> str:
    """Return the scope that a tool takes; raises Refused where it cannot, or is not offered.

    By phone nothing is seen, whatever is asked for.
    """
    found = entry(desk, key)
    if not found.tool.is_offered:
        raise Refused(
            _("The tool “%(tool)s” is not offered any more.") % {"tool": found.provider.title}
        )
    if key == PHONE.key:
        return scopes.TALK
    gate.demand_able(found.provider, scope)
    return scope


def _entry(row: Tool) -> Entry:
    if row.key in PROVIDERS:
        return Entry(PROVIDERS[row.key], row)
    if row.key in SERVERS:
        return Entry(SERVERS[row.key](row), row)
    kinds = scopes.kinds_in(row.kinds)
    return Entry(LinkProvider(row.key, row.title, row.pattern, kinds, row.instruction), row)


def _untouched(key: str) -> Tool:
    """Return what holds of a built-in tool as long as the operator says nothing."""
    plain = dict.fromkeys(("relay", "address", "secret_name", "recording_path", "title"), "")
    own = dict.fromkeys(("pattern", "kinds", "instruction"), "")
    return Tool(key=key, is_offered=key in (BROWSER.key, PHONE.key), **plain, **own)
