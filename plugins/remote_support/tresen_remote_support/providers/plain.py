# SPDX-License-Identifier: AGPL-3.0-or-later
"""What needs nothing outside: the browser, in which other slices show the screen, and the phone.

The phone is what every session can go on with when a tool fails (BSI OPS.1.2.5.A21). It takes the
same consent and the same states as any tool; all that is agreed to is to be guided.
"""

from tresen.sdk import _, lazy

from tresen_remote_support import scopes
from tresen_remote_support.providers.interface import Links, Provider
from tresen_remote_support.providers.records import Asked


class Plain(Provider):
    """A tool with nothing to open outside Tresen."""

    def __init__(self, key: str, title: str, kinds: tuple[str, ...] = ()) -> None:
        self.key, self.title, self.scopes = key, title, kinds
        self.runs_in_browser = scopes.VIEW in kinds

    def open(self, asked: Asked) -> Links:  # noqa: ARG002 - of the interface
        """Return that there is nothing to open."""
        return Links(instruction=self.instruction())

    def instruction(self) -> str:
        """Return what the customer does."""
        if self.runs_in_browser:
            return _("Choose on this page what you show.")
        return _("Our agent guides you by phone. Nothing of your screen is seen.")


# Nothing to install: stills and the moving picture of what the customer shares.
BROWSER = Plain("browser", lazy("In the browser"), (scopes.VIEW, scopes.FILES, scopes.RECORD))
PHONE = Plain("phone", lazy("By phone"), (scopes.TALK,))
