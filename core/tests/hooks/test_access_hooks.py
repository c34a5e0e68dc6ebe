# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hooks of signing in, told by the slice of access."""

from dataclasses import dataclass, field

from tresen.access import links
from tresen.desk import Core, Desk
from tresen.hooks import hookimpl
from tresen.people.models import EmailAddress, Person


@dataclass
class Listener:
    """A plugin that keeps what it was told."""

    told: list[tuple[str, str]] = field(default_factory=list)

    @hookimpl
    def link_issued(self, address: EmailAddress, purpose: str, token: str) -> None:
        assert len(token) == 43
        self.told.append((address.address, purpose))


def test_hook_link_issued(core: Core, desk: Desk, customer: Person) -> None:
    listener = Listener()
    core.plugins.pm.register(listener, name="listener")
    links.send_link(desk, "karla@kunde.example", links.PROOF)
    links.send_link(desk, "nobody@kunde.example", links.PROOF)
    assert listener.told == [("karla@kunde.example", "proof")]
