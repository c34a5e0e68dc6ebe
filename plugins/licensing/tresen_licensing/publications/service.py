# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of anchors: added, looked at, withdrawn, countersigned."""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from tresen.sdk import Conflict, Desk, Forbidden, Person, Refused, _, read_file

from tresen_licensing.changes.queries import change_set
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.service import append
from tresen_licensing.publications import kinds, queries, settings
from tresen_licensing.publications.models import Anchor
from tresen_licensing.publications.queries import Source
from tresen_licensing.publications.records import Reading

# The job that looks at anchors.
LOOK = "licensing.look_at_anchors"
HERITAGE = "https://archive.softwareheritage.org/api/1/revision/%s/"
# Where anchors are added: what is cleared, and whatever is public.
ANCHORED = (states.READY, *states.PUBLIC)


@dataclass(frozen=True)
class Place:
    """Where the source is to be found, as somebody wrote it down."""

    kind: str
    address: str = ""
    revision: str = ""
    is_ours: bool = True


def add(desk: Desk, row: Development, place: Place) -> Anchor:
    """Keep a place that is looked at; raises Refused for what is no address, or is known."""
    _demand_anchored(row)
    address = place.address.strip()
    if place.kind == kinds.SOFTWARE_HERITAGE and not address:
        address = heritage_address(desk, row)
    revision = place.revision.strip() if place.kind in kinds.REPOSITORIES else ""
    if place.kind not in kinds.ADDRESSED or not _is_address(address):
        raise Refused(_("An address begins with https:// and holds no password."))
    if place.kind in kinds.REPOSITORIES and not revision:
        raise Refused(_("Which branch, tag or commit holds the changes?"))
    is_ours = settings.is_ours(desk, address) or (
        place.is_ours and place.kind not in kinds.NEVER_OURS
    )
    made = _kept(desk, row, place_of(address), place.kind)
    made.address, made.revision, made.is_ours = address, revision, is_ours
    desk.session.flush()
    append(desk, row, "anchor_added", {"kind": made.kind, "ours": _yes(is_ours)}, address)
    return made


def heritage_address(desk: Desk, row: Development) -> str:
    """Return where Software Heritage knows the commit; nothing while no commit is known."""
    head = queries.source(desk, row).head
    return HERITAGE % head if head else ""


def offer(desk: Desk, row: Development) -> Anchor:
    """Offer the patches on our own page, from the moment on which it is published."""
    _demand_anchored(row)
    made = _kept(desk, row, kinds.OWN_PAGE, kinds.OWN_PAGE)
    made.is_ours = True
    desk.session.flush()
    append(desk, row, "anchor_added", {"kind": made.kind, "ours": _yes(made.is_ours)})
    look_at_home(desk, row, made, desk.actor.person_id)
    return made


def look_at_home(
    desk: Desk, row: Development, anchor: Anchor, observer_id: int | None = None
) -> None:
    """Compare the patches that our own page hands out with what came in, byte for byte."""
    source = queries.meant(desk, [anchor])[anchor.id]
    note(desk, row, anchor, _at_home(desk, row, source), observer_id)


def note(
    desk: Desk, row: Development, anchor: Anchor, reading: Reading, observer_id: int | None = None
) -> None:
    """Write down what a look found; the journal is told of what is new alone.

    Where nobody answered, what was known stays, and counts for a while.
    """
    before = (anchor.outcome, anchor.tree)
    anchor.observed_at, anchor.observer_id = desk.now(), observer_id
    anchor.outcome = reading.outcome
    if reading.outcome == kinds.HELD:
        anchor.held_at = anchor.observed_at
    if reading.outcome in (kinds.HELD, kinds.OTHER):
        anchor.tree, anchor.commit = reading.tree, reading.commit
        anchor.compared, anchor.sha256 = reading.compared, reading.sha256
    desk.session.flush()
    if (anchor.outcome, anchor.tree) != before:
        facts = {"kind": anchor.kind, "outcome": anchor.outcome, "tree": anchor.tree}
        append(desk, row, "anchor_seen", facts | {"sha256": anchor.sha256}, anchor.address)


def withdraw(desk: Desk, row: Development, anchor: Anchor, why: str) -> None:
    """Let an anchor count no more; raises Refused for the customer's word, and our public page."""
    if anchor.withdrawn_at is not None:
        raise Refused(_("It is withdrawn already."))
    if anchor.kind == kinds.COUNTERSIGNATURE:
        raise Refused(_("It is the customer's word: it stays."))
    if anchor.kind == kinds.OWN_PAGE and anchor.publication_id is not None:
        raise Refused(_("It is public: our own page stays."))
    anchor.withdrawn_at = desk.now()
    append(desk, row, "anchor_withdrawn", {"kind": anchor.kind}, why)


def countersign(desk: Desk, row: Development, words: str, tree: str) -> Anchor:
    """Keep that a contact of the customer confirms the source, with the words that they signed.

    Raises Forbidden for anybody else, Conflict where another source is meant by now, and Refused
    where there is nothing to confirm.
    """
    person = _contact(desk, row)
    source = queries.source(desk, row)
    if row.state not in ANCHORED or not source.tree:
        raise Refused(_("There is nothing to confirm yet."))
    if tree != source.tree:
        raise Conflict(_("The source was changed meanwhile. Please read it again."))
    place = f"{kinds.COUNTERSIGNATURE}:{source.tree}"
    if queries.at_place(desk, row, place) is not None:
        raise Refused(_("It is confirmed already."))
    made = _kept(desk, row, place, kinds.COUNTERSIGNATURE)
    made.is_ours, made.words = False, words
    append(desk, row, "countersigned", {"tree": tree}, words)
    digest = hashlib.sha256(words.encode()).hexdigest()
    reading = Reading(kinds.HELD, tree, source.head, kinds.WORDS, digest)
    note(desk, row, made, reading, person.id)
    return made


def place_of(address: str) -> str:
    """Return an address as it is compared: two ways to write it are one place."""
    parts = urlsplit(address)
    path = parts.path.rstrip("/").removesuffix(".git")
    return f"{(parts.hostname or '').lower()}:{parts.port or ''}{path}?{parts.query}"


def _kept(desk: Desk, row: Development, place: str, kind: str) -> Anchor:
    """Return the anchor at a place, new or taken up again; raises Refused where one counts."""
    made = queries.at_place(desk, row, place)
    if made is None:
        made = Anchor(development_id=row.id, place=place, publication_id=queries.target(desk, row))
        desk.session.add(made)
    elif made.withdrawn_at is None:
        raise Refused(_("This anchor is there already."))
    made.kind, made.outcome, made.withdrawn_at = kind, kinds.PENDING, None
    made.added_at, made.added_by_id = desk.now(), desk.actor.person_id
    made.observed_at = made.held_at = None
    made.tree = made.commit = made.compared = made.sha256 = ""
    return made


def _at_home(desk: Desk, row: Development, source: Source) -> Reading:
    if source.change is None:
        return Reading(kinds.GONE)
    file = change_set(desk, row, source.change.version).file
    if file is None:
        return Reading(kinds.GONE)
    body = read_file(desk, file)
    digest = hashlib.sha256(body).hexdigest()
    is_same = hashlib.sha512(body).hexdigest() == source.change.sha512
    tree = source.tree if is_same else ""
    outcome = kinds.HELD if tree else kinds.OTHER
    return Reading(outcome, tree, source.head, kinds.PATCHES, digest)


def _contact(desk: Desk, row: Development) -> Person:
    actor = desk.actor
    person = desk.session.get(Person, actor.person_id) if actor.person_id is not None else None
    is_theirs = actor.kind == "customer" and actor.may("licensing.take_part")
    if person is None or not is_theirs or not person.is_active:
        raise Forbidden(_("Only contacts of the customer confirm this."))
    if person.organisation_id != row.organisation_id:
        raise Forbidden(_("Only contacts of the customer confirm this."))
    return person


def _demand_anchored(row: Development) -> None:
    if row.state not in ANCHORED:
        raise Refused(_("It is not cleared yet."))


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    is_plain = "@" not in parts.netloc and not any(each.isspace() for each in address)
    return parts.scheme in ("http", "https") and bool(host) and is_plain and len(address) <= 300


def _yes(value: bool) -> str:
    return str(value).lower()
