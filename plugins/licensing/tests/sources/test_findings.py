# SPDX-License-Identifier: AGPL-3.0-or-later
"""The health page says what is wrong with the offer of source, and "unknown" is never clean."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from tresen.sdk import Core, Desk, desk_for
from tresen.testing.fixtures import SteppedClock
from tresen_licensing import hooks
from tresen_licensing.sources import distributions, findings, states
from tresen_licensing.sources.distributions import Running
from tresen_licensing.sources.models import RunningDistribution

Install = Callable[..., Running]
Again = Callable[..., Running]
Look = Callable[..., int]
CODE = "tresen_kettle/__init__.py"


@pytest.fixture
def own(core: Core, install: Install) -> list[Running]:
    """Return Tresen and its plugins as they run, each with the small distribution's files."""
    one = install()
    names = distributions.own_names(core)
    versions = {
        each.name: each.version
        for name, each in distributions.installed(names).items()
        if name in names
    }
    return [
        replace(one, origin=replace(one.origin, name=name, version=version))
        for name, version in versions.items()
    ]


def sentences(desk: Desk) -> list[tuple[str, str]]:
    return [(each.state, each.sentence) for each in findings.findings(desk)]


def test_before_the_first_look_a_worker_is_asked_for(fresh: Desk) -> None:
    assert sentences(fresh) == [
        ("warning", "Nobody looked yet what runs here. Start a worker."),
    ]


def test_nothing_is_found_where_everything_is_packed(
    own: list[Running], look: Look, fresh: Desk
) -> None:
    look(*own)
    assert sentences(fresh) == []


def test_health_page_says_that_all_is_well(own: list[Running], look: Look, fresh: Desk) -> None:
    look(*own)
    (check,) = hooks.health_checks(fresh)
    assert (check.name, check.state, check.sentence) == (
        *("licensing_sources", "good", "The source of what runs here is on offer."),
    )


def test_health_page_has_each_finding(fresh: Desk) -> None:
    (check,) = hooks.health_checks(fresh)
    assert (check.state, str(check.title)) == ("warning", "Source offers")


@pytest.mark.parametrize(("hours", "is_stale"), [(47, False), (49, True)])
def test_worker_that_stood_still_for_two_days_is_found(
    own: list[Running],
    look: Look,
    fresh: Desk,
    clock: SteppedClock,
    hours: int,
    *,
    is_stale: bool,
) -> None:
    look(*own)
    clock.go(hours=hours)
    stale = ("bad", "Nobody looked for two days what runs here. Start a worker.")
    assert sentences(fresh) == [stale][: int(is_stale)]


def test_version_that_was_not_packed_yet_is_found(
    own: list[Running], look: Look, fresh: Desk
) -> None:
    older = replace(own[0], origin=replace(own[0].origin, version="0.0.1"))
    look(older, *own[1:])
    text = f"Something else runs than was last packed: {older.origin.name}."
    assert sentences(fresh) == [("warning", f"{text} It is packed within an hour.")]


def test_plugin_that_came_since_is_found(own: list[Running], look: Look, fresh: Desk) -> None:
    look(*own[:-1])
    text = f"Something else runs than was last packed: {own[-1].origin.name}."
    assert sentences(fresh) == [("warning", f"{text} It is packed within an hour.")]


def test_lost_archive_is_bad(own: list[Running], look: Look, core: Core) -> None:
    look(*own)
    with desk_for(core, write=True) as desk:
        mine = RunningDistribution.name == "tresen"
        desk.session.execute(update(RunningDistribution).where(mine).values(archive_id=None))
    with desk_for(core) as desk:
        assert sentences(desk) == [("bad", "tresen runs here, and its source is not packed.")]


def test_changed_part_of_others_without_an_archive_is_bad(
    own: list[Running],
    again: Again,
    site: Path,
    look: Look,
    core: Core,
) -> None:
    (site / CODE).write_text("ANSWER = 43\n")
    look(*own, again(is_own=False))
    with desk_for(core, write=True) as desk:
        theirs = RunningDistribution.name == "tresen-kettle"
        desk.session.execute(update(RunningDistribution).where(theirs).values(archive_id=None))
    with desk_for(core) as desk:
        text = "tresen-kettle runs here, and its source is not packed."
        assert sentences(desk) == [("bad", text)]


def test_changed_part_with_its_archive_is_no_finding(
    own: list[Running], again: Again, site: Path, look: Look, fresh: Desk
) -> None:
    (site / CODE).write_text("ANSWER = 43\n")
    look(*own, again(is_own=False))
    assert sentences(fresh) == []


def test_unchanged_part_of_others_needs_no_archive(
    own: list[Running], again: Again, look: Look, fresh: Desk
) -> None:
    look(*own, again(is_own=False))
    assert sentences(fresh) == []


def test_unknown_is_never_clean(
    own: list[Running], again: Again, site: Path, look: Look, fresh: Desk
) -> None:
    (site / "tresen_kettle-2.1.dist-info" / "RECORD").unlink()
    look(*own, again(is_own=False))
    text = "tresen-kettle was installed without a RECORD: nobody can tell whether it was changed."
    assert (again().origin.state, sentences(fresh)) == (states.UNKNOWN, [("warning", text)])


def test_what_looks_secret_is_named(
    own: list[Running], again: Again, site: Path, look: Look, fresh: Desk
) -> None:
    (site / "tresen_kettle" / ".env").write_text("PASSWORD=hush")
    look(*own, again())
    files = "tresen_kettle/.env"
    text = f"Of tresen-kettle these look secret and are not handed out: {files}."
    assert ("warning", text) in sentences(fresh)
