# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever agents, administrators and time do, the promises of giving back hold.

The numbers are those of the invariants in the plugin's design: 1 nothing runs without changes and a
base, 2 and 3 what runs outside is public or on a clock that began there, 5 every commit is signed
off by its author or an allowed alias, 6 change sets are never edited, 7 the journal is only
appended to, 8 and 9 embargo and waiver end.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select
from tresen.sdk import Actor, Core, Desk, Person, Refused, desk_for
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.agreements import service as agreements
from tresen_licensing.agreements import terms
from tresen_licensing.changes import queries as changes
from tresen_licensing.changes import service as changing
from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.clearances.checks.records import Subject
from tresen_licensing.clearances.checks.sign_offs import SIGNED as SIGN_OFFS
from tresen_licensing.deployments import service as deployments
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import clocks, queries, service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import broken_at, entries_of, sealed
from tresen_licensing.patches.series import PatchText
from tresen_licensing.publications import queries as publications
from tresen_licensing.publications.models import Publication
from tresen_licensing.waivers import jobs, reasons
from tresen_licensing.waivers import queries as waiving
from tresen_licensing.waivers import service as waivers
from tresen_licensing.waivers.models import Waiver

BASE = "4" * 40
PATCH = """\
From {commit} Mon Sep 17 00:00:00 2001
From: Dora Developer <dora@tresen.example>
Date: Mon, 2 Mar 2026 10:00:00 +0100
Subject: [PATCH] Change {number}

Signed-off-by: Dora Developer <dora@tresen.example>
---
diff --git a/README b/README
index c793148..587be6b 100644
--- a/README
+++ b/README
@@ -1 +1 @@
-Harbour
+Harbour {number}

base-commit: {base}
--
2.39.5
"""
DAYS = st.integers(-5, 130)


class GivingBack(RuleBasedStateMachine):
    """One development between two people and a clock; every rule may be refused."""

    core: Core
    clock: SteppedClock
    people: tuple[Person, Person]
    organisation_id: int

    def __init__(self) -> None:
        """Begin with a development under an agreement."""
        super().__init__()
        self.numbers = 0
        self.kept: dict[int, tuple[Any, ...]] = {}
        self.journal: list[dict[str, Any]] = []
        self.was_public = False
        self.published: list[tuple[int, int, str]] = []
        self.ran_before: set[int] = set()
        with self.acting(0) as desk:
            self.row_id = self._begin(desk)

    def _begin(self, desk: Desk) -> int:
        given = {
            "title": "Frame contract",
            "agreed_on": desk.today(),
            "licence": "MIT",
            "publishing": terms.YES,
            "deadline_days": 30,
            "embargo_days": 90,
            "credit": terms.ANONYMOUS,
        }
        agreement = agreements.agree(desk, self.organisation_id, given)
        about = {"title": "A berth", "kind": states.FIX, "agreement_id": agreement.id}
        return service.begin(desk, self.organisation_id, about).id

    @contextmanager
    def acting(self, who: int) -> Iterator[Desk]:
        """Yield the desk of one of the two people; what is refused is undone."""
        person = self.people[who]
        with suppress(Refused), desk_for(self.core, write=True) as desk:
            yield replace(desk, actor=Actor(person.name, "agent", person.id))

    def row(self, desk: Desk) -> Development:
        """Return the development, with its agreement."""
        found = desk.session.get_one(Development, self.row_id)
        return queries.development(desk, found.reference)

    @rule(who=st.integers(0, 1))
    def send_in(self, who: int) -> None:
        """Send in another version."""
        self.numbers += 1
        text = PATCH.format(commit="5" * 40, number=self.numbers, base=BASE)
        with self.acting(who) as desk:
            changing.add(desk, self.row(desk), [text.encode()], "")

    @rule(who=st.integers(0, 1), back=st.integers(-2, 20), is_outside=st.booleans())
    def deploy(self, who: int, back: int, is_outside: bool) -> None:
        """Write down that the latest version runs at the customer."""
        with self.acting(who) as desk:
            row = self.row(desk)
            last = changes.latest(desk, row.id)
            if last is not None:
                day = desk.today() - timedelta(days=back)
                place = deployments.Place(self.organisation_id, None, day, is_outside)
                deployments.deploy(desk, row, last, place)

    @rule(who=st.integers(0, 1), days=st.integers(-30, 30))
    def stop(self, who: int, days: int) -> None:
        """Write down that it runs somewhere no more."""
        with self.acting(who) as desk:
            wanted = select(Deployment).order_by(Deployment.id.desc()).limit(1)
            found = desk.session.scalar(wanted.where(Deployment.development_id == self.row_id))
            if found is not None:
                day = desk.today() + timedelta(days=days)
                deployments.end(desk, self.row(desk), found, day)

    @rule(who=st.integers(0, 1), state=st.sampled_from([*states.VERBS]), note=st.sampled_from("x "))
    def step(self, who: int, state: str, note: str) -> None:
        """Take any step by hand."""
        with self.acting(who) as desk:
            service.step(desk, self.row(desk), state, note)

    @rule(who=st.integers(0, 1), days=DAYS)
    def embargo(self, who: int, days: int) -> None:
        """Put an embargo on it."""
        with self.acting(who) as desk:
            until = desk.today() + timedelta(days=days)
            service.embargo(desk, self.row(desk), until, "A hole.")

    @rule(who=st.integers(0, 1), reason=st.sampled_from([*reasons.REASONS]), days=DAYS)
    def ask(self, who: int, reason: str, days: int) -> None:
        """Ask for a waiver."""
        with self.acting(who) as desk:
            until = desk.today() + timedelta(days=days)
            waivers.ask(desk, self.row(desk), reason, "Why.", until)

    @rule(who=st.integers(0, 1), grants=st.booleans())
    def decide(self, who: int, grants: bool) -> None:
        """Grant or end the latest waiver."""
        with self.acting(who) as desk:
            row = self.row(desk)
            for waiver in waiving.waivers_of(desk, row.id)[:1]:
                (waivers.grant if grants else waivers.end)(desk, row, waiver)

    @rule(state=st.sampled_from([states.READY, states.PUBLISHED, states.PROPOSED]))
    @precondition(lambda self: self.numbers > 2)
    def go_on(self, state: str) -> None:
        """Take a step that another part of the plugin takes."""
        with self.acting(1) as desk:
            service.take(desk, self.row(desk), state, "It is so.")

    @rule(who=st.integers(0, 1))
    def publish_latest(self, who: int) -> None:
        """Let the public have the latest version, as its clearance and anchors end in it."""
        with self.acting(who) as desk:
            row, made = self.row(desk), publications.publication(desk, self.row_id)
            last = changes.latest(desk, row.id)
            is_new = made is None or publications.rework(desk, row) is not None
            if last is not None and row.state in states.REWORKED and is_new:
                facts = {"tree": f"{last.version:040}", "licence": "MIT"}
                published = Publication(
                    development_id=row.id, change_set_id=last.id, published_at=desk.now(), **facts
                )
                desk.session.add(published)

    @rule(days=st.integers(1, 45))
    def wait(self, days: int) -> None:
        """Let time pass, and Tresen do what it does by itself."""
        self.clock.go(days=days)
        with self.acting(0) as desk:
            jobs.lapse(desk)

    @invariant()
    def nothing_runs_without_a_base(self) -> None:
        """1: each deployment has changes of its own development, and these a base."""
        with self.acting(0) as desk:
            found = desk.session.execute(
                select(Deployment.development_id, ChangeSet.development_id, ChangeSet.base).join(
                    ChangeSet, ChangeSet.id == Deployment.change_set_id
                )
            ).all()
            assert {(one == other, base) for one, other, base in found} <= {(True, BASE)}

    @invariant()
    def what_runs_outside_is_owed_or_public(self) -> None:
        """2 and 3: the clock began with the first place outside, whatever was done since."""
        with self.acting(0) as desk:
            row = self.row(desk)
            days = desk.session.scalars(
                select(Deployment.first_seen_on).where(
                    Deployment.development_id == row.id, Deployment.is_outside
                )
            ).all()
            found = queries.standings(desk, [row])[row.id].clock
            begun: date | None = min(days) if days else None
            assert found.started_on == begun
            is_idle = found.standing == clocks.NOT_RUNNING
            assert is_idle is (begun is None and row.state not in states.PUBLIC)

    @invariant()
    def change_sets_stay_what_they_were(self) -> None:
        """6: what was sent in reads the same for good."""
        with self.acting(0) as desk:
            now = {
                each.id: (each.version, each.base, each.sha512)
                for each in desk.session.scalars(select(ChangeSet))
            } | {
                -each.id: (each.position, each.patch_id, each.author_address)
                for each in desk.session.scalars(select(Patch))
            }
            assert {key: now[key] for key in self.kept} == self.kept
            self.kept = now

    @invariant()
    def journal_is_only_appended_to(self) -> None:
        """7: what stood in the journal still stands there, and its chain holds."""
        with self.acting(0) as desk:
            row = self.row(desk)
            entries = entries_of(desk, row.id)
            now = [sealed(row.reference, each) for each in entries]
            assert (now[: len(self.journal)], broken_at(row.reference, entries)) == (
                self.journal,
                [],
            )
            self.journal = now

    @invariant()
    def embargo_and_waiver_end(self) -> None:
        """8 and 9: neither puts the day off beyond its limit."""
        with self.acting(0) as desk:
            row = self.row(desk)
            found = queries.standings(desk, [row])[row.id].clock
            if found.due_on is not None and found.started_on is not None:
                assert found.due_on <= found.started_on + timedelta(days=90)
            longest = timedelta(days=reasons.LONGEST_DAYS)
            for waiver in desk.session.scalars(select(Waiver)):
                assert waiver.expires_on <= desk.today(waiver.asked_at) + longest
                assert waiver.granted_at is None or waiver.granted_by_id != waiver.asked_by_id

    @invariant()
    def what_is_public_stays_public(self) -> None:
        """Nobody takes back what the public has, a new version least of all."""
        with self.acting(0) as desk:
            is_public = self.row(desk).state in states.PUBLIC
            assert is_public or not self.was_public
            self.was_public = is_public
            wanted = select(Publication).where(Publication.development_id == self.row_id)
            rows = desk.session.scalars(wanted.order_by(Publication.id)).all()
            now = [(each.id, each.change_set_id, each.tree) for each in rows]
            assert (now[: len(self.published)], sorted(now)) == (self.published, now)
            self.published = now

    @invariant()
    def nothing_newer_than_the_public_begins_to_run_outside(self) -> None:
        """2: since the first publication, what runs outside was published, or ran before."""
        with self.acting(0) as desk:
            found = desk.session.execute(
                select(Deployment.id, ChangeSet.version)
                .join(ChangeSet, ChangeSet.id == Deployment.change_set_id)
                .where(Deployment.development_id == self.row_id, Deployment.is_outside)
            ).all()
            made = publications.publication(desk, self.row_id)
            if made is None:
                self.ran_before = {each for each, _version in found}
            public = made.change_set.version if made is not None else 0
            newer = {each for each, version in found if version > public}
            assert newer <= self.ran_before


def test_promises_hold_whatever_happens(
    core: Core, clock: SteppedClock, desk: Desk, customer: Person
) -> None:
    people = [
        factories.make_person(desk, name, f"{name.lower()}@tresen.example", role="agent")
        for name in ("Anna", "Bea")
    ]
    desk.commit()
    kind = type("Tried", (GivingBack,), {})
    kind.core, kind.clock = core, clock
    kind.people, kind.organisation_id = tuple(people), customer.organisation_id
    kind.TestCase.settings = settings(
        max_examples=8,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    kind.TestCase().runTest()


PEOPLE = ("dora", "emil")
ADDRESSES = [f"{name}@{place}.example" for name in PEOPLE for place in ("work", "home")]
SIGNED = st.tuples(st.sampled_from(ADDRESSES), st.lists(st.sampled_from(ADDRESSES), max_size=3))


@settings(max_examples=60, deadline=None)
@given(commits=st.lists(SIGNED, max_size=5), known=st.sets(st.sampled_from(PEOPLE)))
def test_every_commit_is_signed_off_by_its_author_or_an_alias(
    commits: list[tuple[str, list[str]]], known: set[str]
) -> None:
    """5: of people whom Tresen knows, any address of theirs will do; of others, the author's."""
    patches = [
        PatchText("Change", "", "", author, None, tuple(signed), b"", "", (), 1, 0)
        for author, signed in commits
    ]
    theirs = {name: frozenset(each for each in ADDRESSES if name in each) for name in known}
    aliases = {each: group for group in theirs.values() for each in group}
    found = {each.place.patch for each in SIGN_OFFS.run(Subject(patches=patches, aliases=aliases))}
    is_missing = [
        not (set(signed) & (aliases.get(author) or {author})) for author, signed in commits
    ]
    assert found == {number for number, gone in enumerate(is_missing, start=1) if gone}


@pytest.mark.parametrize("days", [30, 31])
def test_day_to_publish_is_counted_in_the_operators_days(
    agent_desk: Desk, development: Development, change: ChangeSet, clock: SteppedClock, days: int
) -> None:
    # Half past eleven at night in Greenwich is the next day in Berlin.
    clock.moment = clock.moment.replace(hour=23, minute=30)
    place = deployments.Place(development.organisation_id, None, agent_desk.today())
    deployments.deploy(agent_desk, development, change, place)
    clock.go(days=days)
    whole = queries.development(agent_desk, development.reference)
    found = queries.standings(agent_desk, [whole])[whole.id].clock
    assert (found.standing == clocks.OVERDUE, found.started_on) == (days == 31, date(2026, 3, 11))
