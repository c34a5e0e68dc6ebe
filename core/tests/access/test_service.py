# SPDX-License-Identifier: AGPL-3.0-or-later
"""Passwords, sessions, limits, links and tokens at the level of their rows."""

import unicodedata
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from tresen import i18n
from tresen.access import links, queries, service
from tresen.access.models import Attempt, OneTimeLink, Password, SignInSession, hash_token
from tresen.desk import Core, Desk
from tresen.errors import Refused, TooMany
from tresen.hooks import hookimpl
from tresen.journal.models import JournalEntry
from tresen.people.models import EmailAddress, Person
from tresen.testing.fixtures import SteppedClock

PASSWORD = "a sentence is a fine password"
WINDOW = timedelta(minutes=15)


@pytest.fixture
def issued(core: Core) -> list[tuple[str, str, str]]:
    """What would be mailed: address, purpose and token of each link."""
    sent: list[tuple[str, str, str]] = []

    class Postbox:
        """Keeps the links."""

        @hookimpl
        def link_issued(self, address: EmailAddress, purpose: str, token: str) -> None:
            sent.append((address.address, purpose, token))

    core.plugins.pm.register(Postbox(), "postbox")
    return sent


def actions(desk: Desk, person: Person) -> list[str]:
    found = select(JournalEntry.action).where(
        JournalEntry.subject_kind == "person", JournalEntry.subject_id == person.id
    )
    return list(desk.session.scalars(found.order_by(JournalEntry.id)))


def refused(count: Callable[[], None]) -> bool:
    try:
        count()
    except TooMany:
        return True
    return False


def test_password_is_kept_as_argon2_and_not_as_text(desk: Desk, agent: Person) -> None:
    service.set_password(desk, agent, PASSWORD)
    row = desk.session.get_one(Password, agent.id)
    assert (row.hash.startswith("$argon2id$"), PASSWORD in row.hash, row.changed_at) == (
        True,
        False,
        desk.now(),
    )


@pytest.mark.parametrize("length", [12, 1024])
def test_password_of_just_the_right_length_is_taken(desk: Desk, agent: Person, length: int) -> None:
    service.set_password(desk, agent, "x" * length)
    assert service.check_password(desk, "anna@tresen.example", "x" * length) is agent


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "A password has between 12 and 1024 characters."),
        ("de", "Ein Passwort hat zwischen 12 und 1024 Zeichen."),
    ],
)
def test_password_of_another_length_is_refused_in_words(
    core: Core, desk: Desk, agent: Person, language: str, sentence: str
) -> None:
    with i18n.speaking(i18n.catalogues(core).language(language)):
        for password in ("x" * 11, "x" * 1025, ""):
            with pytest.raises(Refused) as refusal:
                service.set_password(desk, agent, password)
            assert refusal.value.sentence == sentence
    assert desk.session.get(Password, agent.id) is None


def test_longer_text_that_begins_with_the_password_opens_nothing(desk: Desk, agent: Person) -> None:
    service.set_password(desk, agent, "x" * 1024)
    desk.session.flush()
    assert service.check_password(desk, "anna@tresen.example", "x" * 1025) is None


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_umlaut_is_the_same_on_every_keyboard(desk: Desk, agent: Person, form: str) -> None:
    sentence = "Größe läuft über die Äcker"
    service.set_password(desk, agent, unicodedata.normalize("NFC", sentence))
    typed = unicodedata.normalize(form, sentence)  # type: ignore[arg-type] # one of the two above
    assert service.check_password(desk, "anna@tresen.example", typed) is agent


@pytest.mark.parametrize(
    ("address", "password"),
    [
        ("anna@tresen.example", PASSWORD.upper()),
        ("anna@tresen.example", f"{PASSWORD} "),
        ("anna@tresen.example", ""),
        ("otto@tresen.example", PASSWORD),
        ("karla@kunde.example", PASSWORD),
        ("", PASSWORD),
    ],
)
def test_wrong_pair_opens_nothing(
    desk: Desk, agent: Person, customer: Person, address: str, password: str
) -> None:
    service.set_password(desk, agent, PASSWORD)
    assert service.check_password(desk, address, password) is None


def test_address_is_found_however_it_is_typed(desk: Desk, agent: Person) -> None:
    service.set_password(desk, agent, PASSWORD)
    assert service.check_password(desk, " Anna@Tresen.EXAMPLE", PASSWORD) is agent


def test_every_address_of_a_person_opens(desk: Desk, agent: Person) -> None:
    desk.session.add(EmailAddress(person_id=agent.id, address="a@tresen.example"))
    service.set_password(desk, agent, PASSWORD)
    assert service.check_password(desk, "a@tresen.example", PASSWORD) is agent


def test_hash_that_was_spoilt_opens_nothing_and_breaks_nothing(desk: Desk, agent: Person) -> None:
    service.set_password(desk, agent, PASSWORD)
    desk.session.get_one(Password, agent.id).hash = "not a hash"
    assert service.check_password(desk, "anna@tresen.example", PASSWORD) is None


def test_new_password_replaces_the_old_and_ends_every_session(
    desk: Desk, agent: Person, customer: Person
) -> None:
    service.set_password(desk, agent, PASSWORD)
    kept, ended = (
        service.start_session(desk, person, "127.0.0.1", "test") for person in (customer, agent)
    )
    service.set_password(desk, agent, "quite another sentence")
    assert [queries.session_by_token(desk, token) is not None for token in (kept, ended)] == [
        True,
        False,
    ]
    assert service.check_password(desk, "anna@tresen.example", PASSWORD) is None
    assert actions(desk, agent)[-3:] == ["password_changed", "signed_in", "password_changed"]


def test_session_is_found_by_its_token_until_it_is_fourteen_days_old(
    desk: Desk, clock: SteppedClock, agent: Person
) -> None:
    token = service.start_session(desk, agent, "x" * 100, "y" * 400)
    row = desk.session.scalars(select(SignInSession)).one()
    assert (row.token_hash, len(row.network_address), len(row.user_agent)) == (
        hash_token(token),
        60,
        300,
    )
    lives = []
    for duration in ({"days": 13, "hours": 23}, {"minutes": 59}, {"minutes": 1}):
        clock.go(**duration)
        lives.append(queries.session_by_token(desk, token) is not None)
    assert (lives, list(queries.sessions_of(desk, agent.id))) == ([True, True, False], [])


def test_sessions_are_listed_the_latest_seen_first(
    desk: Desk, clock: SteppedClock, agent: Person
) -> None:
    ids = []
    for name in ("one", "two", "three"):
        service.start_session(desk, agent, "", name)
        clock.go(minutes=1)
        desk.session.flush()
        ids.append(desk.session.scalar(select(func.max(SignInSession.id))))
    service.note_seen(desk, ids[0])
    service.end_session(desk, agent.id, ids[1])
    desk.session.expire_all()
    assert [row.user_agent for row in queries.sessions_of(desk, agent.id)] == ["one", "three"]


def test_ended_session_keeps_the_time_of_its_end(
    desk: Desk, clock: SteppedClock, agent: Person
) -> None:
    service.start_session(desk, agent, "", "")
    service.end_sessions(desk, agent.id)
    first = clock.moment
    clock.go(hours=1)
    service.end_session(desk, agent.id, 1)
    service.end_sessions(desk, agent.id)
    desk.session.expire_all()
    assert desk.session.get_one(SignInSession, 1).ended_at == first


@pytest.mark.parametrize(
    ("networks", "last_is_refused"),
    [
        (["192.0.2.1"] * 11, True),
        (["192.0.2.1"] * 10, False),
        (["192.0.2.1"] * 10 + ["192.0.2.2"], False),
        ([f"2001:db8:1:2::{n:x}" for n in range(11)], True),
        (["2001:db8:1:2::1"] * 10 + ["2001:db8:1:3::1"], False),
        (["192.0.2.1"] * 10 + ["::ffff:192.0.2.1"], True),
        (["2001:DB8:1:2::1", "2001:0db8:1:2:0:0:0:1"] * 6, True),
        ([""] * 11, True),
        (["unix:"] * 11, True),
    ],
    ids=["v4", "ten", "neighbour", "v6-in-64", "v6-beside", "mapped", "spelt", "none", "odd"],
)
def test_tries_at_an_account_are_counted_by_who_can_make_them(
    desk: Desk, networks: list[str], last_is_refused: bool
) -> None:
    def tries(network: str) -> bool:
        return refused(lambda: service.count_sign_in(desk, "a@b.example", network))

    assert [tries(network) for network in networks] == [
        *[False] * (len(networks) - 1 - (len(networks) == 12)),
        *[last_is_refused] * (1 + (len(networks) == 12)),
    ]


def test_one_source_tries_sixty_accounts_and_no_more(desk: Desk) -> None:
    answers = [
        refused(lambda n=n: service.count_sign_in(desk, f"{n}@b.example", "192.0.2.1"))
        for n in range(61)
    ]
    assert answers == [False] * 60 + [True]


def test_window_slides(desk: Desk, clock: SteppedClock) -> None:
    answers = []
    for minutes in (0, 5, 5, 4.9, 0.1, 5):
        clock.go(minutes=minutes)
        answers.append(refused(lambda: service.limit(desk, "k", 3, WINDOW)))
    assert answers == [False, False, False, True, False, False]


def test_refused_try_does_not_prolong_the_wait(desk: Desk, clock: SteppedClock) -> None:
    for _ in range(50):
        refused(lambda: service.limit(desk, "k", 3, WINDOW))
    clock.go(minutes=15)
    assert not refused(lambda: service.limit(desk, "k", 3, WINDOW))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Too many attempts. Please try again in 15 minutes."),
        ("de", "Zu viele Versuche. Bitte versuchen Sie es in 15 Minuten erneut."),
    ],
)
def test_limit_says_when_to_come_back(core: Core, desk: Desk, language: str, sentence: str) -> None:
    spoken = i18n.catalogues(core).language(language)
    with i18n.speaking(spoken), pytest.raises(TooMany) as refusal:
        service.limit(desk, "k", 0, WINDOW)
    assert (refusal.value.sentence, refusal.value.retry_after) == (sentence, 900)


def test_old_attempts_are_forgotten_and_young_ones_are_not(desk: Desk, clock: SteppedClock) -> None:
    service.limit(desk, "old", 9, WINDOW)
    clock.go(days=2, seconds=1)
    service.limit(desk, "young", 9, WINDOW)
    service.forget_attempts(desk)
    assert list(desk.session.scalars(select(Attempt.key))) == ["young"]


def test_link_is_sent_to_whom_it_belongs_and_journalled(
    desk: Desk, agent: Person, issued: list[tuple[str, str, str]]
) -> None:
    links.send_link(desk, " Anna@tresen.example ", links.PASSWORD)
    ((address, purpose, token),) = issued
    row = desk.session.scalars(select(OneTimeLink)).one()
    assert (address, purpose, row.token_hash, row.expires_at) == (
        "anna@tresen.example",
        "password",
        hash_token(token),
        desk.now() + timedelta(hours=1),
    )
    assert actions(desk, agent)[-1] == "password_link_sent"


def test_no_link_for_who_left(
    desk: Desk, agent: Person, issued: list[tuple[str, str, str]]
) -> None:
    agent.is_active = False
    desk.session.flush()
    links.send_link(desk, "anna@tresen.example", links.PASSWORD)
    assert (issued, desk.session.scalars(select(OneTimeLink)).all()) == ([], [])


def test_link_of_who_left_since_opens_nothing(
    desk: Desk, agent: Person, issued: list[tuple[str, str, str]]
) -> None:
    links.send_link(desk, "anna@tresen.example", links.PASSWORD)
    agent.is_active = False
    desk.session.flush()
    with pytest.raises(Refused, match="This link was used already or is too old"):
        links.living_link(desk, issued[0][2])


def test_proof_link_lives_three_days(
    desk: Desk, clock: SteppedClock, agent: Person, issued: list[tuple[str, str, str]]
) -> None:
    links.send_link(desk, "anna@tresen.example", links.PROOF)
    clock.go(days=2, hours=23, minutes=59)
    assert links.living_link(desk, issued[0][2]).purpose == "proof"
    clock.go(minutes=1)
    with pytest.raises(Refused):
        links.living_link(desk, issued[0][2])


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "\u00e4" * 200])
def test_made_up_link_opens_nothing(desk: Desk, token: str) -> None:
    with pytest.raises(Refused):
        links.living_link(desk, token)


def test_used_link_keeps_when_an_address_was_first_proven(
    desk: Desk, clock: SteppedClock, agent: Person, issued: list[tuple[str, str, str]]
) -> None:
    proven = clock.moment
    clock.go(days=1)
    links.send_link(desk, "anna@tresen.example", links.PASSWORD)
    person = links.use_link(desk, links.living_link(desk, issued[0][2]), PASSWORD)
    address = desk.session.scalars(select(EmailAddress).filter_by(person_id=agent.id)).one()
    assert (person.id, address.proven_at) == (agent.id, proven)


def test_short_password_uses_no_link_up(
    desk: Desk, agent: Person, issued: list[tuple[str, str, str]]
) -> None:
    links.send_link(desk, "anna@tresen.example", links.PASSWORD)
    desk.commit()
    with pytest.raises(Refused):
        links.use_link(desk, links.living_link(desk, issued[0][2]), "short")
    desk.rollback()
    assert links.living_link(desk, issued[0][2]).used_at is None
