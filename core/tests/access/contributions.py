# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was given back and what shows it, for the world in which rights are tried."""

from access.world import World
from tresen.desk import Desk
from tresen.files import service as files
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import service as developments
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import kinds, service
from tresen_licensing.publications.models import Publication

OWN = "/licensing/developments/<reference>"
PUBLIC = "/licensing/contributions/<reference>"
LISTS = "/licensing/contributions/<any(contributions):what>"
BADGE = "/licensing/contributions/<any(badge):what>.svg"
FRAGMENT = "/licensing/contributions/<any(publiccode):what>.yml"


def fill(desk: Desk, world: World) -> None:
    """Let there be something that is public, with an anchor that can be withdrawn."""
    organisation_id = world.values["organisation_id"]
    given = {"title": "A quay", "kind": "fix", "agreement_id": world.values["agreement_id"]}
    row = developments.begin(desk, organisation_id, given)
    row.state = states.PUBLISHED
    _publish(desk, row)
    place = service.Place(kinds.FORGE, "https://git.example/quay", "main", is_ours=False)
    own = {"reference": row.reference, "anchor_id": service.add(desk, row, place).id}
    for route in _ROUTES:
        world.special[route] = own
    world.special[f"{PUBLIC}/v<int:version>.mbox"] = {"reference": row.reference, "version": 1}
    for kind in ("json", "atom"):
        world.special[f"{LISTS}.{kind}"] = {"what": "contributions"}
    world.special[BADGE] = {"what": "badge"}
    world.special[FRAGMENT] = {"what": "publiccode"}


_ROUTES = (
    *(f"{OWN}/anchors/new", f"{OWN}/anchors/own-page", f"{OWN}/anchors/look", f"{OWN}/publish"),
    *(f"{OWN}/anchors/<int:anchor_id>/withdraw", PUBLIC, f"{PUBLIC}.mbox"),
    f"{PUBLIC}.svg",
    "/licensing/portal/developments/<reference>/confirm",
)


def _publish(desk: Desk, row: Development) -> None:
    file = files.store_file(desk, "quay.mbox", "application/mbox", b"From: a@b.example")
    own = {"base": "1" * 40, "sha512": "2" * 128, "file_id": file.id}
    change = ChangeSet(development_id=row.id, version=1, made_at=desk.now(), **own)
    desk.session.add(change)
    desk.session.flush()
    published = Publication(
        development_id=row.id,
        change_set_id=change.id,
        tree="3" * 40,
        licence="AGPL-3.0-or-later",
        published_at=desk.now(),
    )
    desk.session.add(published)
    desk.session.flush()
