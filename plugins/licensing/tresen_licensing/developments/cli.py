# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing contrib`: developments from the command line, for people and programs.

Exits with 0 where all is well, 1 where something is found, and 2 for a call that cannot be.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from tresen.sdk import (
    Actor,
    Core,
    Desk,
    Missing,
    Organisation,
    Refused,
    _,
    desk_for,
    person_by_address,
    ticket_by_number,
)

from tresen_licensing.changes import service as changing
from tresen_licensing.developments import clocks, queries, service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.sentences import said_of
from tresen_licensing.waivers import reasons
from tresen_licensing.waivers import service as waivers

# Makes the core when a command first needs it, so that a failure is the command's to answer.
MakeCore = Callable[[], Core]
CLEAN, FOUND, WRONG = 0, 1, 2
DAY = click.DateTime(formats=["%Y-%m-%d"])
as_json = click.option("--json", "is_json", is_flag=True, help="Answer as JSON.")


@click.group()
def contrib() -> None:
    """Developments at customers, and what is owed to the public."""


@contrib.command()
@click.argument("title")
@click.option("--customer", required=True, help="The organisation's name.")
@click.option("--kind", type=click.Choice([*states.KINDS]), default=states.FEATURE)
@click.option("--ticket", type=int, help="Number of the ticket that it comes out of.")
@as_json
@click.pass_obj
def new(make_core: MakeCore, /, title: str, customer: str, is_json: bool, **given: Any) -> None:
    """Begin a development and print its reference."""
    with _writing(make_core) as desk:
        wanted = select(Organisation).where(Organisation.name == customer)
        organisation = desk.session.scalars(wanted).one_or_none()
        if organisation is None:
            raise Refused(_("There is no organisation %(name)s.") % {"name": customer})
        ticket = ticket_by_number(desk, given["ticket"]) if given["ticket"] else None
        row = service.begin(desk, organisation.id, {"title": title, "kind": given["kind"]})
        if ticket is not None:
            service.link(desk, row, ticket)
        reference = row.reference
    _tell({"reference": reference}, [reference], is_json=is_json)


@contrib.command()
@click.argument("reference")
@click.pass_obj
def start(make_core: MakeCore, reference: str) -> None:
    """Say that a development is worked on."""
    with _writing(make_core) as desk:
        service.step(desk, queries.development(desk, reference), states.IN_DEVELOPMENT)


@contrib.command("import")
@click.argument("reference")
@click.argument("patches", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", default="", help="The commit that they stand on, if they do not say so.")
@as_json
@click.pass_obj
def import_changes(
    make_core: MakeCore, reference: str, patches: tuple[Path, ...], base: str, is_json: bool
) -> None:
    """Take in patches as the next version: mailboxes, single files, or folders of them."""
    with _writing(make_core) as desk:
        row = queries.development(desk, reference)
        bodies = [each.read_bytes() for path in patches for each in _files(path)]
        made = changing.add(desk, row, bodies, base)
        facts = {"reference": reference, "version": made.version, "sha512": made.sha512}
    _tell(facts, [f"{reference} v{facts['version']}"], is_json=is_json)


@contrib.command()
@as_json
@click.pass_obj
def due(make_core: MakeCore, is_json: bool) -> None:
    """List what runs outside and has to be public; exits with 1 where something is overdue."""
    with desk_for(make_core()) as desk:
        rows = queries.running_clocks(desk)
        standing = {key: each.clock for key, each in queries.standings(desk, rows).items()}
        found = [_line(row, standing[row.id]) for row in rows]
        said = [f"{row.reference}: {said_of(standing[row.id], desk.today()).text}" for row in rows]
    is_late = any(each["standing"] == clocks.OVERDUE for each in found)
    _tell(found, said, is_json=is_json, status=FOUND if is_late else CLEAN)


@contrib.command()
@click.argument("reference")
@click.option("--until", required=True, type=DAY)
@click.option("--because", required=True, help="Which fault of security it closes.")
@click.pass_obj
def embargo(make_core: MakeCore, reference: str, until: datetime, because: str) -> None:
    """Hold a development back up to a day that the agreement allows."""
    with _writing(make_core) as desk:
        service.embargo(desk, queries.development(desk, reference), until.date(), because)


@contrib.command()
@click.argument("reference")
@click.option("--reason", required=True, type=click.Choice([*reasons.REASONS]))
@click.option("--because", required=True, help="What exactly keeps it from being published.")
@click.option("--until", required=True, type=DAY)
@click.option("--as", "address", required=True, help="Mail address of the agent who asks.")
@click.pass_obj
def waive(make_core: MakeCore, /, reference: str, address: str, **given: Any) -> None:
    """Ask for a waiver; another person grants it on the development's page."""
    with _writing(make_core) as desk:
        person = person_by_address(desk, address)
        if person is None or person.role == "customer":
            raise Refused(_("%(name)s is no agent's address.") % {"name": address})
        desk.actor = Actor(person.name, "agent", person.id)
        row = queries.development(desk, reference)
        waivers.ask(desk, row, given["reason"], given["because"], given["until"].date())


@contextmanager
def _writing(make_core: MakeCore) -> Iterator[Desk]:
    """Open a desk for one command; what is refused is said and ends it with WRONG."""
    try:
        with desk_for(make_core(), write=True) as desk:
            yield desk
    except (Missing, Refused) as error:
        click.echo(error.sentence, err=True)
        sys.exit(WRONG)


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.patch")) if path.is_dir() else [path]


def _line(row: Development, clock: clocks.Clock) -> Mapping[str, Any]:
    days: dict[str, date | None] = {"started_on": clock.started_on, "due_on": clock.due_on}
    told = {key: day.isoformat() if day else None for key, day in days.items()}
    about = {"reference": row.reference, "title": row.title, "state": row.state}
    return about | {"standing": clock.standing} | told


def _tell(facts: Any, lines: Sequence[str], *, is_json: bool, status: int = CLEAN) -> None:
    """Print what was found, as JSON or in lines, and exit."""
    click.echo(json.dumps(facts, indent=2, ensure_ascii=False) if is_json else "\n".join(lines))
    sys.exit(status)
