# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a consent to being recorded says, and for how long it lets a recording be kept."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, Ticket, speaking_to
from tresen.testing import factories
from tresen_remote_support import answers, consents, offers, scopes, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.recordings import service as recordings
from tresen_remote_support.recordings.service import Over

Ask = Callable[..., RemoteSession]
Film = Callable[..., bytes]
WORDS = {
    "en": "the picture alone, never sound",
    "de": "auf Ihrer Seite, und dort können Sie die Aufzeichnung beenden",
    "de@du": "auf deiner Seite, und dort kannst du die Aufzeichnung beenden",
}
LINES = "The moving picture that you share may be recorded"


@pytest.mark.parametrize("language", WORDS)
def test_words_say_what_is_recorded_in_each_language(desk: Desk, language: str) -> None:
    with speaking_to(desk, language):
        found = consents.words(replace(desk, language=language), 14)
    assert (WORDS[language] in found, "14" in found) == (True, True)


@pytest.mark.parametrize(("days", "said"), [(1, "after 1 day."), (30, "after 30 days.")])
def test_words_say_after_how_many_days_it_goes(days: int, said: str) -> None:
    assert said in consents.recording_words(days)


def test_words_name_no_recording_where_there_is_none(desk: Desk) -> None:
    assert LINES not in consents.words(desk)


def test_page_of_the_consent_says_it(
    client: FlaskClient, ways: offers.Ways, requested: RemoteSession
) -> None:
    page = client.get(f"/remote_support/join/{ways.token}").text
    told = LINES in page, "deleted after 14 days" in page, requested.scope
    assert told == (True, True, "view record")


def test_consent_keeps_the_words_and_the_days(desk: Desk, consented: RemoteSession) -> None:
    given = consents.in_force(desk, consented)
    assert given is not None
    text = consents.current_text(desk, 14)
    assert (given.recording_days, given.text_id, LINES in text.body) == (14, text.id, True)


def test_days_stay_as_told_when_more_is_agreed_to(
    desk: Desk, agent_desk: Desk, running: RemoteSession, configure: Callable[..., None]
) -> None:
    configure(days="90")
    service.widen(agent_desk, running, scopes.FILES)
    answers.allow(answers.acting(desk, running), running)
    given = consents.in_force(desk, running)
    assert (given and given.recording_days, running.scope) == (14, "view files record")


def test_days_are_those_of_now_when_it_is_agreed_to_anew(
    desk: Desk, agent_desk: Desk, running: RemoteSession, configure: Callable[..., None]
) -> None:
    theirs = answers.acting(desk, running)
    recordings.take_back(theirs, running)
    desk.commit()
    configure(days="30")
    service.widen(agent_desk, running, scopes.RECORD)
    answers.allow(theirs, running)
    given = consents.in_force(desk, running)
    assert (given and given.recording_days) == 30


def test_consent_without_recording_has_no_days(desk: Desk, ask: Ask, agent_desk: Desk) -> None:
    row = ask()
    given = consents.give(agent_desk, row, scopes.VIEW, "link", "Karla Kundin")
    assert given.recording_days is None


def test_other_tools_tell_nothing_of_their_own_recordings(
    desk: Desk, running: RemoteSession
) -> None:
    running.provider = "guacamole"
    assert consents.days_told(desk, running, running.scope) is None


# -------------------------------------------------------------------------------- profiles


@pytest.fixture
def profile(desk: Desk, customer: Person, ticket: Ticket) -> AccessProfile:
    """Return an access profile that lets the picture be recorded for five days."""
    assert customer.organisation_id is not None
    place = factories.make_installation(
        desk, customer.organisation_id, factories.make_product(desk)
    )
    ticket.installation_id = place.id
    made = AccessProfile(installation_id=place.id, title="Till", provider="browser")
    made.created_at = made.changed_at = desk.now()
    made.may_record, made.recording_days = True, 5
    desk.session.add(made)
    desk.commit()
    return made


@pytest.fixture
def under(profile: AccessProfile, ask: Ask, agent_desk: Desk) -> Any:
    """Return a session under the profile that runs."""
    row = ask(scope=scopes.line([scopes.VIEW, scopes.RECORD]), profile_id=profile.id)
    service.offer(agent_desk, row)
    answers.agree(answers.acting(agent_desk, row), row, offers.LINK, "Karla Kundin")
    service.begin(agent_desk, row)
    agent_desk.commit()
    return row


def test_days_of_the_profile_come_first(desk: Desk, agent_desk: Desk, under: RemoteSession) -> None:
    given, made = consents.in_force(desk, under), recordings.begin(agent_desk, under)
    kept_for = (made.delete_on - made.started_at.date()).days
    assert (given and given.recording_days, kept_for) == (5, 5)


def test_profile_that_names_no_days_leaves_it_to_the_settings(
    desk: Desk, profile: AccessProfile, under: RemoteSession
) -> None:
    profile.recording_days = None
    desk.session.flush()
    consents.withdraw(desk, under)
    assert consents.days_told(desk, under, under.scope) == 14


def test_profile_that_allows_it_no_more_ends_the_recording(
    desk: Desk, agent_desk: Desk, profile: AccessProfile, under: RemoteSession, film: Film
) -> None:
    made = recordings.begin(agent_desk, under)
    recordings.append(agent_desk, under, made, 0, film())
    profile.may_record = False
    desk.session.flush()
    with pytest.raises(Over, match="does not allow to record"):
        recordings.append(agent_desk, under, made, 1, film())
    assert made.ended_at is not None
