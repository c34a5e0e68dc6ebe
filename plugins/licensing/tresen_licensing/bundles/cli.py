# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing contrib bundle` and `verify`: evidence written, and checked again."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
from tresen.sdk import Core, Missing, desk_for

from tresen_licensing.bundles import packing, verify
from tresen_licensing.developments import queries

MakeCore = Callable[[], Core]
FOUND, WRONG = 1, 2
file_of = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("reference")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@click.pass_obj
def bundle(make_core: MakeCore, reference: str, out: Path | None) -> None:
    """Write the evidence of a development to a file, by default REFERENCE.zip."""
    try:
        with desk_for(make_core()) as desk:
            body = packing.bundle(desk, queries.development(desk, reference))
    except Missing as error:
        click.echo(error.sentence, err=True)
        sys.exit(WRONG)
    path = out or Path(f"{reference}.zip")
    try:
        path.write_bytes(body)
    except OSError as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG)
    click.echo(str(path))


@click.command("verify")
@click.argument("file", type=file_of)
@click.option("--signer", type=file_of, help="File with the public key of who signed it.")
def verify_bundle(file: Path, signer: Path | None) -> None:
    """Check a bundle of evidence; exits with 1 where a promise does not hold."""
    lines, holds = verify.verified(file.read_bytes(), signer.read_bytes() if signer else None)
    click.echo("\n".join(lines))
    sys.exit(0 if holds else FOUND)
