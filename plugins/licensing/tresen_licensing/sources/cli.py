# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing source`: what runs here, its archives, and whether they are really on offer.

Exits with 0 where all is well, 1 where something is not, 2 for a call that is none, and 3 where
only the network kept it from being found out.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click
from tresen.sdk import Desk, desk_for, read_file

from tresen_licensing.commands import CLEAN, FOUND, NETWORK, MakeCore, as_json
from tresen_licensing.sources import (
    archives,
    cards,
    distributions,
    findings,
    offers,
    queries,
    sbom,
    service,
)


@click.group()
def source() -> None:
    """What runs here, and its source for everybody who uses it."""


@source.command()
@as_json
@click.pass_obj
def manifest(make_core: MakeCore, is_json: bool) -> None:
    """List what runs here with version, licence, state and archive; packs nothing."""
    with desk_for(make_core()) as desk:
        rows = cards.cards(queries.running(desk))
        found = [each.sentence for each in findings.findings(desk)]
    _tell(rows, found, is_json=is_json)


@source.command()
@as_json
@click.pass_obj
def pack(make_core: MakeCore, is_json: bool) -> None:
    """Look what runs here and pack what is not packed yet; harmless when repeated."""
    core = make_core()
    with desk_for(core, write=True) as desk:
        service.look(desk)
    with desk_for(core) as desk:
        rows = cards.cards(queries.running(desk))
        found = [each.sentence for each in findings.findings(desk)]
    _tell(rows, found, is_json=is_json)


@source.command()
@as_json
@click.pass_obj
def verify(make_core: MakeCore, is_json: bool) -> None:
    """Compare what runs at this moment with what is packed, and archives with their hashes."""
    with desk_for(make_core()) as desk:
        rows = cards.cards(queries.running(desk))
        found = [each.sentence for each in findings.findings(desk)]
        found += [*_unpacked(desk), *_spoilt(desk)]
    _tell(rows, found, is_json=is_json)


@source.command("serve-check")
@click.option("--at", "address", default="", help="Where people reach Tresen, if not base_url.")
@as_json
@click.pass_obj
def serve_check(make_core: MakeCore, address: str, is_json: bool) -> None:
    """Fetch the page /source and every archive as a stranger does, and compare the hashes."""
    with desk_for(make_core()) as desk:
        rows = cards.cards(queries.running(desk))
        place = address or desk.config.base_url
    try:
        found = offers.faults(place, rows)
    except OSError as error:
        found, status = [f"{place} cannot be reached: {error}"], NETWORK
    else:
        status = FOUND if found else CLEAN
    _tell(rows, found, is_json=is_json, status=status)


@source.command("sbom")
@click.option("--xml", "is_xml", is_flag=True, help="Answer as XML.")
@click.option("--json", "is_json", is_flag=True, help="Answer as JSON, which is the default.")
@click.pass_obj
def sbom_command(make_core: MakeCore, is_xml: bool, is_json: bool) -> None:
    """Print the bill of materials (CycloneDX 1.6) of what runs here, as the last look found it."""
    if is_xml and is_json:
        raise click.UsageError("Choose one of --xml and --json.")
    with desk_for(make_core()) as desk:
        click.echo(sbom.own_bill(desk, "xml" if is_xml else "json"))
        found = [each.sentence for each in findings.findings(desk)]
    for sentence in found:
        click.echo(sentence, err=True)
    sys.exit(FOUND if found else CLEAN)


def _unpacked(desk: Desk) -> list[str]:
    """Return a sentence for each distribution that runs otherwise than it is packed."""
    found = service.survey(distributions.running(desk.core), desk.config.data_dir)
    owed = {each.fingerprint: each.running.origin for each in found if each.fingerprint}
    known = queries.archives_of(desk, owed)
    return [
        f"{origin.name} {origin.version} runs otherwise than it is packed: source pack packs it."
        for key, origin in owed.items()
        if key not in known
    ]


def _spoilt(desk: Desk) -> list[str]:
    kept = [row.archive for row in queries.running(desk) if row.archive]
    return [
        f"The archive of {each.name} {each.version} is not what it was when it was packed."
        for each in kept
        if archives.sha512(read_file(desk, each.file)) != each.sha512
    ]


def _tell(
    rows: Sequence[dict[str, Any]],
    found: Sequence[str],
    *,
    is_json: bool,
    status: int | None = None,
) -> None:
    """Print what was found and exit; by default with whether there were findings."""
    if is_json:
        click.echo(json.dumps({"distributions": rows, "findings": list(found)}, indent=2))
    else:
        for row in rows:
            packed = row["archive"]["sha512"][:12] if row["archive"] else "-"
            licence = row["licence"] or "no licence"
            click.echo(f"{row['name']} {row['version']}: {row['state']}, {licence}, {packed}")
        for sentence in found:
            click.echo(sentence, err=True)
    sys.exit((FOUND if found else CLEAN) if status is None else status)
