# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a mail is held, ignored or not sent is told in the reader's language."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from mail.letters import letter, store_all
from sqlalchemy import select
from tresen import i18n
from tresen.desk import Core, Desk, desk_for
from tresen.mail import classify, models
from tresen.mail.models import InboundMail
from tresen.mail.reasons import REASONS, WORDS, reason_told, reply_told
from tresen.people.models import Person

SignIn = Callable[[Person], FlaskClient]


@pytest.mark.parametrize(
    ("stored", "english", "german"),
    [
        ("", "", ""),
        (
            "time: reading the mail took longer than it may",
            "Reading it takes too long",
            "Das Lesen dauert zu lange",
        ),
        (
            "error: ValueError: no such day",
            "An error came up while it was taken in: ValueError: no such day",
            "Beim Annehmen trat ein Fehler auf: ValueError: no such day",
        ),
        (
            "by-hand: Anna Agent",
            "Set aside by a person: Anna Agent",
            "Von Hand beiseitegelegt: Anna Agent",
        ),
        (
            "ignored-sender: robots.example",
            "The settings say to ignore mail from this sender: robots.example",
            "Laut Einstellungen wird E-Mail dieses Absenders ignoriert: robots.example",
        ),
        ("auto-replied", "An automatic answer", "Eine automatische Antwort"),
        (
            "too-large: 99 bytes; only the header was taken",
            "It is too large; only its header was taken",
            "Sie ist zu groß; nur ihr Kopf wurde angenommen",
        ),
        (
            "duplicate; too-large: 99 bytes; only the header was taken",
            "The same mail is here already; It is too large; only its header was taken",
            "Dieselbe E-Mail ist schon hier; Sie ist zu groß; nur ihr Kopf wurde angenommen",
        ),
        # What a plugin said, and what nobody knows, stays.
        ("Our filter: no.", "Our filter: no.", "Our filter: no."),
    ],
)
def test_reason_is_told(core: Core, stored: str, english: str, german: str) -> None:
    told = []
    for language in ("en", "de"):
        with i18n.speaking(i18n.catalogues(core).language(language)):
            told.append(reason_told(stored))
    assert told == [english, german]


@pytest.mark.parametrize(
    ("stored", "german"),
    [
        ("", ""),
        ("550 5.1.1 no such user here", "550 5.1.1 no such user here"),
        (
            "400 the mail server could not be used: timed out",
            "400 der Mailserver war nicht nutzbar: timed out",
        ),
        ("400 not tried", "400 nicht versucht"),
        ("553 this is no mail address", "553 das ist keine E-Mail-Adresse"),
        (
            "400 the server's answer to DATA was lost: gone",
            "400 die Antwort des Servers auf die E-Mail ging verloren: gone",
        ),
        ("nobody to send it to", "niemand, an den sie ginge"),
        (f"{models.REFUSED}error: no such folder", "abgelehnt: error: no such folder"),
        (
            f"{models.KEPT}NO denied",
            "gespeichert, aber nicht markiert, verschoben oder gelöscht: NO denied",
        ),
        ("OSError: gone", "OSError: gone"),
    ],
)
def test_reply_is_told(core: Core, stored: str, german: str) -> None:
    with i18n.speaking(i18n.catalogues(core).language("de")):
        assert reply_told(stored) == german


def test_every_rule_has_its_words() -> None:
    assert {rule for rule, _kind, _fits in classify._RULES} - set(REASONS) == set()


def test_every_word_is_german_too(core: Core) -> None:
    with i18n.speaking(i18n.catalogues(core).language("de")):
        german = [str(text) for text in (*REASONS.values(), *WORDS.values())]
    english = [text.message for text in (*REASONS.values(), *WORDS.values())]
    assert [one for one, other in zip(german, english, strict=True) if one == other] == []


def test_page_tells_it_in_the_language_of_the_reader(
    core: Core, desk: Desk, agent: Person, sign_in: SignIn
) -> None:
    agent.language = "de"
    desk.commit()
    store_all(core, [letter()])
    with desk_for(core, write=True) as other:
        row = other.session.scalars(select(InboundMail)).one()
        row.outcome, row.reason = "held", "killed: reading it ended the worker 3 times"
    page = sign_in(agent).get("/mail/").text
    assert "Das Annehmen hat den Worker immer wieder beendet</bdi>" in page
    # What was done and what can be done are one word in English only.
    assert ("Beiseitegestellt" in page, "Beiseitestellen" in page) == (True, True)
