# SPDX-License-Identifier: AGPL-3.0-or-later
"""Something behind every address of licensing, for the world in which rights are tried."""

import gzip
from dataclasses import replace
from datetime import timedelta

from access import contributions, portfolios, proposals
from access.world import World
from tresen.desk import Actor, Desk
from tresen.files import service as files
from tresen_licensing.agreements import service as agreements
from tresen_licensing.agreements import terms
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.clearances.models import Approval, Clearance, Finding
from tresen_licensing.deployments import service as deployments
from tresen_licensing.developments import service as developments
from tresen_licensing.developments.models import Development
from tresen_licensing.repositories.models import SourceTree
from tresen_licensing.requests.models import SourceRequest
from tresen_licensing.sources.models import SourceArchive
from tresen_licensing.waivers import reasons
from tresen_licensing.waivers import service as waivers

OWN = "/licensing/developments/<reference>"
KEY = "/licensing/evidence/<any('key.pub', 'verify.py'):name>"
THEIRS = "/licensing/own/<reference>"
PAPER = agreements.Document("signed.pdf", "application/pdf", b"%PDF-1.7")
AGREED = {
    "title": "Frame contract",
    "licence": "AGPL-3.0-or-later",
    "publishing": terms.YES,
    "deadline_days": 30,
    "embargo_days": 90,
    "credit": terms.ANONYMOUS,
}


def fill(desk: Desk, world: World) -> None:
    """Let there be one of each thing that the plugin keeps."""
    _add_source(desk, world)
    person = world.people["agent"]
    acting = replace(desk, actor=Actor(person.name, "agent", person.id))
    organisation_id = world.values["organisation_id"]
    given = AGREED | {"agreed_on": desk.today()}
    agreement = agreements.agree(acting, organisation_id, given, PAPER)
    row = developments.begin(acting, organisation_id, {"title": "A berth", "kind": "fix"})
    world.values |= {"agreement_id": agreement.id, "version": 1}
    change = _add_records(acting, world, row)
    own = {"reference": row.reference}
    for route in _ROUTES:
        world.special[route] = own
    # A step that is refused without words, whoever takes it first.
    world.special[f"{OWN}/steps/<state>"] = own | {"state": "withdrawn"}
    world.special[KEY] = {"name": "key.pub"}
    world.values["year"] = desk.today().year
    portfolios.fill(desk, world)
    contributions.fill(acting, world)
    proposals.fill(desk, world, row, change)


# The sessions of remote support have references, too.
_ROUTES = (
    *(OWN, f"{OWN}/edit", f"{OWN}/embargo", f"{OWN}/tickets", f"{OWN}/steps/<state>"),
    f"{OWN}/evidence.zip",
    *(f"{OWN}/tickets/<int:number>/unlink", f"{OWN}/changes/new"),
    *(f"{OWN}/changes/<int:version>", f"{OWN}/changes/<int:version>.mbox"),
    *(f"{OWN}/deployments/new", f"{OWN}/deployments/<int:deployment_id>/end"),
    f"{OWN}/deployments/<int:deployment_id>/verify",
    *(f"{OWN}/waivers/new", f"{OWN}/waivers/<int:waiver_id>/grant"),
    f"{OWN}/waivers/<int:waiver_id>/end",
    *(f"{OWN}/history/bundle", f"{OWN}/history/fetch", f"{OWN}/changes/<int:version>/apply"),
    *(f"{OWN}/changes/<int:version>.tar.gz", f"{OWN}/clearance/check", f"{OWN}/clearance/document"),
    f"{OWN}/checks",
    *(f"{OWN}/findings/<int:finding_id>/answer", f"{OWN}/clearances/<int:clearance_id>/approve"),
    *(f"{OWN}/clearances/<int:clearance_id>/customer", f"{THEIRS}/clearance"),
    f"{THEIRS}/clearance.mbox",
)


def _add_records(desk: Desk, world: World, row: Development) -> ChangeSet:
    file = files.store_file(desk, "series.mbox", "application/mbox", b"From: a@b.example")
    own = {"base": "1" * 40, "sha512": "0" * 128, "file_id": file.id}
    change = ChangeSet(development_id=row.id, version=1, made_at=desk.now(), **own)
    desk.session.add(change)
    desk.session.flush()
    place = deployments.Place(row.organisation_id, None, desk.today())
    deployed = deployments.deploy(desk, row, change, place)
    _add_clearance(desk, world, change)
    until = desk.today() + timedelta(days=1)
    waiver = waivers.ask(desk, row, reasons.SECRET, "Why.", until)
    desk.session.flush()
    world.values |= {"deployment_id": deployed.id, "waiver_id": waiver.id}
    return change


def _add_clearance(desk: Desk, world: World, change: ChangeSet) -> None:
    """Add the source that comes out, a look with a finding, and the customer's word on paper."""
    paper = files.store_file(desk, PAPER.name, PAPER.media_type, PAPER.body)
    own = {"head": "2" * 40, "tree": "3" * 40, "archive_sha512": "4" * 128}
    tar = files.store_file(desk, "berth.tar.gz", "application/gzip", gzip.compress(b"", mtime=0))
    tree = SourceTree(change_set_id=change.id, archive_id=tar.id, made_at=desk.now(), **own)
    look = Clearance(
        development_id=change.development_id,
        change_set_id=change.id,
        made_at=desk.now(),
        outcomes='{"C10": "found"}',
        terms="",
    )
    desk.session.add_all([tree, look])
    desk.session.flush()
    finding = Finding(
        clearance_id=look.id, check="C10", code="untested", severity="warning", facts="{}"
    )
    word = Approval(
        clearance_id=look.id,
        side="customer",
        ground="document",
        approved_at=desk.now(),
        document_id=paper.id,
    )
    desk.session.add_all([finding, word])
    desk.session.flush()
    world.values |= {"clearance_id": look.id, "finding_id": finding.id}


def _add_source(desk: Desk, world: World) -> None:
    """Add an archive that everybody may load, and a request of the customer's."""
    today, now = desk.today(), desk.now()
    file = files.store_file(desk, "kettle-2.1.tar.gz", "application/gzip", b"tea")
    digests = {"fingerprint": "f", "sha512": "5"}
    moments = {"packed_at": now, "last_seen_at": now}
    archive = SourceArchive(name="kettle", version="2.1", file_id=file.id, **digests, **moments)
    asked = SourceRequest(
        kind="source",
        product="Kettle 2.1",
        wished_medium="download",
        person_id=world.people["customer"].id,
        received_on=today,
        due_on=today,
    )
    desk.session.add_all([archive, asked])
    desk.session.flush()
    world.values |= {"sha512": archive.sha512, "request_id": asked.id, "what": "running"}
