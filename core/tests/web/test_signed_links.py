# SPDX-License-Identifier: AGPL-3.0-or-later
"""A signed value is good for one purpose, for ten minutes, and for keys that are still known."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen import i18n
from tresen.desk import Core
from tresen.errors import Missing
from tresen.web.signed_links import LIFETIME, sign, signed_value

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def page(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(st.characters(exclude_categories=("Cs",)), max_size=80))
def test_value_comes_back(page: None, value: str) -> None:
    assert signed_value("shown file", sign("shown file", value)) == value


@pytest.mark.parametrize(("after", "is_good"), [(0, True), (LIFETIME, True), (LIFETIME + 2, False)])
def test_value_is_good_for_ten_minutes(page: None, after: int, is_good: bool) -> None:
    with time_machine.travel(NOON, tick=False):
        token = sign("shown file", "x")
    with time_machine.travel(NOON + timedelta(seconds=after), tick=False):
        if is_good:
            assert signed_value("shown file", token) == "x"
        else:
            with pytest.raises(Missing):
                signed_value("shown file", token)


def test_value_for_another_purpose_is_none(page: None) -> None:
    with pytest.raises(Missing):
        signed_value("remote image", sign("shown file", "x"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: token[:-1],
        lambda token: token[1:],
        lambda token: f"{token}x",
        lambda token: token.swapcase(),
        lambda token: token.replace(".", "", 1),
        lambda token: f"é{token}",
        lambda token: "a.b.c",
    ],
)
def test_altered_token_is_refused(page: None, spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(Missing):
        signed_value("shown file", spoil(sign("shown file", "secret value")))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This link is no longer valid. Please open the page anew."),
        ("de", "Dieser Link gilt nicht mehr. Bitte öffnen Sie die Seite neu."),
        ("de@du", "Dieser Link gilt nicht mehr. Bitte öffne die Seite neu."),
    ],
)
def test_refusal_is_said_in_the_readers_language(
    page: None, core: Core, language: str, sentence: str
) -> None:
    with (
        i18n.speaking(i18n.catalogues(core).language(language)),
        pytest.raises(Missing) as refusal,
    ):
        signed_value("shown file", "x")
    assert refusal.value.sentence == sentence


def with_keys(app: Flask, key: str, *earlier: str) -> None:
    core: Core = app.extensions["tresen"]
    core.config = replace(core.config, secret_key=key, secret_key_fallbacks=earlier)


@pytest.mark.parametrize(
    ("key", "earlier", "is_good"),
    [
        ("old", (), True),
        ("new", ("old",), True),
        ("new", ("older", "old"), True),
        ("new", ("older",), False),
        ("new", (), False),
    ],
)
def test_token_lives_as_long_as_its_key_is_known(
    page: None, app: Flask, key: str, earlier: tuple[str, ...], is_good: bool
) -> None:
    with_keys(app, "old")
    token = sign("shown file", "x")
    with_keys(app, key, *earlier)
    if is_good:
        assert signed_value("shown file", token) == "x"
    else:
        with pytest.raises(Missing):
            signed_value("shown file", token)


def test_newest_key_signs(page: None, app: Flask) -> None:
    with_keys(app, "new", "old")
    token = sign("shown file", "x")
    with_keys(app, "new")
    assert signed_value("shown file", token) == "x"
