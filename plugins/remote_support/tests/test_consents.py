# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of a consent: by version and language, readable years later."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person, speaking_to
from tresen_remote_support import answers, consents, offers, queries, service
from tresen_remote_support.models import ConsentText, RemoteSession


def texts(desk: Desk) -> list[tuple[str, int]]:
    """Return language and version of every text that is kept."""
    statement = select(ConsentText.language, ConsentText.version).order_by(ConsentText.id)
    return [(row.language, row.version) for row in desk.session.execute(statement)]


def speaking(desk: Desk, language: str) -> Desk:
    """Return a desk whose pages are in the language."""
    return replace(desk, language=language)


def add_words(sign_in: Callable[[Person], FlaskClient], administrator: Person, **own: str) -> None:
    """Let an administrator add own words, as the page of settings takes them."""
    given = {"offer_minutes": "30", "idle_minutes": "30", "consent_en": "", "consent_de": ""}
    page = "/admin/settings/remote_support"
    browser = sign_in(administrator)
    assert browser.post(page, data=given | own).status_code == 302


def test_same_words_are_one_version(desk: Desk) -> None:
    first = consents.current_text(desk)
    assert consents.current_text(desk).id == first.id


def test_each_language_counts_its_own_versions(desk: Desk) -> None:
    for language in ("en", "de", "de@du"):
        with speaking_to(desk, language):
            consents.current_text(speaking(desk, language))
    assert texts(desk) == [("en", 1), ("de", 1), ("de@du", 1)]


def test_both_forms_of_address_are_kept_as_they_were_read(desk: Desk) -> None:
    said = []
    for language in ("de", "de@du"):
        with speaking_to(desk, language):
            said.append(consents.words(speaking(desk, language)).partition(" ")[0:3][2][:6])
    assert said == ["wählen", "wählst"]


def test_text_says_how_to_stop(desk: Desk) -> None:
    assert "You can stop at any time with one click, without a reason" in consents.words(desk)


def test_own_words_make_another_version(
    desk: Desk, sign_in: Callable[[Person], FlaskClient], administrator: Person
) -> None:
    consents.current_text(desk)
    desk.commit()
    add_words(sign_in, administrator, consent_en="Our works council agreed.")
    newer = consents.current_text(desk)
    assert (newer.version, newer.body.split(consents.GAP)[-1]) == (2, "Our works council agreed.")


def test_own_words_stand_in_their_language_alone(
    desk: Desk, sign_in: Callable[[Person], FlaskClient], administrator: Person
) -> None:
    add_words(sign_in, administrator, consent_de="Der Betriebsrat hat zugestimmt.")
    ends = [
        consents.words(speaking(desk, each)).endswith("zugestimmt.") for each in ("en", "de@du")
    ]
    assert ends == [False, True]


def test_consent_keeps_the_words_that_it_was_given_to(
    desk: Desk,
    consented: RemoteSession,
    sign_in: Callable[[Person], FlaskClient],
    administrator: Person,
) -> None:
    before = consents.words(desk)
    desk.commit()
    add_words(sign_in, administrator, consent_en="Something new.")
    (given,) = queries.consents(desk, consented)
    assert given.text.body == before


def test_consent_covers_what_it_names(agent_desk: Desk, consented: RemoteSession) -> None:
    before = consents.is_covered(agent_desk, consented)
    consented.scope = "view files"
    assert (before, consents.is_covered(agent_desk, consented)) == (True, False)


def test_withdrawn_consent_covers_nothing(desk: Desk, consented: RemoteSession) -> None:
    consents.withdraw(desk, consented)
    assert not consents.is_covered(desk, consented)


def test_consent_of_one_session_covers_no_other(
    agent_desk: Desk, consented: RemoteSession, ask: Callable[[], RemoteSession]
) -> None:
    other = ask()
    service.offer(agent_desk, other)
    assert not consents.is_covered(agent_desk, other)


@pytest.mark.parametrize("channel", list(offers.CHANNELS))
def test_channel_is_kept(desk: Desk, offered: RemoteSession, channel: str) -> None:
    answers.agree(desk, offered, channel, "Karla")
    (given,) = queries.consents(desk, offered)
    assert given.channel == channel
