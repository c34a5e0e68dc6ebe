# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen people`: the first administrator is made here, and a forgotten one let in again."""

from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tresen.access import service
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Missing
from tresen.people import privacy, queries
from tresen.people import service as people
from tresen.people.forms import ROLES
from tresen.people.models import EmailAddress, Person


@click.group(name="people")
def commands() -> None:
    """Add people, list them, set their passwords."""


@commands.command()
@click.argument("name")
@click.argument("address")
@click.option("--role", type=click.Choice(list(ROLES)), default="customer", show_default=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.pass_obj
def add(make_core: Callable[[], Core], name: str, address: str, role: str, password: str) -> None:
    """Add a person who can sign in; whoever has this machine vouches for the address."""
    with desk_for(make_core(), write=True) as desk:
        person = people.add_person(desk, name, address, role=role, proven_at=desk.now())
        service.set_password(desk, person, password)
    click.echo(f"{name} <{address}> can sign in as {role}.")


@commands.command(name="list")
@click.option("--role", type=click.Choice(list(ROLES)))
@click.pass_obj
def list_(make_core: Callable[[], Core], role: str | None) -> None:
    """List people with role and address."""
    statement = select(EmailAddress).options(joinedload(EmailAddress.person))
    with desk_for(make_core()) as desk:
        for row in desk.session.scalars(statement.order_by(EmailAddress.address)):
            if role in (None, row.person.role):
                state = "" if row.person.is_active else " (inactive)"
                click.echo(f"{row.person.role:14} {row.person.name} <{row.address}>{state}")


@commands.command()
@click.argument("address")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.pass_obj
def password(make_core: Callable[[], Core], address: str, password: str) -> None:
    """Set a person's password; every session of theirs ends."""
    with desk_for(make_core(), write=True) as desk:
        person = _person(desk, address)
        service.set_password(desk, person, password)
    click.echo(f"The password of {person.name} is set.")


@commands.command()
@click.argument("address")
@click.option("--to", type=click.Path(path_type=Path), help="A new file; else it is shown.")
@click.pass_obj
def export(make_core: Callable[[], Core], address: str, to: Path | None) -> None:
    """Export all that is kept about a person as JSON."""
    with desk_for(make_core(), write=True) as desk:
        found = privacy.export(desk, _person(desk, address).id)
    if to is None:
        click.echo(found, nl=False)
        return
    try:
        with to.open("x", encoding="utf-8") as file:
            file.write(found)
    except OSError as error:
        raise click.ClickException(f"{to} cannot be written: {error.strerror}.") from error
    click.echo(f"All that is kept about {address} is in {to}.")


@commands.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(make_core: Callable[[], Core], address: str, yes: bool) -> None:
    """Erase a person for good: tickets stay, who they were goes. It cannot be undone."""
    core = make_core()
    with desk_for(core) as desk:
        person = _person(desk, address)
        for plugin in privacy.unasked(desk):
            click.echo(f"{plugin} does not run and cannot be asked; what it keeps stays.", err=True)
    if not yes:
        click.confirm(f"Erase {person.name} <{address}>? It cannot be undone.", abort=True)
    with desk_for(core, write=True) as desk:
        privacy.erase(desk, person.id)
    click.echo(f"Whoever had the address {address} is erased.")


def _person(desk: Desk, address: str) -> Person:
    person = queries.person_by_address(desk, address)
    if person is None:
        raise Missing(f"Nobody has the address {address}; `tresen people list` lists them.")
    return person
