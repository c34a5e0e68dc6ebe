# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the patches to the public: a bundle of what was really cleared and published holds."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from gits import Repository
from sqlalchemy import select
from tresen.sdk import Desk, EmailAddress, Person
from tresen_licensing.bundles import packing, verify
from tresen_licensing.changes import service as changing
from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.deployments import service as deployments
from tresen_licensing.developments import queries, service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.proposals.models import MergedPatch, UpstreamProposal
from tresen_licensing.publications import kinds
from tresen_licensing.publications import service as publications
from tresen_licensing.publications.models import Anchor
from tresen_licensing.repositories import service as repositories

Deploy = Callable[..., Any]


@pytest.fixture
def applied(
    agent_desk: Desk, development: Development, change: ChangeSet, repo: Repository
) -> Development:
    """Return the development whose changes were put on upstream's history."""
    development.upstream_url = "https://forge.example/harbour"
    agent_desk.session.flush()
    row = queries.development(agent_desk, development.reference)
    body = repo.git("bundle", "create", "-", "main")
    repositories.take_bundle(agent_desk, row, body)
    repositories.apply(agent_desk, change)
    agent_desk.commit()
    return row


def bundle_of(desk: Desk, row: Development) -> verify.Bundle:
    """Return the opened bundle of a development."""
    return verify.Bundle(packing.bundle(desk, queries.development(desk, row.reference)))


def failing(bundle: verify.Bundle) -> list[str]:
    """Return the numbers of the promises that do not hold."""
    return [number for number, check, _title in verify.CHECKS if verify.faults_of(check, bundle)]


def public(desk: Desk, row: Development) -> None:
    """Take a development to the public by its states alone."""
    for state in (states.CLEARANCE, states.READY, states.PUBLISHED):
        service.take(desk, row, state)


def anchor(desk: Desk, row: Development, kind: str, tree: str) -> Anchor:
    """Keep an anchor that was seen."""
    made = Anchor(
        development_id=row.id,
        kind=kind,
        place=kind,
        is_ours=kind == kinds.OWN_PAGE,
        added_at=desk.now(),
        outcome=kinds.HELD,
        observed_at=desk.now(),
        held_at=desk.now(),
        tree=tree,
    )
    desk.session.add(made)
    desk.session.flush()
    return made


def test_source_that_names_another_repository_is_the_named_tree(
    agent_desk: Desk, development: Development, repo: Repository
) -> None:
    commit = repo.text("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},within/quay")
    repo.git("commit", "-q", "-m", "Within")
    (repo.folder / "within/quay").mkdir(parents=True)
    base = repo.text("rev-parse", "HEAD")
    repo.git("checkout", "-q", "-b", "lifted")
    repo.commit({"src/quay.py": b"BERTHS = 7\n"}, "Lift")
    development.upstream_url = "https://forge.example/harbour"
    agent_desk.session.flush()
    row = queries.development(agent_desk, development.reference)
    made = changing.add(agent_desk, row, [repo.series(base)], base)
    repositories.take_bundle(agent_desk, row, repo.git("bundle", "create", "-", "lifted"))
    repositories.apply(agent_desk, made)
    agent_desk.commit()
    bundle = bundle_of(agent_desk, row)
    told = bundle.facts["change_sets"][-1]
    assert (told["submodules"], told["tree"], verify.source(bundle)) == (
        {"within/quay": commit},
        repo.tree(),
        [],
    )


def test_source_in_it_is_what_git_gives(
    agent_desk: Desk, applied: Development, repo: Repository
) -> None:
    bundle = bundle_of(agent_desk, applied)
    archive = repo.git("archive", "--format=tar", "HEAD")
    told = bundle.facts["change_sets"][0]["tree"], bundle.files["source.tar"] == archive
    assert (told, failing(bundle)) == ((repo.tree(), True), [])


def test_published_development_holds_with_two_anchors(
    agent_desk: Desk, applied: Development, repo: Repository, deploy: Deploy
) -> None:
    deploy()
    public(agent_desk, applied)
    found = []
    for kind in (kinds.OWN_PAGE, kinds.COUNTERSIGNATURE):
        found.append(failing(bundle_of(agent_desk, applied)))
        anchor(agent_desk, applied, kind, repo.tree())
    found.append(failing(bundle_of(agent_desk, applied)))
    assert found == [["4"], ["4"], []]


def test_withdrawn_anchor_counts_no_more(
    agent_desk: Desk, applied: Development, repo: Repository
) -> None:
    public(agent_desk, applied)
    anchor(agent_desk, applied, kinds.COUNTERSIGNATURE, repo.tree())
    ours = anchor(agent_desk, applied, kinds.FORGE, repo.tree())
    before = failing(bundle_of(agent_desk, applied))
    publications.withdraw(agent_desk, applied, ours, "The forge is closed.")
    assert (before, failing(bundle_of(agent_desk, applied))) == ([], ["4"])


def test_anchor_that_shows_another_source_counts_not(
    agent_desk: Desk, applied: Development, repo: Repository
) -> None:
    public(agent_desk, applied)
    anchor(agent_desk, applied, kinds.COUNTERSIGNATURE, repo.tree())
    anchor(agent_desk, applied, kinds.FORGE, "7" * 40)
    assert failing(bundle_of(agent_desk, applied)) == ["4"]


def test_adopted_development_holds_with_a_release_and_no_delta(
    agent_desk: Desk, applied: Development, change: ChangeSet, repo: Repository, deploy: Deploy
) -> None:
    place = deploy()
    public(agent_desk, applied)
    for kind in (kinds.OWN_PAGE, kinds.COUNTERSIGNATURE):
        anchor(agent_desk, applied, kind, repo.tree())
    for state in (states.PROPOSED, states.MERGED, states.RELEASED, states.ADOPTED):
        service.take(agent_desk, applied, state)
    proposal = UpstreamProposal(
        development_id=applied.id,
        change_set_id=change.id,
        route="mail",
        state="merged",
        title="A berth",
        proposed_at=agent_desk.now(),
        release="5.1",
        commit="8" * 40,
    )
    found = [failing(bundle_of(agent_desk, applied))]
    agent_desk.session.add(proposal)
    agent_desk.session.flush()
    agent_desk.session.add(
        MergedPatch(proposal_id=proposal.id, position=1, commit="8" * 40, detector="content")
    )
    found.append(failing(bundle_of(agent_desk, applied)))
    deployments.end(agent_desk, applied, place, agent_desk.today())
    bundle = bundle_of(agent_desk, applied)
    found.append(failing(bundle))
    (told,) = bundle.json("upstream.json")["proposals"]
    merged = [{"position": 1, "commit": "8" * 40, "detector": "content"}]
    assert (found, told["merged"], told["release"]) == ([["10"], ["10"], []], merged, "5.1")


def test_files_say_nothing_where_nothing_happened(
    agent_desk: Desk, development: Development
) -> None:
    bundle = bundle_of(agent_desk, development)
    told = bundle.json("clearance.json"), bundle.json("publication.json")
    upstream = bundle.json("upstream.json")
    nothing = dict.fromkeys(("published_at", "version", "tree", "licence"))
    assert (told, upstream, "source.tar" in bundle.files) == (
        (None, nothing | {"anchors": []}),
        {"proposals": [], "released": None, "delta": 0},
        False,
    )


@pytest.mark.usefixtures("change")
def test_only_the_address_that_signed_is_told_of_a_person(
    agent_desk: Desk, desk: Desk, development: Development, agent: Person
) -> None:
    patches = desk.session.scalars(select(Patch).order_by(Patch.position)).all()
    for address in (patches[0].author_address, "private@anna.example"):
        desk.session.add(EmailAddress(person_id=agent.id, address=address))
    desk.session.flush()
    files = bundle_of(agent_desk, development).files
    rows = [*csv.DictReader(io.StringIO(files["dco.csv"].decode()))]
    told = {(row["author"], row["aliases"]) for row in rows}
    own = "dora@tresen.example"
    assert (told, b"private@" in b"".join(files.values())) == ({(own, own)}, False)
