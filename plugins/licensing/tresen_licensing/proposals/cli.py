# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing contrib propose` and `sync`: what is sent upstream, and what comes back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import click
from tresen.sdk import Desk, Refused, _, read_file

from tresen_licensing.changes import queries as changes
from tresen_licensing.commands import (
    CLEAN,
    FOUND,
    NETWORK,
    MakeCore,
    as_json,
    by_agent,
    reading,
    tell,
    writing,
)
from tresen_licensing.connections import queries as connections
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import routes
from tresen_licensing.proposals import adoption, queries, reminders, sending, service, states, texts
from tresen_licensing.proposals.models import UpstreamProposal
from tresen_licensing.proposals.syncing import Synced, sync_one

_WAY = "mail, directory, elsewhere, or the name of a connection to a forge."


@click.command()
@click.argument("reference")
@click.option("--way", default="", help=_WAY)
@click.option("--to", "place", default="", help="owner/name, an address for mail, or where it is.")
@click.option("--title", default="", help="By default that of the development.")
@click.option("--text", "file", type=click.File(encoding="utf-8"), help="What upstream reads.")
@click.option("--news", default="", help="What is new; sends the next version of a proposal.")
@click.option("--language", type=click.Choice(texts.LANGUAGES), default=texts.ENGLISH)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="For --way directory.")
@by_agent
@as_json
@click.pass_obj
def propose(make_core: MakeCore, /, reference: str, address: str, **given: Any) -> None:
    """Propose what is public upstream and send it; without a text, the prepared one is sent.

    With --news, what was published since goes the way that the version before went.
    Exits with 1 where it could not be sent, and with 3 where it is tried again later.
    """
    make = cache(make_core)
    with writing(make, address) as desk:
        known = _proposed(desk, developments.development(desk, reference), given).id
    # A forge is asked before this desk's first statement.
    with writing(make) as desk:
        sending.send(desk, known)
    with reading(make) as desk:
        row, found = developments.development(desk, reference), queries.proposal(desk, known)
        _write(desk, found, given["out"])
        facts = {"reference": reference, "state": row.state} | _facts(found)
        lines = [
            f"{reference}: {states.TITLES[found.state]} {found.fault or found.address}".strip()
        ]
    tell(facts, lines, is_json=given["is_json"], status=_ending(found))


@click.command()
@click.argument("reference", required=False, default="")
@as_json
@click.pass_obj
def sync(make_core: MakeCore, reference: str, is_json: bool) -> None:
    """Look at anchors and upstream now, of one development or of all that have any.

    Exits with 1 where an anchor is lost or upstream cannot be read, and with 3 where only the
    network kept it from being found out.
    """
    make = cache(make_core)
    with reading(make) as desk:
        one = [developments.development(desk, reference)] if reference else None
        wanted = [(each.id, each.reference) for each in one or queries.to_sync(desk)]
    found = [sync_one(_writer(make), known, name) for known, name in wanted]
    if not reference:
        with writing(make) as desk:
            adoption.settle(desk)
            reminders.remind(desk)
    with reading(make) as desk:
        rows = {name: developments.development(desk, name) for _known, name in wanted}
        facts = [_synced(each, rows[each.reference]) for each in found]
        lines = [line for each in found for line in _lines(each, rows[each.reference])]
    tell(facts, lines, is_json=is_json, status=_status(found))


COMMANDS = (propose, sync)


def _writer(make: MakeCore) -> Callable[[], Any]:
    return lambda: writing(make)


def _proposed(desk: Desk, row: Development, given: Mapping[str, Any]) -> UpstreamProposal:
    title = given["title"] or row.title
    if given["news"]:
        return _renewed(desk, row, given["news"])
    if not given["way"]:
        raise Refused(_("On which way? Name it with --way."))
    if given["way"] == routes.ELSEWHERE:
        return service.record(desk, row, given["place"], title)
    own = connections.named(desk, given["way"])
    if own is None and given["way"] not in (routes.MAIL, routes.DIRECTORY):
        raise Refused(_("There is no such connection."))
    text = given["file"].read() if given["file"] else _letter(desk, row, given["language"])
    wish = service.Wish(
        route=own.kind if own else given["way"],
        repository=given["place"],
        title=title,
        text=text,
        connection_id=own.id if own else None,
    )
    return service.propose(desk, row, wish)


def _renewed(desk: Desk, row: Development, news: str) -> UpstreamProposal:
    found = queries.current(desk, row.id)
    if found is None:
        raise Refused(_("It was not proposed yet."))
    service.renew(desk, found, news)
    return found


def _letter(desk: Desk, row: Development, language: str) -> str:
    change = changes.latest(desk, row.id)
    if change is None:
        raise Refused(_("Send in the patches first."))
    return texts.letter(desk, row, change, changes.patches_of(desk, change.id), language)


def _write(desk: Desk, found: UpstreamProposal, out: Path | None) -> None:
    """Write the archive of a proposal to take along; raises Refused where it cannot be."""
    if out is None:
        return
    if found.file is None:
        raise Refused(_("There is no archive of this proposal."))
    try:
        out.write_bytes(read_file(desk, found.file))
    except OSError as error:
        raise Refused(str(error)) from error


def _ending(found: UpstreamProposal) -> int:
    if found.state == states.SENDING:
        return NETWORK
    return FOUND if found.fault else CLEAN


def _facts(found: UpstreamProposal) -> dict[str, Any]:
    return {
        "proposal": {
            "state": found.state,
            "route": found.route,
            "number": found.number,
            "address": found.address,
            "fault": found.fault,
            "version": found.version,
        }
    }


def _synced(found: Synced, row: Development) -> dict[str, Any]:
    return {
        "reference": found.reference,
        "state": row.state,
        "anchors": [{"kind": kind, "outcome": each} for kind, each in found.anchors],
        "faults": [*found.faults, *found.passing],
    }


def _lines(found: Synced, row: Development) -> Iterator[str]:
    yield f"{found.reference}: {developing.TITLES[row.state]}"
    for each in (*found.lost, *found.silent, *found.faults, *found.passing):
        yield f"    {each}"


def _status(found: Sequence[Synced]) -> int:
    if any(each.lost or each.faults for each in found):
        return FOUND
    return NETWORK if any(each.silent or each.passing for each in found) else CLEAN
