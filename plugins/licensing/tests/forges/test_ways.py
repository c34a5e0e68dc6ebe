# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every way upstream can do the same three things, and those without a server know their limits."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from forge_server import ForgeServer
from tresen.sdk import Desk, Refused
from tresen_licensing.forges import agit, registry, rest, routes
from tresen_licensing.forges.directory import Directory
from tresen_licensing.forges.github import GitHub
from tresen_licensing.forges.mail import Mail
from tresen_licensing.forges.records import Access, Contribution, Spot, Standing, Word

Contribute = Callable[..., Contribution]
SPOT = Spot("harbour/pier", "0", '"one"')


@pytest.mark.parametrize("route", routes.WITH_SERVER)
def test_every_server_can_do_all_of_it(access: Access, route: str) -> None:
    found: Any = registry.server(route, access)
    verbs = [callable(getattr(found, name)) for name in ("propose", "state", "comments")]
    assert verbs == [True] * 3


@pytest.mark.parametrize("route", [routes.MAIL, routes.DIRECTORY, routes.ELSEWHERE, "pigeon"])
def test_way_without_a_server_has_none(access: Access, route: str) -> None:
    with pytest.raises(Refused, match="needs no server"):
        registry.server(route, access)


@pytest.mark.parametrize("way", [Mail, Directory])
def test_way_without_a_server_knows_no_state(desk: Desk, way: Callable[[Desk], Any]) -> None:
    found = way(desk)
    told = found.state(SPOT), list(found.comments(SPOT))
    assert told == (Standing(etag='"one"', is_known=False), [])


@pytest.mark.parametrize("route", routes.WITH_SERVER)
def test_server_in_a_private_network_is_refused(access: Access, route: str) -> None:
    with pytest.raises(Refused, match="begins with https://"):
        registry.server(route, replace(access, let_in=frozenset()))


def test_topic_is_the_same_for_the_same_development(contribute: Contribute) -> None:
    topics = [contribute(title=title).topic for title in ("A crane", "Another title")]
    assert topics == ["contribution/cd-2026-0001"] * 2


@pytest.mark.parametrize(
    ("repository", "path"),
    [
        ("harbour/pier", "/repos/harbour/pier"),
        ("harbour/pier?x=1", "/repos/harbour/pier%3Fx%3D1"),
        ("harbour/pier#top", "/repos/harbour/pier%23top"),
        ("Häfen/pier", "/repos/H%C3%A4fen/pier"),
    ],
)
def test_name_of_a_repository_is_no_more_than_a_path(
    forge: ForgeServer, access: Access, repository: str, path: str
) -> None:
    with suppress(Refused):
        GitHub(access).state(Spot(repository, "5"))
    asked = [each.path for each in forge.asked]
    assert asked == [f"/api/v3{path}/pulls/5"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-10T09:00:00Z", datetime(2026, 3, 10, 9, tzinfo=UTC)),
        ("2026-03-10T10:00:00+01:00", datetime(2026, 3, 10, 9, tzinfo=UTC)),
        ("2026-03-10T09:00:00.123Z", datetime(2026, 3, 10, 9, 0, 0, 123_000, tzinfo=UTC)),
        ("2026-03-10T09:00:00", datetime(2026, 3, 10, 9, tzinfo=UTC)),
        ("yesterday", datetime(1970, 1, 1, tzinfo=UTC)),
        (None, datetime(1970, 1, 1, tzinfo=UTC)),
        (17, datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_moment_of_a_forge_is_read_or_long_ago(text: Any, moment: datetime) -> None:
    assert rest.moment(text) == moment


def test_words_stand_in_their_order_and_empty_ones_are_left_out() -> None:
    early, late = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    words = [
        Word("b", "Rita", late, "Second."),
        Word("a", "Rita", early, "First."),
        Word("d", "Rita", early, " \n"),
        Word("c", "Otto", late, "Third."),
    ]
    assert [each.text for each in rest.in_order(words)] == ["First.", "Second.", "Third."]


def test_title_with_line_breaks_is_one_option(
    contribute: Contribute, access: Access, forge: ForgeServer
) -> None:
    wanted = contribute(title="A crane\nforce-push=false", text="One.\n\nTwo.\r\nThree.")
    options = agit._options(wanted)
    assert [each for each in options if "\n" in each or "\r" in each] == []
    assert options[1:3] == ["title=A crane force-push=false", "description=One. Two. Three."]


def test_description_is_as_long_as_a_packet_holds(contribute: Contribute) -> None:
    options = agit._options(contribute(text="x" * 100_000))
    assert len(options[2]) == len("description=") + agit.LONGEST
