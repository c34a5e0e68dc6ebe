# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks through upstream's history for what was proposed, and for the release that holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from dulwich.object_store import BaseObjectStore
from sqlalchemy import delete
from tresen.sdk import Desk, Refused, desk_for, read_file

from tresen_licensing.changes import queries as changes
from tresen_licensing.connections import service as connections
from tresen_licensing.detections.finding import find, first_tag
from tresen_licensing.detections.records import Findings, Sought
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import histories
from tresen_licensing.forges.records import Access
from tresen_licensing.journals.service import append
from tresen_licensing.patches.series import read_series
from tresen_licensing.proposals import queries, service, states
from tresen_licensing.proposals.models import MergedPatch, UpstreamProposal

EVERY = timedelta(hours=12)


@dataclass(frozen=True)
class Wanted:
    """What is looked for where."""

    proposal_id: int
    sought: Sought
    access: Access
    url: str
    branch: str
    commit: str


@dataclass(frozen=True)
class Searched:
    """What a history held: findings, and the earliest release with them; or why it was not read."""

    findings: Findings | None = None
    release: str = ""
    fault: str = ""
    # Whether it may be read a while later.
    may_pass: bool = False


def search(desk: Desk, proposal_id: int | None = None) -> Mapping[int, Searched]:
    """Look for what is due, or for one proposal alone; write down and return what was found."""
    with desk_for(desk.core) as reading:
        rows = queries.to_search_for(reading)
        if proposal_id is not None:
            found = queries.proposal(reading, proposal_id)
            rows = [(found, reading.session.get_one(Development, found.development_id))]
        wanted = [each for pair in rows if (each := _wanted(reading, *pair)) is not None]
    searched = {each.proposal_id: _fetched(each) for each in wanted}
    for known_id, result in searched.items():
        note(desk, queries.proposal(desk, known_id), result)
    return searched


def searched_in(
    store: BaseObjectStore, head: str, sought: Sought, tags: Mapping[str, str], commit: str = ""
) -> Searched:
    """Return what a history holds that ends with `head`; `commit` is where it is known to be."""
    findings = find(store, head, sought)
    last = commit or (findings.commits[-1] if findings.is_whole else "")
    release = first_tag(store, head, last, tags.items()) if last else ""
    return Searched(findings, release)


def note(desk: Desk, found: UpstreamProposal, result: Searched) -> None:
    """Write down what was found: merged where all of it is there; the rest a person decides."""
    found.next_search_at = desk.now() + EVERY
    if result.findings is None:
        found.fault = result.fault
        return
    _keep(desk, found, result.findings)
    if result.findings.is_whole and found.state in states.WAITING:
        commit = result.findings.commits[-1]
        service.decide(desk, found, states.MERGED, "", {"commit": commit})
    if result.release and found.state == states.MERGED and not found.release:
        service.release(desk, found, result.release, desk.today())


def _wanted(desk: Desk, found: UpstreamProposal, row: Development) -> Wanted | None:
    change = changes.change_set(desk, row, found.change_set.version)
    if change.file is None or not row.upstream_url:
        return None
    patches = read_series([read_file(desk, change.file)]).patches
    return Wanted(
        proposal_id=found.id,
        sought=Sought(row.reference, change.base, patches),
        access=connections.stranger(desk),
        url=row.upstream_url,
        branch=row.upstream_branch,
        commit=found.commit,
    )


def _fetched(wanted: Wanted) -> Searched:
    try:
        with histories.fetched(wanted.access, wanted.url, wanted.branch) as history:
            return searched_in(
                *(history.store, history.head, wanted.sought, history.tags), wanted.commit
            )
    except Refused as refusal:
        return Searched(fault=refusal.sentence, may_pass=getattr(refusal, "may_pass", False))


def _keep(desk: Desk, found: UpstreamProposal, findings: Findings) -> None:
    known = {each.position for each in queries.merged_patches(desk, found.id)}
    desk.session.execute(delete(MergedPatch).where(MergedPatch.proposal_id == found.id))
    for position, hit in findings.hits.items():
        own = {"position": position, "commit": hit.commit, "detector": hit.detector}
        desk.session.add(MergedPatch(proposal_id=found.id, **own))
    desk.session.flush()
    if set(findings.hits) != known:
        facts = {"found": len(findings.hits), "total": findings.total}
        for row in queries.served(desk, found):
            append(desk, row, "found_upstream", facts)
    if findings.differently and found.state in states.WAITING:
        found.differently = findings.differently
