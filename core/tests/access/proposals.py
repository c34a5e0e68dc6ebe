# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proposals to upstream and connections to forges, for the world in which rights are tried."""

from access.portfolios import GOING
from access.world import World
from tresen.desk import Desk
from tresen.files import service as files
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.connections.models import Connection
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import routes
from tresen_licensing.proposals import states
from tresen_licensing.proposals.models import ReviewWord, UpstreamProposal

OWN = "/licensing/developments/<reference>"
PROPOSAL = f"{OWN}/proposals/<int:proposal_id>"
ROUTES = (
    *(f"{OWN}/proposals/new", f"{OWN}/proposals/record", f"{PROPOSAL}/patches.zip"),
    *(f"{PROPOSAL}/join", f"{PROPOSAL}/send", f"{PROPOSAL}/look", f"{PROPOSAL}/next"),
    f"{OWN}/words/<int:word_id>/erase",
)


def fill(desk: Desk, world: World, row: Development, change: ChangeSet) -> None:
    """Let there be a proposal with a word about it, and two connections, of which one can go."""
    file = files.store_file(desk, "patches.zip", "application/zip", b"PK")
    found = UpstreamProposal(
        development_id=row.id,
        change_set_id=change.id,
        route=routes.DIRECTORY,
        state=states.OPEN,
        title="A berth",
        proposed_at=desk.now(),
        file_id=file.id,
    )
    desk.session.add(found)
    desk.session.flush()
    about = {"author": "Rita", "written_at": desk.now(), "text": "Why?"}
    word = ReviewWord(proposal_id=found.id, key="1", **about)
    desk.session.add(word)
    desk.session.flush()
    world.values |= {"proposal_id": found.id, "word_id": word.id}
    own = {"reference": row.reference}
    world.special |= dict.fromkeys(ROUTES, own)
    # A step that is refused without words, whoever takes it first.
    world.special[f"{OWN}/upstream/<state>"] = own | {"state": "declined"}
    for name in ("Basin", "Pier"):
        _add_connection(desk, world, name)


def _add_connection(desk: Desk, world: World, name: str) -> None:
    """Add a connection; the first is what a call takes away."""
    where = {
        "address": "https://forge.example",
        "account": "a",
        "secret_name": "TRESEN_LICENSING_A",
    }
    made = Connection(name=name, kind=routes.GITEA, **where)
    desk.session.add(made)
    desk.session.flush()
    world.values["connection_id"] = made.id
    going = world.special.setdefault(GOING, {})
    going.setdefault("connection_id", made.id)
