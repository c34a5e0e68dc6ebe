# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing`: what its commands share, whichever slice they are of.

They exit with 0 where all is well, 1 where something is found, 2 for a call that cannot be, and 3
where only the network kept it from being done or found out.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from tresen.sdk import (
    Actor,
    Core,
    Desk,
    Missing,
    Refused,
    _,
    desk_for,
    person_by_address,
    speaking_to,
)

# Makes the core when a command first needs it, so that a failure is the command's to answer.
MakeCore = Callable[[], Core]
CLEAN, FOUND, WRONG, NETWORK = 0, 1, 2, 3
DAY = click.DateTime(formats=["%Y-%m-%d"])

as_json = click.option("--json", "is_json", is_flag=True, help="Answer as JSON.")
_WHO = "Mail address of the agent who does it."
by_somebody = click.option("--as", "address", default="", help=_WHO)
by_agent = click.option("--as", "address", required=True, help=_WHO)


@click.group()
def contrib() -> None:
    """Developments at customers, and what is owed to the public."""


@contextmanager
def reading(make_core: MakeCore) -> Iterator[Desk]:
    """Open a desk for one command; what is refused is said and ends it with WRONG or NETWORK."""
    with _refusing(), desk_for(make_core()) as desk, speaking_to(desk, None):
        yield desk


@contextmanager
def writing(make_core: MakeCore, address: str = "") -> Iterator[Desk]:
    """Open a desk that writes, for whom the address names; without one, for Tresen itself."""
    with _refusing(), desk_for(make_core(), write=True) as desk, speaking_to(desk, None):
        if address:
            desk.actor = agent_of(desk, address)
        yield desk


def agent_of(desk: Desk, address: str) -> Actor:
    """Return the agent of an address as who acts; raises Refused for anybody else."""
    person = person_by_address(desk, address)
    if person is None or person.role == "customer" or not person.is_active:
        raise Refused(_("%(name)s is no agent's address.") % {"name": address})
    return Actor(person.name, "agent", person.id)


def tell(facts: Any, lines: Sequence[str], *, is_json: bool, status: int = CLEAN) -> None:
    """Print what was found, as JSON or in lines, and exit."""
    if is_json:
        click.echo(json.dumps(facts, indent=2, ensure_ascii=False))
    elif lines:
        click.echo("\n".join(lines))
    sys.exit(status)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (Missing, Refused) as error:
        click.echo(error.sentence, err=True)
        sys.exit(NETWORK if getattr(error, "may_pass", False) else WRONG)
