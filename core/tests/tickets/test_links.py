# SPDX-License-Identifier: AGPL-3.0-or-later
"""A signed link names one ticket and one person, until its key or its time is over."""

from dataclasses import replace

import pytest
from itsdangerous import URLSafeTimedSerializer
from tresen.desk import Core, Desk
from tresen.errors import Missing
from tresen.tickets import links


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def with_keys(desk: Desk, key: str, *earlier: str) -> Desk:
    config = replace(desk.config, secret_key=key, secret_key_fallbacks=earlier)
    core = Core(config, desk.core.engine, desk.core.plugins)
    return replace(desk, core=core)


def test_link_says_ticket_and_person(desk: Desk) -> None:
    link = links.ticket_link(desk, 12, 34)
    assert link.startswith("http://127.0.0.1:8080/requests/by-link/")
    assert links.read_link(desk, token_of(link)) == (12, 34)


def test_atk_u01_link_leads_to_the_configured_address_only(desk: Desk) -> None:
    config = replace(desk.config, base_url="https://help.example/")
    core = Core(config, desk.core.engine, desk.core.plugins)
    assert links.ticket_link(replace(desk, core=core), 1, 2).startswith(
        "https://help.example/requests/by-link/"
    )


def test_altered_token_is_missing(desk: Desk) -> None:
    token = token_of(links.ticket_link(desk, 12, 34))
    for spoilt in (token[1:], token[:-1], token.swapcase(), "", "x.y.z"):
        with pytest.raises(Missing):
            links.read_link(desk, spoilt)


def test_token_of_an_earlier_key_still_opens(desk: Desk) -> None:
    token = token_of(links.ticket_link(with_keys(desk, "old key"), 12, 34))
    assert links.read_link(with_keys(desk, "new key", "old key"), token) == (12, 34)


def test_token_of_a_dropped_key_opens_nothing(desk: Desk) -> None:
    token = token_of(links.ticket_link(with_keys(desk, "old key"), 12, 34))
    with pytest.raises(Missing):
        links.read_link(with_keys(desk, "new key"), token)


def test_token_for_another_purpose_opens_nothing(desk: Desk) -> None:
    other = URLSafeTimedSerializer([desk.config.secret_key], salt="tresen shown file")
    with pytest.raises(Missing):
        links.read_link(desk, str(other.dumps([12, 34])))
