# SPDX-License-Identifier: AGPL-3.0-or-later
"""The operator decides in one place which hosts of private networks may be asked."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person
from tresen_licensing import hooks
from tresen_licensing.connections import service as connections
from tresen_licensing.networks.forms import NetworkSettings
from tresen_licensing.networks.settings import NETWORK, let_in
from tresen_licensing.publications import settings as publications
from tresen_licensing.repositories import service as repositories
from werkzeug.datastructures import MultiDict

Decide = Callable[[str], None]


@pytest.fixture
def decide(desk: Desk, administrator: Person, sign_in: Callable[[Person], FlaskClient]) -> Decide:
    """Return a function that names hosts on the page of settings."""

    def go(typed: str) -> None:
        desk.commit()
        page = f"/admin/settings/{NETWORK}"
        answer = sign_in(administrator).post(page, data={"let_in": typed})
        assert answer.status_code == 302

    return go


def test_settings_have_a_page_of_their_own() -> None:
    assert [each.name for each in hooks.settings_forms()].count("licensing.network") == 1


def test_no_host_is_let_in_unless_the_operator_says_so(desk: Desk) -> None:
    assert let_in(desk) == frozenset()


@pytest.mark.parametrize(
    ("typed", "hosts"),
    [
        ("", set()),
        ("forge.internal", {"forge.internal"}),
        ("Forge.Internal", {"forge.internal"}),
        ("forge.internal git.internal", {"forge.internal", "git.internal"}),
        ("forge.internal, git.internal", {"forge.internal", "git.internal"}),
        ("forge.internal\n git.internal\n", {"forge.internal", "git.internal"}),
    ],
)
def test_hosts_are_let_in_by_name(desk: Desk, decide: Decide, typed: str, hosts: set[str]) -> None:
    decide(typed)
    assert let_in(desk) == hosts


def test_every_part_that_asks_lets_in_the_same(desk: Desk, near: None) -> None:
    found = [
        connections.stranger(desk).let_in,
        publications.limits(desk).let_in,
        repositories.source_of(desk).limits.let_in,
    ]
    assert found == [{"127.0.0.1"}] * 3


@pytest.mark.parametrize(("size", "wrong"), [(5000, []), (5001, ["let_in"])])
def test_settings_have_bounds(size: int, wrong: list[str]) -> None:
    form = NetworkSettings(MultiDict({"let_in": "a" * size}))
    form.validate()
    assert [*form.errors] == wrong
