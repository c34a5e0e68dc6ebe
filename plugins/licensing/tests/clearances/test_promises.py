# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever agents, authors and customers do: what is cleared was looked at by two, and is clean."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from clearances.conftest import CLEAN, SPDX, Files
from gits import Repository
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select
from tresen.sdk import Actor, Core, Desk, Forbidden, Organisation, Person, Refused, desk_for
from tresen.testing import factories
from tresen_licensing.agreements import service as agreements
from tresen_licensing.agreements import terms
from tresen_licensing.agreements.service import Document
from tresen_licensing.changes import queries as changes
from tresen_licensing.changes import service as changing
from tresen_licensing.clearances import approving, queries, service, states
from tresen_licensing.clearances.checks.registry import CHECKS
from tresen_licensing.clearances.models import Approval, Clearance, Finding
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments import service as developing
from tresen_licensing.developments import states as way
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import broken_at, entries_of
from tresen_licensing.repositories import service as repositories
from tresen_licensing.repositories.models import SourceTree

# What somebody may send in, by a word for it.
SECRET = SPDX + b'password = "S0mmer-2026"\n'
KINDS: dict[str, Files] = {
    "clean": CLEAN,
    "secret": {**CLEAN, "src/quay.py": SECRET},
    "person": {**CLEAN, "README": b"For Olga Outside.\n"},
    "untested": {name: body for name, body in CLEAN.items() if "test" not in name},
    "clash": {**CLEAN, "src/new.py": SPDX.replace(b"AGPL-3.0-or-later", b"SSPL-1.0")},
}
PAPER = Document("signed.pdf", "application/pdf", b"%PDF-1.7")
AGREED = {
    "title": "Frame contract",
    "licence": "AGPL-3.0-or-later",
    "deadline_days": 30,
    "embargo_days": 90,
    "credit": terms.ANONYMOUS,
    "clause": "Section 9.",
}
AUTHOR, SENDER, BOSS = range(3)
AGENTS = st.sampled_from([AUTHOR, SENDER, BOSS])


class Clearing(RuleBasedStateMachine):
    """One development between three agents and a customer; every rule may be refused."""

    core: Core
    agents: tuple[Person, ...]
    customer: Person
    series: dict[str, bytes]
    bundle: bytes

    def __init__(self) -> None:
        """Begin in clearance, with a history that is known."""
        super().__init__()
        self.row_id = 0
        self.answers: dict[int, tuple[str, int | None]] = {}
        self.trees: dict[int, tuple[str, str, str]] = {}
        with self.acting(SENDER) as desk:
            self.row_id = self._begin(desk)

    def _begin(self, desk: Desk) -> int:
        home = self.customer.organisation_id or 0
        given = AGREED | {"agreed_on": desk.today(), "publishing": terms.YES}
        agreement = agreements.agree(desk, home, given, PAPER)
        about = {
            "title": "A berth",
            "kind": way.FEATURE,
            "agreement_id": agreement.id,
            "upstream_url": "https://forge.example/quay.git",
            "upstream_branch": "main",
        }
        row = developing.begin(desk, home, about)
        for state in (way.IN_DEVELOPMENT, way.CLEARANCE):
            developing.step(desk, row, state)
        repositories.take_bundle(desk, row, self.bundle)
        return row.id

    @contextmanager
    def acting(self, who: int, actor: Actor | None = None) -> Iterator[Desk]:
        """Yield the desk of an agent, or of another actor; what is refused is undone."""
        person = self.agents[who]
        with (
            suppress(Refused, Forbidden),
            desk_for(self.core, write=True) as desk,
        ):
            yield replace(desk, actor=actor or Actor(person.name, "agent", person.id))

    def row(self, desk: Desk) -> Development:
        """Return the development, loaded whole."""
        found = desk.session.get_one(Development, self.row_id)
        return developments.development(desk, found.reference)

    def looks(self, desk: Desk) -> list[Clearance]:
        """Return all looks, the latest first."""
        wanted = select(Clearance).where(Clearance.development_id == self.row_id)
        return list(desk.session.scalars(wanted.order_by(Clearance.id.desc())))

    @rule(who=AGENTS, kind=st.sampled_from([*KINDS]))
    def send_in(self, who: int, kind: str) -> None:
        """Send in another version."""
        with self.acting(who) as desk:
            changing.add(desk, self.row(desk), [self.series[kind]], "")

    @rule(who=AGENTS)
    def look(self, who: int) -> None:
        """Run the checks."""
        with self.acting(who) as desk:
            service.check(desk, self.row(desk))

    @rule(who=AGENTS, words=st.sampled_from(["Because.", " "]))
    def answer(self, who: int, words: str) -> None:
        """Answer all that waits, as far as it can be answered."""
        with self.acting(who) as desk:
            row = self.row(desk)
            review = queries.review(desk, row)
            for each in review.open if review else []:
                with suppress(Refused):
                    service.answer(desk, row, each, words)

    @rule(who=AGENTS, earlier=st.integers(0, 1))
    def approve(self, who: int, earlier: int) -> None:
        """Approve the latest look for our house, or one before it."""
        with self.acting(who) as desk:
            for each in self.looks(desk)[earlier : earlier + 1]:
                approving.approve(desk, self.row(desk), each.id)

    @rule(sees=st.booleans(), is_theirs=st.booleans())
    def agree(self, sees: bool, is_theirs: bool) -> None:
        """Agree as a customer, or as somebody of another one."""
        home = self.customer.organisation_id if is_theirs else -1
        names = self.customer.name, "customer", self.customer.id, home
        actor = Actor(*names, sees_organisation=sees)
        with self.acting(SENDER, actor) as desk:
            for each in self.looks(desk)[:1]:
                approving.agree(desk, self.row(desk), each.id)

    @rule(who=AGENTS, has_paper=st.booleans())
    def record(self, who: int, has_paper: bool) -> None:
        """Write down that the customer agreed."""
        with self.acting(who) as desk:
            for each in self.looks(desk)[:1]:
                paper = PAPER if has_paper else None
                approving.record_agreement(desk, self.row(desk), each.id, "Their boss.", paper)

    @rule(publishing=st.sampled_from([*terms.PUBLISHING]))
    def amend(self, publishing: str) -> None:
        """Agree on something else."""
        with self.acting(BOSS) as desk:
            row = self.row(desk)
            assert row.agreement is not None
            given = AGREED | {"agreed_on": row.agreement.agreed_on, "publishing": publishing}
            agreements.amend(desk, row.agreement, given)

    @rule(state=st.sampled_from([way.CLEARANCE, way.IN_DEVELOPMENT]))
    def step(self, state: str) -> None:
        """Take it back or on by hand."""
        with self.acting(SENDER) as desk:
            developing.step(desk, self.row(desk), state, "It is so.")

    @invariant()
    def what_is_cleared_is_clean_and_approved_by_two(self) -> None:
        """Nothing is open, both sides have spoken, and they are two people."""
        with self.acting(BOSS) as desk:
            row = self.row(desk)
            review = queries.review(desk, row) if row.state == way.READY else None
            if review is None:
                assert row.state != way.READY
                return
            people = {each.person_id for each in review.approvals.values()}
            last = changes.latest(desk, row.id)
            assert (review.open, {*review.approvals}, len(people), review.change) == (
                *([], {*states.SIDES}, 2, last),
            )

    @invariant()
    def our_house_is_neither_sender_nor_author(self) -> None:
        """Four eyes: who approved for our house had no part in the changes."""
        with self.acting(BOSS) as desk:
            for word in desk.session.scalars(select(Approval)):
                look = desk.session.get_one(Clearance, word.clearance_id)
                change = desk.session.get_one(service.ChangeSet, look.change_set_id)
                had_part = {change.made_by_id, self.agents[AUTHOR].id}
                assert word.side != states.COMPANY or word.person_id not in had_part

    @invariant()
    def what_blocks_is_never_answered(self) -> None:
        """Only a warning is answered, or a strict finding by somebody who had no part in it."""
        with self.acting(BOSS) as desk:
            answered = desk.session.scalars(select(Finding).where(Finding.answer != "")).all()
            for each in answered:
                is_strict = CHECKS[each.check].is_strict
                assert is_strict or each.severity == states.WARNING
                assert not is_strict or each.answered_by_id != self.agents[AUTHOR].id
            now = {each.id: (each.answer, each.answered_by_id) for each in answered}
            assert {key: now[key] for key in self.answers} == self.answers
            self.answers = now

    @invariant()
    def same_changes_give_the_same_source(self) -> None:
        """What came out of a change set never becomes something else."""
        with self.acting(BOSS) as desk:
            now = {
                each.change_set_id: (each.head, each.tree, each.archive_sha512)
                for each in desk.session.scalars(select(SourceTree))
            }
            assert {key: now[key] for key in self.trees} == self.trees
            self.trees = now

    @invariant()
    def journal_holds_and_repeats_no_secret(self) -> None:
        """Each step is sealed; neither facts nor findings quote what was found."""
        with self.acting(BOSS) as desk:
            row = self.row(desk)
            entries = entries_of(desk, row.id)
            texts = [each.facts for each in entries]
            texts += [each.facts for each in desk.session.scalars(select(Finding))]
            assert (broken_at(row.reference, entries), "S0mmer" in "".join(texts)) == ([], False)


def series_of(repo: Repository, files: Files) -> bytes:
    """Return the patches that bring these files."""
    repo.git("checkout", "-q", "-B", "change", "main")
    repo.commit(files, "Change")
    return repo.series(repo.text("rev-parse", "main"))


def test_promises_hold_whatever_happens(
    core: Core, desk: Desk, customer: Person, repo: Repository
) -> None:
    agents = [
        factories.make_person(desk, name, address, role="agent")
        for name, address in (
            ("Dora Developer", "dora@tresen.example"),
            ("Sina Sender", "sina@tresen.example"),
            ("Bea Boss", "bea@tresen.example"),
        )
    ]
    outside = Organisation(name="Outside Ltd", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(outside)
    factories.make_person(desk, "Olga Outside", "olga@outside.example")
    desk.commit()
    kind: Any = type("Tried", (Clearing,), {})
    kind.core, kind.agents, kind.customer = core, tuple(agents), customer
    kind.bundle = repo.bundle("main")
    kind.series = {name: series_of(repo, files) for name, files in KINDS.items()}
    kind.TestCase.settings = settings(
        max_examples=10,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    kind.TestCase().runTest()
