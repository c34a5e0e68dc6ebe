# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is checked once a development is cleared and public, and when its time has come."""

import gzip
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from gits import Repository
from tresen.sdk import Desk, store_file
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.agreements import terms
from tresen_licensing.audits import archives, fragments, materials, signatures
from tresen_licensing.audits.registry import AUDITS
from tresen_licensing.bundles import packing, signing, verify
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.clearances.checks.registry import CHECKS
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import development as whole
from tresen_licensing.publications import queries, service
from tresen_licensing.publications.models import Anchor
from tresen_licensing.repositories.models import SourceTree
from tresen_licensing.sources import service as sources

Look = Callable[..., tuple[str, list[str]]]
Deploy = Callable[..., Deployment]
SHOWN = "https://git.example/berth"


def codes(found: Any) -> list[str]:
    """Return the codes of findings."""
    return [each.code for each in found]


def test_twenty_checks_have_the_numbers_from_one_to_twenty() -> None:
    assert sorted([*CHECKS, *AUDITS]) == [f"C{number:02}" for number in range(1, 21)]


@pytest.mark.parametrize("name", [*AUDITS])
def test_nothing_is_looked_at_before_its_time(
    audit: Look, development: Development, name: str
) -> None:
    assert audit(name, development) == ("not_yet", [])


@pytest.mark.parametrize("name", ["C14", "C18", "C19", "C20"])
def test_what_is_public_is_looked_at_once_it_is(audit: Look, ready: Development, name: str) -> None:
    assert audit(name, ready) == ("not_yet", [])


# C14: the bill of materials.


def test_component_that_does_not_run_here_is_in_no_bill_of_ours(
    audit: Look, public: Development
) -> None:
    assert audit("C14", public) == ("not_applicable", [])


def test_component_that_runs_here_has_its_pedigree_in_the_bill(
    audit: Look, agent_desk: Desk, public: Development
) -> None:
    public.component = "Tresen-Licensing"
    sources.look(agent_desk)
    agent_desk.commit()
    assert audit("C14", public) == ("passed", [])


def test_bill_without_the_development_is_found(agent_desk: Desk, public: Development) -> None:
    bill = '{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [%s]}'
    part = '{"type": "library", "name": "berth", "bom-ref": "a"%s}'
    pedigree = ', "pedigree": {"notes": "Changed by CD-2026-0001.", "commits": [{"uid": "%s"}]}'
    whole_ = bill % (part % (pedigree % ("a" * 40)))
    found = [
        codes(materials.faults(text, name, "CD-2026-0001", "a" * 40))
        for text, name in [
            (whole_, "berth"),
            (whole_, "quay"),
            (whole_.replace("a" * 40, "b" * 40), "berth"),
            (bill % (part % ""), "berth"),
            (whole_.replace('"version": 1', '"version": "one"'), "berth"),
        ]
    ]
    assert found == [[], ["no_pedigree"], ["no_pedigree"], ["no_pedigree"], ["invalid"]]


# C15: the archive.


def test_archive_of_git_gives_its_tree(repo: Repository) -> None:
    plain = repo.git("archive", "--format=tar", repo.tree())
    digest, tree = hashlib.sha512(plain).hexdigest(), repo.tree()
    found = [
        codes(archives.faults(body, *wanted))
        for body, wanted in [
            (gzip.compress(plain), (digest, tree)),
            (gzip.compress(plain), ("0" * 128, tree)),
            (gzip.compress(plain), (digest, "0" * 40)),
            (gzip.compress(plain)[:-9], (digest, tree)),
            (plain, (digest, tree)),
            (gzip.compress(b"no tar" * 200), (digest, tree)),
        ]
    ]
    assert found == [[], ["digest"], ["tree"], ["unreadable"], ["unreadable"], ["unreadable"]]


def test_archive_of_a_tree_with_a_submodule_gives_its_tree(repo: Repository) -> None:
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},vendor/quay")
    tree = repo.git("write-tree").decode().strip()
    plain = repo.git("archive", "--format=tar", tree)
    wanted = gzip.compress(plain), hashlib.sha512(plain).hexdigest(), tree
    links = {"vendor/quay": "a" * 40}
    assert codes(archives.faults(*wanted, links)) == []
    assert codes(archives.faults(*wanted)) == ["tree"]


def test_source_without_a_kept_archive_has_nothing_to_compare(
    audit: Look, ready: Development
) -> None:
    assert audit("C15", ready) == ("not_applicable", [])


def test_kept_archive_is_compared_with_the_tree(
    audit: Look, agent_desk: Desk, ready: Development, tree: SourceTree
) -> None:
    file = store_file(agent_desk, "source.tar.gz", "application/gzip", gzip.compress(b"x"))
    tree.archive_id = file.id
    agent_desk.commit()
    assert audit("C15", ready) == ("found", ["unreadable"])


# C16: the anchors.


def test_anchors_are_counted_as_publishing_does(
    audit: Look, agent_desk: Desk, ready: Development, elsewhere_shown: Callable[..., Anchor]
) -> None:
    before = audit("C16", ready)
    service.offer(agent_desk, ready)
    agent_desk.commit()
    own = audit("C16", ready)
    elsewhere_shown(ready)
    assert (before, own, audit("C16", ready)) == (
        ("found", ["few", "ours"]),
        ("found", ["few", "ours"]),
        ("passed", []),
    )


def test_two_own_anchors_are_not_enough(
    audit: Look, agent_desk: Desk, ready: Development, elsewhere_shown: Callable[..., Anchor]
) -> None:
    service.offer(agent_desk, ready)
    elsewhere_shown(ready, is_ours=True)
    assert audit("C16", ready) == ("found", ["ours"])


def test_anchor_of_what_is_public_may_be_lost_again(
    audit: Look, agent_desk: Desk, public: Development, elsewhere_shown: Callable[..., Anchor]
) -> None:
    shown = elsewhere_shown(public)
    before = audit("C16", public)
    for each in queries.anchors_of(agent_desk, public.id):
        each.tree = "0" * 40 if each.id != shown.id else each.tree
    agent_desk.commit()
    assert (before, audit("C16", public)) == (("passed", []), ("found", ["few"]))


# C18: what runs.


@pytest.fixture
def running(deploy: Deploy, agent_desk: Desk, public: Development) -> Deployment:
    """Return where the published changes run."""
    made = deploy()
    agent_desk.commit()
    return made


def test_what_runs_nowhere_differs_from_nothing(audit: Look, public: Development) -> None:
    assert audit("C18", public) == ("not_applicable", [])


@pytest.mark.parametrize(
    ("found", "codes_"), [("", ["unknown"]), ("same", []), ("0" * 40, ["other"])]
)
def test_tree_that_was_found_is_compared(
    audit: Look,
    desk: Desk,
    public: Development,
    running: Deployment,
    found: str,
    codes_: list[str],
) -> None:
    running.tree = queries.source(desk, public).tree if found == "same" else found
    desk.commit()
    assert audit("C18", public) == ("found" if codes_ else "passed", codes_)


def test_another_version_is_not_what_was_published(
    audit: Look, agent_desk: Desk, public: Development, running: Deployment, change: ChangeSet
) -> None:
    own = {"development_id": public.id, "version": 2, "base": change.base, "sha512": "0" * 128}
    other = ChangeSet(made_at=agent_desk.now(), **own)
    agent_desk.session.add(other)
    agent_desk.session.flush()
    running.change_set_id = other.id
    agent_desk.commit()
    assert audit("C18", public) == ("found", ["version"])


def test_place_that_ended_is_not_looked_at(
    audit: Look, desk: Desk, public: Development, running: Deployment
) -> None:
    running.ended_on = desk.today()
    desk.commit()
    assert audit("C18", public) == ("not_applicable", [])


# C19: publiccode.yml.


def test_development_of_no_component_has_no_fragment(audit: Look, public: Development) -> None:
    assert audit("C19", public) == ("not_applicable", [])


@pytest.mark.parametrize("credit", [terms.ANONYMOUS, terms.NAMED, terms.FUNDER])
def test_fragment_names_with_consent(
    audit: Look, desk: Desk, public: Development, credit: str
) -> None:
    public.component, public.agreement.credit = "berth", credit
    public.upstream_url = "https://forge.example/berth.git"
    desk.commit()
    assert audit("C19", public) == ("passed", [])


def test_address_that_is_none_is_found(audit: Look, desk: Desk, public: Development) -> None:
    public.component, public.upstream_url = "berth", "git@forge.example:berth.git"
    desk.commit()
    assert audit("C19", public) == ("found", ["key"])


GOOD = """publiccodeYmlVersion: '0.5'
name: berth
legal: {license: AGPL-3.0-or-later}
usedBy: [Kunde GmbH]
fundedBy: [{name: Kunde GmbH}]
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (GOOD, []),
        (GOOD.replace("'0.5'", "'9'"), ["publiccodeYmlVersion"]),
        (GOOD.replace("name: berth", "name: ''"), ["name"]),
        (GOOD.replace("AGPL-3.0-or-later", "Nobody's"), ["legal/license"]),
        (GOOD + "isBasedOn: [ftp://a.example]\n", ["isBasedOn"]),
        (GOOD.replace("[Kunde GmbH]", "[Other Ltd]"), ["named"]),
        (GOOD.replace("name: Kunde GmbH", "name: Other Ltd"), ["named"]),
        ("a: [", ["unreadable"]),
        ("- a", ["unreadable"]),
    ],
)
def test_fragment_is_judged_as_far_as_it_goes(text: str, found: list[str]) -> None:
    told = fragments.faults(text, {"Kunde GmbH"}, {"Kunde GmbH"})
    assert [each.facts.get("key", each.code) for each in told] == found


# C20: the signature.


def test_evidence_of_what_is_public_is_signed(audit: Look, public: Development) -> None:
    assert audit("C20", public) == ("passed", [])


def test_changed_or_otherwise_signed_evidence_is_found(desk: Desk, public: Development) -> None:
    body = packing.bundle(desk, whole(desk, public.reference))
    key, other = (
        signing.public_line(signing.key_from(each)) for each in (desk.config.secret_key, "other")
    )
    changed = verify.packed(verify.Bundle(body).files | {"README": b"x"})
    found = [
        codes(signatures.faults(*each))
        for each in [(body, key), (body, other), (changed, key), (b"no zip", key)]
    ]
    assert found == [[], ["invalid"], ["invalid"], ["invalid"]]


def test_looks_are_taken_anew(
    audit: Look, public: Development, desk: Desk, clock: SteppedClock
) -> None:
    before = audit("C16", public)
    for each in queries.anchors_of(desk, public.id):
        each.outcome = "silent"
    desk.commit()
    soon = audit("C16", public)
    clock.go(days=29)
    late = audit("C16", public)
    assert (before[0], soon[0], late) == ("passed", "passed", ("found", ["few", "ours"]))
