# SPDX-License-Identifier: AGPL-3.0-or-later
"""Anchors are added, seen, withdrawn and countersigned; the journal tells of it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from publishings import acting_for
from tresen.sdk import Conflict, Desk, Forbidden, Missing, Person, Refused, remove_files
from tresen.testing import factories
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import broken_at, entries_of
from tresen_licensing.publications import kinds, queries, service
from tresen_licensing.publications.models import Anchor
from tresen_licensing.publications.records import Reading
from tresen_licensing.publications.service import Place
from tresen_licensing.repositories.models import SourceTree

Sign = Callable[[Development], Anchor]
ADDRESS = "https://git.example/harbour/berth.git"


def told(desk: Desk, row: Development) -> list[tuple[str, str]]:
    """Return kind and side of what the journal tells of anchors."""
    kinds_of = ("anchor_added", "anchor_seen", "anchor_withdrawn", "countersigned")
    return [(e.kind, e.side) for e in entries_of(desk, row.id) if e.kind in kinds_of]


@pytest.fixture
def forge(agent_desk: Desk, ready: Development) -> Anchor:
    """Return a repository of others, not looked at yet."""
    return service.add(agent_desk, ready, Place(kinds.FORGE, ADDRESS, "main", is_ours=False))


def test_anchor_is_kept_and_not_seen_yet(
    agent_desk: Desk, ready: Development, forge: Anchor, agent: Person
) -> None:
    assert (
        (forge.address, forge.revision, forge.outcome, forge.is_ours, forge.added_by_id),
        told(agent_desk, ready),
    ) == (
        (ADDRESS, "main", kinds.PENDING, False, agent.id),
        [("anchor_added", "company")],
    )


def test_address_stands_outside_the_seal(
    agent_desk: Desk, ready: Development, forge: Anchor
) -> None:
    entry = entries_of(agent_desk, ready.id)[-1]
    assert (json.loads(entry.facts), entry.note) == ({"kind": "forge", "ours": "false"}, ADDRESS)


@pytest.mark.parametrize(
    "address",
    [
        *("", "git.example/berth", "ftp://git.example/berth", "file:///srv/berth", "https://"),
        *("https://me:secret@git.example/berth", "https://git.example/a b", "https://[::1/x"),
        *(
            "https://git.example:99999999/x",
            "javascript:alert(1)",
            f"https://x.example/{'x' * 300}",
        ),
    ],
)
def test_what_is_no_public_address_is_refused(
    agent_desk: Desk, ready: Development, address: str
) -> None:
    with pytest.raises(Refused, match="begins with https"):
        service.add(agent_desk, ready, Place(kinds.FORGE, address, "main"))


def test_repository_needs_a_revision(agent_desk: Desk, ready: Development) -> None:
    with pytest.raises(Refused, match="branch, tag or commit"):
        service.add(agent_desk, ready, Place(kinds.OPENCODE, ADDRESS, " "))


@pytest.mark.parametrize("kind", [kinds.OWN_PAGE, kinds.COUNTERSIGNATURE, "else"])
def test_what_has_no_address_is_not_added_by_one(
    agent_desk: Desk, ready: Development, kind: str
) -> None:
    with pytest.raises(Refused):
        service.add(agent_desk, ready, Place(kind, ADDRESS, "main"))


def test_software_heritage_is_known_by_the_commit(
    agent_desk: Desk, ready: Development, tree: SourceTree
) -> None:
    made = service.add(agent_desk, ready, Place(kinds.SOFTWARE_HERITAGE))
    expected = f"https://archive.softwareheritage.org/api/1/revision/{tree.head}/"
    assert (made.address, made.is_ours) == (expected, False)


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("https://desk.example/berth", True),
        ("https://git.desk.example/berth", True),
        ("https://git.firm.example/berth", True),
        ("https://otherdesk.example/berth", False),
    ],
)
def test_what_stands_on_our_own_hosts_is_ours_whatever_is_said(
    agent_desk: Desk,
    ready: Development,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    is_ours: bool,
) -> None:
    config = replace(agent_desk.config, base_url="https://desk.example")
    monkeypatch.setattr(agent_desk.core, "config", config)
    hosts = {"own_hosts": "Git.Firm.example\nother.example"}
    monkeypatch.setattr(service.settings, "read_settings", lambda _desk, _name: hosts)
    place = Place(kinds.SOFTWARE_HERITAGE, address, is_ours=False)
    assert service.add(agent_desk, ready, place).is_ours == is_ours


@pytest.mark.parametrize(
    "again",
    [
        ADDRESS,
        "https://GIT.example/harbour/berth",
        "http://git.example/harbour/berth/",
        f"{ADDRESS}/",
        f"{ADDRESS}#readme",
    ],
)
def test_one_place_counts_once_however_it_is_written(
    agent_desk: Desk, ready: Development, forge: Anchor, again: str
) -> None:
    with pytest.raises(Refused, match="there already"):
        service.add(agent_desk, ready, Place(kinds.OPENCODE, again, "other"))


def test_same_place_may_show_another_development(
    agent_desk: Desk, ready: Development, forge: Anchor, begin: Callable[[], Development]
) -> None:
    other = begin()
    for state in (states.IN_DEVELOPMENT, states.CLEARANCE, states.READY):
        other.state = state
    assert service.add(agent_desk, other, Place(kinds.FORGE, ADDRESS, "main")).id != forge.id


def test_nothing_is_anchored_before_it_is_cleared(
    agent_desk: Desk, development: Development
) -> None:
    with pytest.raises(Refused, match="not cleared"):
        service.add(agent_desk, development, Place(kinds.FORGE, ADDRESS, "main"))


def test_our_own_page_shows_the_patches_byte_for_byte(
    agent_desk: Desk, ready: Development, tree: SourceTree, series: bytes, agent: Person
) -> None:
    made = service.offer(agent_desk, ready)
    digest = hashlib.sha256(series.rstrip(b"\n") + b"\n").hexdigest()
    assert (
        made.outcome,
        made.tree,
        made.compared,
        made.sha256,
        made.is_ours,
        made.observer_id,
    ) == (
        kinds.HELD,
        tree.tree,
        kinds.PATCHES,
        digest,
        True,
        agent.id,
    )


def test_our_own_page_is_offered_once(agent_desk: Desk, ready: Development) -> None:
    service.offer(agent_desk, ready)
    with pytest.raises(Refused, match="there already"):
        service.offer(agent_desk, ready)


def test_our_own_page_without_its_patches_is_gone(
    agent_desk: Desk, ready: Development, change: ChangeSet
) -> None:
    made = service.offer(agent_desk, ready)
    remove_files(agent_desk, [change.file_id or 0])
    agent_desk.session.expire_all()
    service.look_at_home(agent_desk, ready, made)
    assert (made.outcome, made.observer_id) == (kinds.GONE, None)


def test_our_own_page_without_any_changes_is_gone(
    agent_desk: Desk, begin: Callable[[], Development]
) -> None:
    row = begin()
    row.state = states.READY
    assert service.offer(agent_desk, row).outcome == kinds.GONE


def test_our_own_page_shows_nothing_while_the_source_is_not_known(
    agent_desk: Desk, ready: Development, tree: SourceTree
) -> None:
    agent_desk.session.delete(tree)
    made = service.offer(agent_desk, ready)
    assert (made.outcome, made.tree) == (kinds.OTHER, "")


def test_what_was_seen_is_written_down(
    agent_desk: Desk, ready: Development, forge: Anchor, agent: Person
) -> None:
    seen = Reading(kinds.HELD, "6" * 40, "7" * 40, kinds.TREE, "8" * 64)
    service.note(agent_desk, ready, forge, seen, agent.id)
    kept = (forge.tree, forge.commit, forge.compared, forge.sha256)
    assert (kept, forge.observed_at == forge.held_at == agent_desk.now(), forge.observer_id) == (
        ("6" * 40, "7" * 40, kinds.TREE, "8" * 64),
        True,
        agent.id,
    )


def test_journal_is_told_of_what_is_new_alone(
    agent_desk: Desk, ready: Development, forge: Anchor
) -> None:
    seen = Reading(kinds.HELD, "6" * 40, "7" * 40, kinds.TREE, "8" * 64)
    for reading in (seen, seen, seen, replace(seen, outcome=kinds.OTHER, tree="5" * 40)):
        service.note(agent_desk, ready, forge, reading)
    assert [kind for kind, _side in told(agent_desk, ready)] == [
        "anchor_added",
        "anchor_seen",
        "anchor_seen",
    ]


@pytest.mark.parametrize("outcome", [kinds.SILENT, kinds.GONE, kinds.UNREADABLE, kinds.REFUSED])
def test_what_was_known_stays_where_nothing_new_is_read(
    agent_desk: Desk, ready: Development, forge: Anchor, outcome: str
) -> None:
    seen = Reading(kinds.HELD, "6" * 40, "7" * 40, kinds.TREE, "8" * 64)
    service.note(agent_desk, ready, forge, seen)
    service.note(agent_desk, ready, forge, Reading(outcome))
    assert (forge.outcome, forge.tree, forge.sha256) == (outcome, "6" * 40, "8" * 64)


def test_anchor_is_withdrawn_with_a_reason(
    agent_desk: Desk, ready: Development, forge: Anchor
) -> None:
    service.withdraw(agent_desk, ready, forge, "It moves.")
    entry = entries_of(agent_desk, ready.id)[-1]
    assert (entry.kind, entry.note, forge.withdrawn_at) == (
        "anchor_withdrawn",
        "It moves.",
        agent_desk.now(),
    )


def test_withdrawn_place_is_taken_up_again_and_seen_anew(
    agent_desk: Desk, ready: Development, forge: Anchor
) -> None:
    seen = Reading(kinds.HELD, "6" * 40, "7" * 40, kinds.TREE, "8" * 64)
    service.note(agent_desk, ready, forge, seen)
    service.withdraw(agent_desk, ready, forge, "It moves.")
    again = service.add(agent_desk, ready, Place(kinds.FORGE, ADDRESS, "berth"))
    assert (again.id, again.withdrawn_at, again.outcome, again.tree, again.held_at) == (
        forge.id,
        None,
        kinds.PENDING,
        "",
        None,
    )


def test_nothing_is_withdrawn_twice(agent_desk: Desk, ready: Development, forge: Anchor) -> None:
    service.withdraw(agent_desk, ready, forge, "It moves.")
    with pytest.raises(Refused, match="withdrawn already"):
        service.withdraw(agent_desk, ready, forge, "Again.")


def test_customers_word_is_not_ours_to_withdraw(
    agent_desk: Desk, ready: Development, sign: Sign
) -> None:
    with pytest.raises(Refused, match="customer's word"):
        service.withdraw(agent_desk, ready, sign(ready), "No.")


def test_page_of_what_is_public_is_not_withdrawn(agent_desk: Desk, public: Development) -> None:
    home = queries.at_place(agent_desk, public, kinds.OWN_PAGE)
    assert home is not None
    with pytest.raises(Refused, match="our own page stays"):
        service.withdraw(agent_desk, public, home, "No.")


def test_customer_confirms_with_person_moment_and_words(
    desk: Desk, ready: Development, sign: Sign, customer: Person, tree: SourceTree
) -> None:
    made = sign(ready)
    digest = hashlib.sha256(b"We confirm it.").hexdigest()
    assert (
        (made.observer_id, made.observed_at, made.words, made.tree, made.sha256, made.is_ours),
        told(desk, ready),
    ) == (
        (customer.id, desk.now(), "We confirm it.", tree.tree, digest, False),
        [("countersigned", "customer"), ("anchor_seen", "customer")],
    )


def test_journal_holds_with_a_countersignature(desk: Desk, ready: Development, sign: Sign) -> None:
    sign(ready)
    assert broken_at(ready.reference, entries_of(desk, ready.id)) == []


def test_source_is_confirmed_once(ready: Development, sign: Sign) -> None:
    sign(ready)
    with pytest.raises(Refused, match="confirmed already"):
        sign(ready)


def test_another_source_than_was_read_is_not_confirmed(
    customer_desk: Desk, ready: Development
) -> None:
    with pytest.raises(Conflict, match="changed meanwhile"):
        service.countersign(customer_desk, ready, "Yes.", "5" * 40)


def test_nothing_is_confirmed_while_the_source_is_not_known(
    agent_desk: Desk, customer_desk: Desk, ready: Development, tree: SourceTree
) -> None:
    agent_desk.session.delete(tree)
    with pytest.raises(Refused, match="nothing to confirm"):
        service.countersign(customer_desk, ready, "Yes.", "")


def test_nothing_is_confirmed_before_it_is_cleared(
    customer_desk: Desk, development: Development, tree: SourceTree
) -> None:
    with pytest.raises(Refused, match="nothing to confirm"):
        service.countersign(customer_desk, development, "Yes.", tree.tree)


def test_contact_of_another_customer_confirms_nothing(
    desk: Desk, ready: Development, tree: SourceTree, other_customer: Person
) -> None:
    with pytest.raises(Forbidden):
        service.countersign(acting_for(desk, other_customer), ready, "Yes.", tree.tree)


@pytest.mark.parametrize(
    "without", [{"permissions": frozenset()}, {"kind": "agent"}, {"person_id": None}], ids=str
)
def test_who_may_not_take_part_confirms_nothing(
    desk: Desk, ready: Development, tree: SourceTree, customer: Person, without: dict[str, object]
) -> None:
    with pytest.raises(Forbidden):
        service.countersign(acting_for(desk, customer, **without), ready, "Yes.", tree.tree)


def test_who_left_confirms_nothing(
    desk: Desk, ready: Development, sign: Sign, customer: Person
) -> None:
    customer.is_active = False
    desk.commit()
    with pytest.raises(Forbidden):
        sign(ready)


def test_confirmation_stays_valid_when_who_signed_leaves(
    desk: Desk, ready: Development, sign: Sign, customer: Person, tree: SourceTree
) -> None:
    made = sign(ready)
    customer.is_active = False
    desk.commit()
    found = queries.seen(desk, made)
    assert (found.outcome, found.tree, found.is_withdrawn) == (kinds.HELD, tree.tree, False)


def test_colleague_confirms_the_next_source(
    agent_desk: Desk,
    desk: Desk,
    ready: Development,
    sign: Sign,
    tree: SourceTree,
    customer: Person,
) -> None:
    sign(ready)
    tree.tree = "4" * 40
    agent_desk.commit()
    home = customer.organisation
    colleague = factories.make_customer(desk, "Aaron Colleague", "aaron@kunde.example", home)
    made = service.countersign(acting_for(desk, colleague), ready, "Yes.", "4" * 40)
    assert (made.observer_id, len(queries.anchors_of(desk, ready.id))) == (colleague.id, 2)


def test_anchor_of_another_development_is_missing(
    agent_desk: Desk, ready: Development, forge: Anchor, begin: Callable[[], Development]
) -> None:
    with pytest.raises(Missing):
        queries.anchor(agent_desk, begin(), forge.id)
