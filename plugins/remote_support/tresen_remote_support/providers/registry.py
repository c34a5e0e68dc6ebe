# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which tools there are, what each of them can do, and what agents choose from."""

from dataclasses import dataclass

from tresen.sdk import lazy

from tresen_remote_support import scopes


@dataclass(frozen=True)
class Provider:
    """A tool; `scopes` are the kinds of access that it can give at all."""

    key: str
    title: str
    scopes: tuple[str, ...]


# Nothing to install: stills and the moving picture of what the customer shares.
BROWSER = Provider("browser", lazy("In the browser"), (scopes.VIEW, scopes.FILES, scopes.RECORD))
PROVIDERS = {each.key: each for each in (BROWSER,)}


def choices() -> list[tuple[str, str]]:
    """Return what an agent chooses from: keys with titles."""
    return [(each.key, each.title) for each in PROVIDERS.values()]
