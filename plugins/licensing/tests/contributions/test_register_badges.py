# SPDX-License-Identifier: AGPL-3.0-or-later
"""The register's badges: how many contributions there are, and how far one is; nothing more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk
from tresen_licensing.developments.models import Development

Publish = Callable[[Development], Development]
ALL = "/licensing/contributions/badge.svg"


def one(row: Development) -> str:
    """Return the address of a contribution's badge."""
    return f"/licensing/contributions/{row.reference}.svg"


def test_badge_counts_what_the_public_has(
    client: FlaskClient, ready: Development, publish: Publish
) -> None:
    before = client.get(ALL).text
    publish(ready)
    after = client.get(ALL)
    names = [each.count('aria-label="given back: ') for each in (before, after.text)]
    assert (names, before.count(": 0"), after.text.count(": 1")) == ([1, 1], 2, 2)
    assert (after.mimetype, after.headers["Cache-Control"]) == (
        "image/svg+xml",
        "public, max-age=300",
    )


def test_badge_of_a_contribution_says_how_far_it_is(
    client: FlaskClient, public: Development
) -> None:
    shown = client.get(one(public)).text
    assert shown.count(f'aria-label="{public.reference}: Published"') == 1


def test_badge_speaks_the_language_of_the_installation_to_everybody(
    core: Core, client: FlaskClient, public: Development
) -> None:
    core.config = replace(core.config, language="de")
    client.set_cookie("language", "en")
    shown = client.get(one(public)).text
    assert shown.count(f'aria-label="{public.reference}: Veröffentlicht"') == 1


@pytest.mark.parametrize("is_held", [True, False])
def test_what_is_not_public_has_no_badge(
    desk: Desk, client: FlaskClient, development: Development, is_held: bool
) -> None:
    if is_held:
        development.embargoed_until = desk.today() + timedelta(days=1)
        desk.commit()
    found = client.get(one(development)).status_code, client.get(ALL).text.count(": 0")
    assert found == (404, 2)


def test_embargo_hides_the_badge_of_what_is_public(
    desk: Desk, client: FlaskClient, public: Development
) -> None:
    public.embargoed_until = desk.today() + timedelta(days=1)
    desk.commit()
    found = client.get(one(public)).status_code, client.get(ALL).text.count(": 0")
    assert found == (404, 2)
