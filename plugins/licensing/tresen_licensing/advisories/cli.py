# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing advisories`: imports files of advisories from this machine.

Exits with 0 where all was taken in, 1 where something was refused, and 2 for a call that is none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click
from tresen.sdk import desk_for

from tresen_licensing.advisories import files, importing, service
from tresen_licensing.advisories.files import Fault
from tresen_licensing.advisories.osv import Record
from tresen_licensing.advisories.service import Taken
from tresen_licensing.commands import CLEAN, FOUND, MakeCore, as_json, tell

ENDINGS = (".json", ".zip")


@click.group()
def advisories() -> None:
    """Advisories about components of releases."""


@advisories.command("import")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATHS"
)
@as_json
@click.pass_obj
def import_command(make_core: MakeCore, paths: tuple[Path, ...], is_json: bool) -> None:
    """Import OSV records from FILES (JSON, or a zip of it) and FOLDERS, without any network.

    A record takes the place of an older one by the moment when it was modified.
    """
    core, taken, faults = make_core(), Taken(), list[Fault]()
    for some in importing.in_steps(_read(paths)):
        records, refused = importing.apart(some)
        faults += refused
        # Some at a time, so that others write in between.
        with desk_for(core, write=True) as desk:
            taken += service.take_in(desk, records)
    with desk_for(core, write=True) as desk:
        service.conclude(desk, taken, len(faults))
    _tell(taken, faults, is_json=is_json)


def _read(paths: Iterable[Path]) -> Iterator[Record | Fault]:
    for path in _files(paths):
        try:
            with path.open("rb") as stream:
                yield from files.read(str(path), stream, files.COMMAND)
        except OSError as error:
            yield Fault(str(path), f"It cannot be read: {error.strerror}.")


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = (each for each in path.rglob("*") if each.suffix.lower() in ENDINGS)
            yield from sorted(each for each in inside if each.is_file())
        else:
            yield path


def _tell(taken: Taken, faults: list[Fault], *, is_json: bool) -> None:
    for each in () if is_json else faults:
        click.echo(f"{each.name}: {each.sentence}", err=True)
    facts = {**asdict(taken), "refused": [asdict(each) for each in faults]}
    counted = (
        f"{taken.new} new, {taken.newer} newer, {taken.known} known already, {len(faults)} refused."
    )
    tell(facts, [counted], is_json=is_json, status=FOUND if faults else CLEAN)
