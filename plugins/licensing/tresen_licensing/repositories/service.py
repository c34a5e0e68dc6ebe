# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of upstream's history: it is taken in, fetched, and change sets are put on it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dulwich.object_store import DiskObjectStore
from tresen.sdk import (
    Desk,
    Refused,
    _,
    clean_file_name,
    desk_for,
    read_settings,
    release,
    store_file,
)

from tresen_licensing.changes import queries as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.service import append
from tresen_licensing.networks.guards import Limits
from tresen_licensing.networks.settings import let_in
from tresen_licensing.repositories import histories, outcomes, queries, tarballs
from tresen_licensing.repositories.bundles import Bundle, read_bundle
from tresen_licensing.repositories.fetching import Fetched, Source, Wanted, fetch
from tresen_licensing.repositories.models import (
    Attempt,
    Mirror,
    MirrorHead,
    MirrorPack,
    SourceTree,
)
from tresen_licensing.repositories.standings import Standing, standing

SETTINGS = "licensing.repositories"
FETCH = "licensing.fetch"
PACK, INDEX, ARCHIVE = (
    "application/x-git-packed-objects",
    "application/octet-stream",
    "application/gzip",
)
_MEGABYTE = 1024 * 1024
_BRANCH = "refs/heads/"
# As many branches of a bundle are remembered.
_MOST_BRANCHES = 200


def source_of(desk: Desk) -> Source:
    """Return from where may be fetched, as the operator decided."""
    given = read_settings(desk, SETTINGS)
    folder = Path(given["folder"]) if (given["folder"] or "").strip() else None
    limits = Limits(given["megabytes"] * _MEGABYTE, given["seconds"], let_in(desk))
    return Source(limits, folder)


def take_bundle(desk: Desk, row: Development, body: bytes) -> Mirror:
    """Take upstream's history in from a bundle; raises Refused for one that is broken or too large.

    What is known already stays.
    """
    address = _address(row)
    bundle = opened_bundle(desk, body)
    heads = {name: each for name, each in bundle.heads.items() if _is_branch(name)}
    mirror = _mirror(desk, address)
    with histories.opened(desk, queries.packs_of(desk, mirror.id)) as store:
        gone = [each for each in bundle.stands_on if not histories.is_commit(store, each)]
        if gone:
            words = {"commit": gone[0][:12]}
            raise Refused(
                _("The bundle builds on %(commit)s, which is not known here: send the whole.")
                % words
            )
        _keep(desk, row, mirror, store, Fetched(bundle.pack, heads))
    return mirror


def opened_bundle(desk: Desk, body: bytes) -> Bundle:
    """Return what is in a bundle; raises Refused for what is none, or larger than is allowed."""
    limit = read_settings(desk, SETTINGS)["megabytes"]
    if len(body) > limit * _MEGABYTE:
        words = {"limit": limit}
        raise Refused(_("A history of more than %(limit)s MB is too large.") % words)
    return read_bundle(body)


def fetch_upstream(desk: Desk, row: Development) -> None:
    """Fetch what is new upstream, without a transaction while the network is waited for.

    Raises Refused where nobody answers as a repository does, or a limit is reached; why is kept.
    """
    address, reference, source = _address(row), row.reference, source_of(desk)
    mirror = _mirror(desk, address)
    known = list(queries.heads_of(desk, mirror.id).values())
    last = changes.latest(desk, row.id)
    wanted = Wanted(row.upstream_branch, [last.base] if last else [])
    with histories.opened(desk, queries.packs_of(desk, mirror.id)) as store:
        release(desk)
        failure, found = None, None
        try:
            found = fetch(store, address, wanted, known, source)
        except Refused as refusal:
            failure = refusal
        with desk_for(desk.core, desk.actor, write=True) as later:
            _settle(later, reference, store, found, failure)
    if failure is not None:
        raise failure


def attempt(desk: Desk, row: Development, change: ChangeSet) -> Attempt:
    """Put a change set on its base and write down how it went; its file must be loaded."""
    with standing(desk, row, change) as found:
        return settle(desk, row, change, found)


def apply(desk: Desk, change: ChangeSet) -> SourceTree:
    """Return the source that a change set gives on its base.

    Raises Refused where the base is not known, or a patch does not fit: it is named with its file.
    """
    row = desk.session.get_one(Development, change.development_id)
    whole = changes.change_set(desk, row, change.version)
    tried = attempt(desk, row, whole)
    made = queries.source_tree(desk, change.id)
    if tried.outcome != outcomes.APPLIED or made is None:
        raise Refused(said(tried))
    return made


def settle(desk: Desk, row: Development, change: ChangeSet, found: Standing) -> Attempt:
    """Write down how a change set stands on its base, and keep the source that comes out."""
    tried = queries.attempt(desk, change.id)
    is_new = tried is None or tried.outcome != found.outcome
    if tried is None:
        tried = Attempt(change_set_id=change.id)
        desk.session.add(tried)
    tried.outcome, tried.tried_at = found.outcome, desk.now()
    tried.position = found.failed.position if found.failed else None
    tried.path = found.failed.path if found.failed else ""
    facts = {"version": change.version, "outcome": found.outcome}
    made = _tree(desk, row, change, found)
    if is_new:
        append(desk, row, "applied", facts | ({"tree": made.tree} if made else {}))
    desk.session.flush()
    return tried


def said(tried: Attempt) -> str:
    """Return how it went in one sentence."""
    if tried.outcome == outcomes.NO_FIT:
        words = {"number": tried.position, "path": tried.path}
        return _("Patch %(number)s does not fit: %(path)s is not as it expects.") % words
    return f"{outcomes.TITLES[tried.outcome]}."


def _address(row: Development) -> str:
    address = queries.address_of(row.upstream_url)
    if not address:
        raise Refused(_("Say first where upstream's repository is."))
    return address


def _mirror(desk: Desk, address: str) -> Mirror:
    found = queries.mirror(desk, address)
    if found is None:
        found = Mirror(address=address)
        desk.session.add(found)
        desk.session.flush()
    return found


def _is_branch(name: str) -> bool:
    return name == queries.HEAD or name.startswith(_BRANCH)


def _settle(
    desk: Desk,
    reference: str,
    store: DiskObjectStore,
    found: Fetched | None,
    failure: Refused | None,
) -> None:
    """Keep what was fetched, or why nothing was."""
    row = developments.development(desk, reference)
    mirror = _mirror(desk, _address(row))
    mirror.failure = failure.sentence if failure else ""
    if found is not None:
        _keep(desk, row, mirror, store, found)


def _keep(
    desk: Desk, row: Development, mirror: Mirror, store: DiskObjectStore, came: Fetched
) -> None:
    """Keep a pack that came in and where the branches stand; then try the latest changes on it."""
    new = histories.take_in(store, came.pack) if came.pack else None
    histories.demand_commits(store, came.heads)
    if new is not None:
        name = clean_file_name(f"{row.reference}.pack")
        pack = store_file(desk, name, PACK, new.pack)
        index = store_file(desk, f"{name}.idx", INDEX, new.listing)
        desk.session.add(MirrorPack(mirror_id=mirror.id, pack_id=pack.id, index_id=index.id))
    _keep_heads(desk, mirror, came.heads)
    mirror.taken_at, mirror.failure = desk.now(), ""
    desk.session.flush()
    if new is not None:
        append(desk, row, "history_taken", {"bytes": len(new.pack)})
    last = changes.latest(desk, row.id)
    if last is not None and last.file_id is not None:
        attempt(desk, row, changes.change_set(desk, row, last.version))


def _keep_heads(desk: Desk, mirror: Mirror, heads: Mapping[str, str]) -> None:
    known: dict[str, Any] = {
        each.name: each for each in desk.session.query(MirrorHead).filter_by(mirror_id=mirror.id)
    }
    for name, commit in sorted(heads.items())[:_MOST_BRANCHES]:
        if name in known:
            known[name].commit = commit
        else:
            desk.session.add(MirrorHead(mirror_id=mirror.id, name=name[:250], commit=commit))


def _tree(desk: Desk, row: Development, change: ChangeSet, found: Standing) -> SourceTree | None:
    """Return the source that came out, kept with its archive; None where nothing did."""
    applied = found.applied
    if applied is None:
        return None
    known = queries.source_tree(desk, change.id)
    if known is not None and known.archive_id is not None:
        return known
    made = tarballs.archive(applied.store, applied.head)
    name = f"{row.reference}-v{change.version}.tar.gz"
    file = store_file(desk, name, ARCHIVE, made.packed)
    if known is None:
        known = SourceTree(change_set_id=change.id, made_at=desk.now())
        desk.session.add(known)
    known.head, known.tree, known.archive_sha512 = applied.head, applied.tree, made.sha512
    known.archive_id, known.archive = file.id, file
    known.submodules = json.dumps(made.submodules)
    desk.session.flush()
    return known
