# SPDX-License-Identifier: AGPL-3.0-or-later
"""Developments from the command line, for people and programs: begun, filled, due, held back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import click
from tresen.sdk import Desk, ticket_by_number

from tresen_licensing.changes import queries as changes
from tresen_licensing.changes import service as changing
from tresen_licensing.commands import (
    CLEAN,
    DAY,
    FOUND,
    MakeCore,
    as_json,
    by_agent,
    by_somebody,
    reading,
    tell,
    writing,
)
from tresen_licensing.developments import clocks, queries, service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.sentences import said_of
from tresen_licensing.repositories import arrivals
from tresen_licensing.waivers import reasons
from tresen_licensing.waivers import service as waivers


@click.command()
@click.argument("title")
@click.option("--customer", required=True, help="The organisation's name.")
@click.option("--kind", type=click.Choice([*states.KINDS]), default=states.FEATURE)
@click.option("--ticket", type=int, help="Number of the ticket that it comes out of.")
@by_somebody
@as_json
@click.pass_obj
def new(make_core: MakeCore, /, title: str, address: str, is_json: bool, **given: Any) -> None:
    """Begin a development and print its reference."""
    with writing(make_core, address) as desk:
        organisation = queries.customer_named(desk, given["customer"])
        ticket = ticket_by_number(desk, given["ticket"]) if given["ticket"] else None
        row = service.begin(desk, organisation.id, {"title": title, "kind": given["kind"]})
        if ticket is not None:
            service.link(desk, row, ticket)
        reference = row.reference
    tell({"reference": reference}, [reference], is_json=is_json)


@click.command()
@click.argument("reference")
@by_somebody
@as_json
@click.pass_obj
def start(make_core: MakeCore, reference: str, address: str, is_json: bool) -> None:
    """Say that a development is worked on."""
    with writing(make_core, address) as desk:
        row = queries.development(desk, reference)
        service.step(desk, row, states.IN_DEVELOPMENT)
        facts = {"reference": row.reference, "state": row.state}
    tell(facts, [], is_json=is_json)


@click.command("import")
@click.argument("reference")
@click.argument("patches", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--branch", default="", help="Fetch a branch; of a bundle, the one that counts.")
@click.option("--from", "place", default="", help="Repository of the branch, else upstream's.")
@click.option("--base", default="", help="The commit that they stand on, if they do not say so.")
@by_somebody
@as_json
@click.pass_obj
def import_changes(
    make_core: MakeCore, /, reference: str, patches: tuple[Path, ...], **given: Any
) -> None:
    """Take in the next version: PATCHES (mailboxes, files, folders), one bundle, or a branch."""
    if not patches and not given["branch"]:
        raise click.UsageError("Name PATCHES or --branch.")
    make = cache(make_core)
    with writing(make, given["address"]) as desk:
        _take_in(desk, queries.development(desk, reference), patches, given)
    with reading(make) as desk:
        made = changes.latest(desk, queries.development(desk, reference).id)
        told = {"version": made.version, "sha512": made.sha512} if made else {}
    facts = {"reference": reference} | told
    tell(facts, [f"{reference} v{facts['version']}"], is_json=given["is_json"])


@click.command()
@as_json
@click.pass_obj
def due(make_core: MakeCore, is_json: bool) -> None:
    """List what runs outside and has to be public; exits with 1 where something is overdue."""
    with reading(make_core) as desk:
        rows = queries.running_clocks(desk)
        standing = {key: each.clock for key, each in queries.standings(desk, rows).items()}
        found = [_line(row, standing[row.id]) for row in rows]
        said = [f"{row.reference}: {said_of(standing[row.id], desk.today()).text}" for row in rows]
    is_late = any(each["standing"] == clocks.OVERDUE for each in found)
    tell(found, said, is_json=is_json, status=FOUND if is_late else CLEAN)


@click.command()
@click.argument("reference")
@click.option("--until", required=True, type=DAY)
@click.option("--because", required=True, help="Which fault of security it closes.")
@by_somebody
@as_json
@click.pass_obj
def embargo(
    make_core: MakeCore, /, reference: str, until: datetime, because: str, **given: Any
) -> None:
    """Hold a development back up to a day that the agreement allows."""
    with writing(make_core, given["address"]) as desk:
        row = queries.development(desk, reference)
        service.embargo(desk, row, until.date(), because)
        facts = {"reference": row.reference, "embargoed_until": until.date().isoformat()}
    tell(facts, [], is_json=given["is_json"])


@click.command()
@click.argument("reference")
@click.option("--reason", required=True, type=click.Choice([*reasons.REASONS]))
@click.option("--because", required=True, help="What exactly keeps it from being published.")
@click.option("--until", required=True, type=DAY)
@by_agent
@as_json
@click.pass_obj
def waive(make_core: MakeCore, /, reference: str, address: str, **given: Any) -> None:
    """Ask for a waiver; another person grants it on the development's page."""
    with writing(make_core, address) as desk:
        row = queries.development(desk, reference)
        until = given["until"].date()
        made = waivers.ask(desk, row, given["reason"], given["because"], until)
        facts = {"reference": row.reference, "reason": made.reason, "until": until.isoformat()}
    tell(facts, [], is_json=given["is_json"])


COMMANDS = (new, start, import_changes, due, embargo, waive)


def _take_in(
    desk: Desk, row: Development, patches: Sequence[Path], given: Mapping[str, Any]
) -> None:
    branch, base = given["branch"], given["base"]
    bodies = [each.read_bytes() for path in patches for each in _files(path)]
    if not patches:
        arrivals.from_branch(desk, row, given["place"], branch, base)
    elif len(bodies) == 1 and arrivals.is_bundle(bodies[0]):
        arrivals.from_bundle(desk, row, bodies[0], branch, base)
    else:
        changing.add(desk, row, bodies, base)


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.patch")) if path.is_dir() else [path]


def _line(row: Development, clock: clocks.Clock) -> Mapping[str, Any]:
    days: dict[str, date | None] = {"started_on": clock.started_on, "due_on": clock.due_on}
    told = {key: day.isoformat() if day else None for key, day in days.items()}
    about = {"reference": row.reference, "title": row.title, "state": row.state}
    return about | {"standing": clock.standing} | told
