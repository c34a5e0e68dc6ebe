# SPDX-License-Identifier: AGPL-3.0-or-later
"""The operator decides how much of upstream is kept, how long is waited, and whom Tresen asks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, Refused
from tresen_licensing import hooks
from tresen_licensing.developments.models import Development
from tresen_licensing.repositories import service
from tresen_licensing.repositories.fetching import Source
from tresen_licensing.repositories.forms import RepositorySettings
from werkzeug.datastructures import MultiDict

Decide = Callable[..., Source]
USUAL = {"megabytes": "100", "seconds": "300", "folder": ""}


@pytest.fixture
def decided(desk: Desk, administrator: Person, sign_in: Callable[[Person], FlaskClient]) -> Decide:
    """Return a function that decides on the page of settings, and tells from where is fetched."""

    def go(**given: Any) -> Source:
        desk.commit()
        page = f"/admin/settings/{service.SETTINGS}"
        answer = sign_in(administrator).post(page, data=USUAL | given)
        assert answer.status_code == 302
        return service.source_of(desk)

    return go


def test_settings_have_a_page_of_their_own() -> None:
    assert "licensing.repositories" in {each.name for each in hooks.settings_forms()}


def test_job_is_declared() -> None:
    assert [each.name for each in hooks.jobs() if each.name == service.FETCH] == [service.FETCH]


def test_hosts_that_are_let_in_are_those_of_the_network(desk: Desk, near: None) -> None:
    assert service.source_of(desk).limits.let_in == {"127.0.0.1"}


@pytest.mark.parametrize(("typed", "folder"), [("", None), ("  ", None), ("/srv", Path("/srv"))])
def test_folder_is_none_unless_it_is_named(
    decided: Decide, typed: str, folder: Path | None
) -> None:
    assert decided(folder=typed).folder == folder


@pytest.mark.parametrize("megabytes", [1, 7, 1000])
def test_size_is_counted_in_megabytes(decided: Decide, megabytes: int) -> None:
    assert decided(megabytes=megabytes).limits.size == megabytes * 1024 * 1024


def test_time_is_counted_in_seconds(decided: Decide) -> None:
    assert decided(seconds=42).limits.seconds == 42


def test_limit_of_bundles_is_the_same(
    decided: Decide, agent_desk: Desk, upstream: Development
) -> None:
    decided(megabytes=1)
    with pytest.raises(Refused, match="more than 1 MB"):
        service.take_bundle(agent_desk, upstream, b"x" * (1024 * 1024 + 1))


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"megabytes": "0"}, ["megabytes"]),
        ({"megabytes": "1001"}, ["megabytes"]),
        ({"seconds": "9"}, ["seconds"]),
        ({"seconds": "x"}, ["seconds"]),
        ({"folder": "/" + "a" * 300}, ["folder"]),
    ],
)
def test_settings_have_bounds(given: dict[str, str], wrong: list[str]) -> None:
    form = RepositorySettings(MultiDict(USUAL | given))
    form.validate()
    assert [*form.errors] == wrong
