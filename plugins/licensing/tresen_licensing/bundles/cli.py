# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing contrib bundle` and `verify`: evidence written, and checked again."""

from pathlib import Path
from typing import Any

import click
from tresen.sdk import Refused

from tresen_licensing.bundles import packing, verify
from tresen_licensing.commands import CLEAN, FOUND, MakeCore, as_json, reading, tell
from tresen_licensing.developments import queries

file_of = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("reference")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@as_json
@click.pass_obj
def bundle(make_core: MakeCore, reference: str, out: Path | None, is_json: bool) -> None:
    """Write the evidence of a development to a file, by default REFERENCE.zip."""
    path = out or Path(f"{reference}.zip")
    with reading(make_core) as desk:
        body = packing.bundle(desk, queries.development(desk, reference))
        try:
            path.write_bytes(body)
        except OSError as error:
            raise Refused(str(error)) from error
    facts = {"reference": reference, "file": str(path), "sha512": packing.sha512(body)}
    tell(facts, [str(path)], is_json=is_json)


@click.command("verify")
@click.argument("file", type=file_of)
@click.option("--signer", type=file_of, help="File with the public key of who signed it.")
@as_json
def verify_bundle(file: Path, signer: Path | None, is_json: bool) -> None:
    """Check a bundle of evidence; exits with 1 where a promise does not hold."""
    body, key = file.read_bytes(), signer.read_bytes() if signer else None
    lines, holds = verify.verified(body, key)
    facts = {"file": str(file), "holds": holds, "promises": _promises(body, key)}
    tell(facts, lines, is_json=is_json, status=CLEAN if holds else FOUND)


COMMANDS = (bundle, verify_bundle)


def _promises(body: bytes, signer: bytes | None) -> list[dict[str, Any]]:
    """Return each promise and what is wrong with it; none of what is no bundle."""
    try:
        opened = verify.Bundle(body, signer)
    except Exception:  # noqa: BLE001 - whoever lies chooses how it cannot be read
        return []
    checks = verify.CHECKS
    found = [(number, title, verify.faults_of(check, opened)) for number, check, title in checks]
    return [
        {"number": number, "promise": title, "holds": not faults, "faults": faults}
        for number, title, faults in found
    ]
