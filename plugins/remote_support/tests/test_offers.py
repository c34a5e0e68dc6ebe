# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links and PINs: good once, for a short time, and not to be guessed (safety R01)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tresen.sdk import Desk
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import answers, offers, service, states
from tresen_remote_support.errors import Gone
from tresen_remote_support.models import Offer, RemoteSession


def rows(desk: Desk) -> list[Offer]:
    """Return every way in that was ever made, in its order."""
    return list(desk.session.scalars(select(Offer).order_by(Offer.id)))


def wrong(pin: str) -> str:
    """Return another PIN."""
    return f"{(int(pin) + 1) % 10**6:06d}"


def test_reference_has_forty_bits() -> None:
    assert len(offers.REFERENCE) ** offers.LENGTH == 2**40


@given(st.text(alphabet=offers.REFERENCE, min_size=8, max_size=8))
def test_reference_is_read_as_it_is_written_in_groups(reference: str) -> None:
    assert offers.normal_reference(f" {reference[:4].lower()}-{reference[4:]} ") == reference


def test_letters_that_look_like_digits_are_taken_for_them() -> None:
    assert offers.normal_reference("oOiI lLkK") == "001111KK"


def test_token_and_pin_stand_nowhere_in_clear(
    desk: Desk, offered: RemoteSession, ways: offers.Ways
) -> None:
    kept = " ".join(str(value) for row in rows(desk) for value in vars(row).values())
    assert (ways.token in kept, ways.pin in kept, offered.reference in kept) == (False,) * 3


def test_link_leads_to_its_session(desk: Desk, offered: RemoteSession, ways: offers.Ways) -> None:
    offer, row = offers.find(desk, ways.token)
    assert (offer.channel, row.id) == (offers.LINK, offered.id)


@pytest.mark.parametrize("token", ["", "x", "0" * 43])
def test_unknown_link_leads_nowhere(desk: Desk, offered: RemoteSession, token: str) -> None:
    assert offered.state == states.OFFERED
    with pytest.raises(Gone):
        offers.find(desk, token)


def test_link_is_good_until_its_minutes_are_over(
    desk: Desk, ways: offers.Ways, clock: SteppedClock
) -> None:
    clock.go(minutes=29, seconds=59)
    assert offers.find(desk, ways.token)[0].channel == offers.LINK


def test_link_expires(desk: Desk, ways: offers.Ways, clock: SteppedClock) -> None:
    clock.go(minutes=30)
    with pytest.raises(Gone):
        offers.find(desk, ways.token)


def test_link_is_good_once(desk: Desk, ways: offers.Ways, seat: str) -> None:
    assert seat
    with pytest.raises(Gone):
        offers.find(desk, ways.token)


def test_link_ends_with_a_newer_one(
    agent_desk: Desk, offered: RemoteSession, ways: offers.Ways
) -> None:
    service.offer(agent_desk, offered)
    with pytest.raises(Gone):
        offers.find(agent_desk, ways.token)


def test_link_ends_when_the_customer_declines(
    desk: Desk, offered: RemoteSession, ways: offers.Ways
) -> None:
    answers.decline(desk, offered)
    with pytest.raises(Gone):
        offers.find(desk, ways.token)


def test_link_ends_when_the_session_is_called_off(
    agent_desk: Desk, offered: RemoteSession, ways: offers.Ways
) -> None:
    service.cancel(agent_desk, offered)
    with pytest.raises(Gone):
        offers.find(agent_desk, ways.token)


def test_pin_leads_to_the_session(desk: Desk, offered: RemoteSession, ways: offers.Ways) -> None:
    token = offers.exchange(desk, offered.reference, ways.pin)
    offer, row = offers.find(desk, token)
    assert (offer.channel, row.id) == (offers.PIN, offered.id)


def test_pin_may_be_typed_in_groups(desk: Desk, offered: RemoteSession, ways: offers.Ways) -> None:
    typed = f"{ways.pin[:3]} {ways.pin[3:]}"
    assert offers.find(desk, offers.exchange(desk, offered.reference, typed))[1].id == offered.id


def test_pin_is_good_once(desk: Desk, offered: RemoteSession, ways: offers.Ways) -> None:
    offers.exchange(desk, offered.reference, ways.pin)
    with pytest.raises(Gone):
        offers.exchange(desk, offered.reference, ways.pin)


def test_pin_expires_before_the_link(
    desk: Desk, offered: RemoteSession, ways: offers.Ways, clock: SteppedClock
) -> None:
    clock.go(minutes=10)
    with pytest.raises(Gone):
        offers.exchange(desk, offered.reference, ways.pin)


@pytest.mark.parametrize("tries", range(6))
def test_pin_dies_of_five_wrong_tries(
    desk: Desk, offered: RemoteSession, ways: offers.Ways, tries: int
) -> None:
    for _each in range(tries):
        with pytest.raises(Gone):
            offers.exchange(desk, offered.reference, wrong(ways.pin))
    try:
        is_taken = bool(offers.exchange(desk, offered.reference, ways.pin))
    except Gone:
        is_taken = False
    assert is_taken == (tries < offers.MOST_TRIES)


def test_pin_of_one_session_opens_no_other(
    agent_desk: Desk, offered: RemoteSession, ways: offers.Ways, ask: Any
) -> None:
    other = ask()
    service.offer(agent_desk, other)
    with pytest.raises(Gone):
        offers.exchange(agent_desk, other.reference, ways.pin)
    assert offers.exchange(agent_desk, offered.reference, ways.pin)


def test_new_pin_has_tries_of_its_own(
    agent_desk: Desk, offered: RemoteSession, ways: offers.Ways
) -> None:
    for _each in range(offers.MOST_TRIES):
        with pytest.raises(Gone):
            offers.exchange(agent_desk, offered.reference, wrong(ways.pin))
    again = service.offer(agent_desk, offered)
    assert offers.exchange(agent_desk, offered.reference, again.pin)


def test_wrong_and_unknown_are_refused_alike(
    desk: Desk, offered: RemoteSession, ways: offers.Ways
) -> None:
    said = []
    for reference in (offered.reference, "00000000"):
        with pytest.raises(Gone) as refused:
            offers.exchange(desk, reference, wrong(ways.pin))
        said.append(refused.value.sentence)
    assert said[0] == said[1]


@pytest.mark.parametrize("pin", ["", "   ", "12", "abcdef", "١٢٣٤٥٦", "0" * 500])
def test_anything_else_is_no_pin(desk: Desk, offered: RemoteSession, pin: str) -> None:
    with pytest.raises(Gone):
        offers.exchange(desk, offered.reference, pin)
