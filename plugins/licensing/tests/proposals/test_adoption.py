# SPDX-License-Identifier: AGPL-3.0-or-later
"""In use from upstream is what carries nothing of its own: invariant 10, whatever happens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select
from tresen.sdk import (
    Actor,
    Core,
    Desk,
    Installation,
    Product,
    ProductVersion,
    Refused,
    desk_for,
)
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.deployments import service as deployments
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.proposals import adoption, queries, service, states
from tresen_licensing.proposals.models import UpstreamProposal

Deploy = Callable[..., Deployment]
Upgrade = Callable[[str], None]


@pytest.fixture
def released(
    agent_desk: Desk,
    published: Development,
    released_product: ProductVersion,
    proposed: UpstreamProposal,
) -> UpstreamProposal:
    """Return a proposal that upstream released as 4.2, though 4.1 is what runs."""
    service.decide(agent_desk, proposed, states.MERGED, "")
    service.release(agent_desk, proposed, "4.2", agent_desk.today())
    agent_desk.commit()
    return proposed


@pytest.fixture
def upgrade(
    desk: Desk,
    agent_desk: Desk,
    released: UpstreamProposal,
    published: Development,
    change: ChangeSet,
    installation: Installation,
) -> Upgrade:
    """Let it run at the customer; return a function that gives the installation a version."""
    place = deployments.Place(published.organisation_id, installation.id, desk.today())
    deployments.deploy(agent_desk, published, change, place)

    def go(number: str) -> None:
        made = ProductVersion(product_id=installation.product_id, number=number)
        desk.session.add(made)
        desk.session.flush()
        installation.version_id = made.id
        desk.commit()
        desk.session.expire_all()

    return go


def test_nothing_that_runs_is_nothing_that_is_carried(
    released: UpstreamProposal, published: Development, agent_desk: Desk
) -> None:
    adoption.adopt(agent_desk, published)
    assert (published.state, released.adopted_on) == (developing.ADOPTED, agent_desk.today())


def test_place_that_nobody_knows_more_of_carries_it(
    released: UpstreamProposal, published: Development, agent_desk: Desk, deploy: Deploy
) -> None:
    deploy()
    with pytest.raises(Refused, match="At one place the patches still run"):
        adoption.adopt(agent_desk, published)


@pytest.mark.parametrize(
    ("number", "is_free"),
    [
        *(("4.1.9", False), ("4.2rc1", False), ("4.2", True), ("4.2.1", True), ("5", True)),
        *(("v4.2", True), ("4.10", True), ("winter edition", False)),
    ],
)
def test_version_that_holds_it_frees_the_place(
    published: Development,
    agent_desk: Desk,
    upgrade: Upgrade,
    number: str,
    is_free: bool,
) -> None:
    upgrade(number)
    assert (adoption.carrying(agent_desk, published, "4.2") == []) is is_free


def test_version_of_another_product_frees_nothing(
    published: Development,
    agent_desk: Desk,
    upgrade: Upgrade,
    bought: Product,
) -> None:
    upgrade("9.9")
    published.product_id = bought.id
    assert len(adoption.carrying(agent_desk, published, "4.2")) == 1


def test_release_without_a_number_frees_nothing_by_itself(
    published: Development,
    agent_desk: Desk,
    upgrade: Upgrade,
) -> None:
    upgrade("9.9")
    assert len(adoption.carrying(agent_desk, published, "winter edition")) == 1


def test_tresen_sees_by_itself_that_it_is_in_use(
    published: Development,
    agent_desk: Desk,
    upgrade: Upgrade,
) -> None:
    adoption.settle(agent_desk)
    before = published.state
    upgrade("4.2")
    adoption.settle(agent_desk)
    assert (before, published.state) == (developing.RELEASED, developing.ADOPTED)


def test_what_never_ran_is_adopted_by_hand_alone(
    released: UpstreamProposal, published: Development, agent_desk: Desk
) -> None:
    adoption.settle(agent_desk)
    assert published.state == developing.RELEASED


def test_patches_that_run_again_take_it_back(
    released: UpstreamProposal, published: Development, agent_desk: Desk, deploy: Deploy
) -> None:
    adoption.adopt(agent_desk, published)
    deploy()
    assert published.state == developing.RELEASED


def test_installation_that_went_back_takes_it_back(
    published: Development,
    agent_desk: Desk,
    upgrade: Upgrade,
) -> None:
    upgrade("4.2")
    adoption.adopt(agent_desk, published)
    upgrade("4.1.9")
    adoption.settle(agent_desk)
    assert published.state == developing.RELEASED


def test_warranty_runs_for_thirty_days_from_the_adoption(
    released: UpstreamProposal, published: Development, agent_desk: Desk
) -> None:
    before = adoption.warranty_until(released)
    adoption.adopt(agent_desk, published)
    until = adoption.warranty_until(queries.current(agent_desk, published.id))
    assert (before, until) == (None, agent_desk.today() + timedelta(days=30))


def test_settling_asks_no_question_per_development(
    released: UpstreamProposal, agent_desk: Desk, begin: Callable[..., Development]
) -> None:
    from tresen.testing.statements import recorded  # noqa: PLC0415 - only here

    counts = []
    for _each in range(2):
        for _other in range(3):
            begin().state = developing.RELEASED
        agent_desk.commit()
        with recorded(agent_desk.core.engine) as found:
            adoption.settle(agent_desk)
        counts.append(len(found))
    assert counts[0] == counts[1]


class Using(RuleBasedStateMachine):
    """One development between upstream's releases and a customer's installation."""

    core: Core
    row_id: int
    change_id: int
    installation_id: int
    versions: tuple[int, ...]

    @contextmanager
    def acting(self) -> Iterator[Desk]:
        """Yield a desk; what is refused is undone."""
        with suppress(Refused), desk_for(self.core, write=True) as desk:
            yield replace(desk, actor=Actor("Anna", "agent"))

    def row(self, desk: Desk) -> Development:
        """Return the development."""
        return desk.session.get_one(Development, self.row_id)

    @rule(is_known=st.booleans())
    def deploy(self, is_known: bool) -> None:
        """Let the patches run at the customer."""
        with self.acting() as desk:
            row, change = self.row(desk), desk.session.get_one(ChangeSet, self.change_id)
            place_id = self.installation_id if is_known else None
            place = deployments.Place(row.organisation_id, place_id, desk.today())
            deployments.deploy(desk, row, change, place)

    @rule()
    def stop(self) -> None:
        """Write down that it runs somewhere no more."""
        with self.acting() as desk:
            wanted = select(Deployment).where(Deployment.ended_on.is_(None))
            found = desk.session.scalar(wanted.order_by(Deployment.id).limit(1))
            if found is not None:
                deployments.end(desk, self.row(desk), found, desk.today())

    @rule(which=st.integers(0, 3))
    def install(self, which: int) -> None:
        """Give the installation another version; Tresen looks at it as it does by itself."""
        with self.acting() as desk:
            found = desk.session.get_one(Installation, self.installation_id)
            found.version_id = self.versions[which]
            desk.session.flush()
            adoption.settle(desk)

    @rule()
    def adopt(self) -> None:
        """Say that only upstream's release is in use."""
        with self.acting() as desk:
            adoption.adopt(desk, self.row(desk))

    @rule(number=st.sampled_from(["4.2", "5.0", "winter edition"]))
    def release(self, number: str) -> None:
        """Let upstream release it, where it is merged."""
        with self.acting() as desk:
            found = queries.current(desk, self.row_id)
            assert found is not None
            service.release(desk, found, number, desk.today())

    @invariant()
    def adopted_means_that_nothing_is_carried(self) -> None:
        """10: each place ended, or runs upstream's release or a later one."""
        with self.acting() as desk:
            row, found = self.row(desk), queries.current(desk, self.row_id)
            release = found.release if found else ""
            order = {"4.1": 1, "4.2": 2, "4.3": 3, "5.0": 4}
            version = desk.session.scalar(
                select(ProductVersion.number)
                .join(Installation, Installation.version_id == ProductVersion.id)
                .where(Installation.id == self.installation_id)
            )
            running = desk.session.scalars(
                select(Deployment).where(Deployment.ended_on.is_(None))
            ).all()
            is_held = release in order and order[str(version)] >= order[release]
            left = [each for each in running if each.installation_id is None or not is_held]
            assert row.state != developing.ADOPTED or left == []


@pytest.fixture
def using(
    desk: Desk,
    agent_desk: Desk,
    published: Development,
    released_product: ProductVersion,
    installation: Installation,
    proposed: UpstreamProposal,
) -> Any:
    """Return the machine, with a merged proposal and four versions of the product."""
    service.decide(agent_desk, proposed, states.MERGED, "")
    others = [
        ProductVersion(product_id=installation.product_id, number=number)
        for number in ("4.2", "4.3", "5.0")
    ]
    desk.session.add_all(others)
    desk.session.flush()
    kind: Any = type("Tried", (Using,), {})
    kind.row_id, kind.change_id = published.id, proposed.change_set_id
    kind.installation_id = installation.id
    kind.versions = (released_product.id, *(each.id for each in others))
    desk.commit()
    return kind


def test_promise_holds_whatever_happens(core: Core, using: Any) -> None:
    using.core = core
    using.TestCase.settings = settings(
        max_examples=6,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    using.TestCase().runTest()
