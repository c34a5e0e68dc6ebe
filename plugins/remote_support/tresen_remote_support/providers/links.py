# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tools that a link opens: the well-known ones, and the operator's own."""

from tresen.sdk import _, lazy

from tresen_remote_support import scopes
from tresen_remote_support.providers import addresses
from tresen_remote_support.providers.interface import Links, Provider
from tresen_remote_support.providers.records import Asked

SEES = (scopes.VIEW, scopes.CONTROL)
ALL_OF_IT = (*SEES, scopes.FILES, scopes.CLIPBOARD, scopes.UNATTENDED)

ACCEPT = lazy(
    "Start the program, tell our agent the number that it shows, and accept the question."
)
QUICK_ASSIST = lazy("Open Quick Assist, type the code that our agent tells you, and allow it.")
NOTHING = lazy("You need not do anything. Our agent connects to the agreed device.")


class LinkProvider(Provider):
    """A tool that a link opens on the agent's computer."""

    def __init__(
        self, key: str, title: str, pattern: str, kinds: tuple[str, ...], told: str = ""
    ) -> None:
        self.key, self.title, self.scopes = key, title, kinds
        self.pattern, self._told = pattern, told
        self.needs_target = addresses.needs_device(pattern)

    def open(self, asked: Asked) -> Links:
        """Return the agent's link; it holds as long as the session."""
        values = {
            addresses.DEVICE: asked.device_id,
            "reference": asked.reference,
            "ticket": str(asked.ticket),
        }
        link = addresses.filled(self.pattern, values)
        return Links(agent=link, instruction=self.instruction(), external_id=asked.device_id)

    def instruction(self) -> str:
        """Return what the customer does."""
        return str(self._told) or _("Our agent tells you what to do.")


BUILT_IN = (
    LinkProvider("anydesk", "AnyDesk", "anydesk:{device_id}", ALL_OF_IT, ACCEPT),
    LinkProvider(
        "teamviewer", "TeamViewer", "teamviewer10://control?device={device_id}", ALL_OF_IT, ACCEPT
    ),
    LinkProvider(
        "rustdesk", "RustDesk", "rustdesk://connection/new/{device_id}", ALL_OF_IT, ACCEPT
    ),
    LinkProvider("quickassist", "Quick Assist", "ms-quick-assist:", SEES, QUICK_ASSIST),
    LinkProvider(
        "vnc",
        "VNC",
        "vnc://{device_id}",
        (*SEES, scopes.CLIPBOARD, scopes.UNATTENDED),
        NOTHING,
    ),
    LinkProvider("rdp", "RDP", "rdp://full%20address=s:{device_id}", ALL_OF_IT, NOTHING),
    LinkProvider(
        "ssh",
        "SSH",
        "ssh://{device_id}",
        (scopes.TERMINAL, scopes.FILES, scopes.UNATTENDED),
        NOTHING,
    ),
)
