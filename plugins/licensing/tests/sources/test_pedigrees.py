# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which developments changed what runs: those that are public, and their last version."""

from collections.abc import Callable

import pytest
from gits import Repository
from tresen.sdk import Desk
from tresen.testing.statements import recorded
from tresen_licensing.changes import service as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.sources import pedigrees
from tresen_licensing.sources.pedigrees import Changed

Begin = Callable[..., Development]


@pytest.fixture
def public(agent_desk: Desk, development: Development, change: ChangeSet) -> Development:
    """Return a public development of the kettle."""
    development.component, development.state = "tresen-kettle", states.PUBLISHED
    agent_desk.commit()
    return development


def told(desk: Desk, *names: str) -> dict[str, list[Changed]]:
    """Return the pedigrees of these distributions."""
    return dict(pedigrees.pedigrees(desk, set(names)))


def test_public_development_is_told_with_base_and_patches(
    agent_desk: Desk, public: Development, change: ChangeSet, series: bytes
) -> None:
    (found,) = told(agent_desk, "tresen-kettle")["tresen-kettle"]
    assert (found.reference, found.base, found.patches.strip()) == (
        public.reference,
        change.base,
        series.decode().strip(),
    )


@pytest.mark.parametrize("state", sorted(set(states.TITLES) - set(states.PUBLIC)))
def test_development_that_is_not_public_is_not_told(
    agent_desk: Desk, public: Development, state: str
) -> None:
    public.state = state
    agent_desk.session.flush()
    assert told(agent_desk, "tresen-kettle") == {}


@pytest.mark.parametrize("component", ["Tresen-Kettle", "tresen_kettle", "tresen.kettle"])
def test_distribution_is_found_however_its_name_is_written(
    agent_desk: Desk, public: Development, component: str
) -> None:
    public.component = component
    agent_desk.session.flush()
    assert list(told(agent_desk, "tresen-kettle")) == ["tresen-kettle"]


@pytest.mark.parametrize("component", ["", "teapot", "tresen"])
def test_development_of_something_else_is_not_told(
    agent_desk: Desk, public: Development, component: str
) -> None:
    public.component = component
    agent_desk.session.flush()
    assert told(agent_desk, "tresen-kettle") == {}


def test_last_version_counts(
    agent_desk: Desk, public: Development, change: ChangeSet, repo: Repository
) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"README": b"Five berths.\n"}, "Say more")
    public.state = states.IN_DEVELOPMENT
    changes.add(agent_desk, public, [repo.series(base)], "")
    public.state = states.PUBLISHED
    agent_desk.session.flush()
    (found,) = told(agent_desk, "tresen-kettle")["tresen-kettle"]
    assert (found.base, "Say more" in found.patches, "Add a berth" in found.patches) == (
        *(base, True, False),
    )


def test_long_series_is_named_and_not_held(
    agent_desk: Desk, public: Development, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pedigrees, "LONGEST", 10)
    (found,) = told(agent_desk, "tresen-kettle")["tresen-kettle"]
    assert (found.reference, found.patches) == (public.reference, "")


def test_development_without_changes_is_not_told(agent_desk: Desk, begin: Begin) -> None:
    row = begin()
    row.component, row.state = "tresen-kettle", states.PUBLISHED
    agent_desk.session.flush()
    assert told(agent_desk, "tresen-kettle") == {}


def test_distributions_are_asked_for_in_one_statement(
    agent_desk: Desk, public: Development
) -> None:
    with recorded(agent_desk.core.engine) as found:
        told(agent_desk, "teapot", "tresen", "flask")
    assert len(found) == 1
