# SPDX-License-Identifier: AGPL-3.0-or-later
"""People write as people do: greeted by name, signed, quoted, and without ß in Switzerland."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tresen.demo import wording
from tresen.demo.content import read_content
from tresen.demo.records import Agent, Contact, Customer, Event

CONTENT = read_content()
AT = datetime(2026, 3, 10, 9, 14, tzinfo=UTC)


def customer(key: str) -> Customer:
    return next(found for found in CONTENT.customers if found.key == key)


def agent(key: str) -> Agent:
    return next(found for found in CONTENT.agents if found.key == key)


def contact(manner: str, language: str = "de", title: str = "") -> Contact:
    """Return somebody who writes in that manner."""
    people = (c for o in CONTENT.customers for c in o.contacts)
    found = next(c for c in people if wording.manner_of(c) == manner and c.language == language)
    return replace(found, name="Dana Beispiel", form="f", title=title)


@pytest.fixture
def rng() -> random.Random:
    return random.Random(1)


def test_fill_puts_slots_into_slots(rng: random.Random) -> None:
    slots = {"what": "den Dienst auf {host}", "host": "srv1"}
    assert (
        wording.fill("Bitte {what} starten.\n", slots, rng) == "Bitte den Dienst auf srv1 starten."
    )


def test_fill_takes_one_wording_of_each_choice(rng: random.Random) -> None:
    told = {wording.fill("<<eins|zwei>>, <<drei|vier>>", {}, rng) for _ in range(60)}
    assert told == {"eins, drei", "eins, vier", "zwei, drei", "zwei, vier"}


def test_fill_refuses_a_slot_that_nobody_fills(rng: random.Random) -> None:
    with pytest.raises(KeyError, match="unknown"):
        wording.fill("{unknown}", {}, rng)


def test_fill_leaves_braces_of_json_alone(rng: random.Random) -> None:
    assert wording.fill('403 {"detail": "no"}', {}, rng) == '403 {"detail": "no"}'


def test_moments_lie_before_and_after_now() -> None:
    assert wording.moments(AT, "de") == {"clock": "09:40", "next_week": "Dienstag, 17. März"}
    assert wording.moments(AT, "en") == {"clock": "09:40", "next_week": "Tuesday 17 March"}


@pytest.mark.parametrize(
    ("language", "title", "form", "case", "name"),
    [
        ("de", "", "f", "dative", "Frau Beispiel"),
        ("de", "Dr.", "f", "dative", "Frau Dr. Beispiel"),
        ("de", "", "m", "dative", "Herrn Beispiel"),
        ("de", "", "m", "nominative", "Herr Beispiel"),
        ("en", "", "f", "dative", "Ms Beispiel"),
        ("en", "", "m", "dative", "Mr Beispiel"),
        ("en", "Dr", "f", "dative", "Dr Beispiel"),
    ],
)
def test_person_is_named_with_form_and_title(
    language: str, title: str, form: str, case: str, name: str
) -> None:
    person = replace(contact("plain"), title=title, form=form)
    assert wording.named(person, language, case) == name


@pytest.mark.parametrize(
    ("text", "after_comma"),
    [
        ("Das geht so.", "das geht so."),
        ("Ja, gern.", "ja, gern."),
        ("Ihre Bank hat umgestellt.", "Ihre Bank hat umgestellt."),
        ("Ablage legt zuerst an.", "Ablage legt zuerst an."),
        ("", ""),
    ],
)
def test_german_goes_on_small_after_a_comma(text: str, after_comma: str) -> None:
    assert wording.small(text, "de") == after_comma


def test_english_goes_on_as_it_is() -> None:
    assert wording.small("Das is a name.", "en") == "Das is a name."


def test_agent_greets_in_the_language_of_the_customer() -> None:
    german = wording.agent_mail("Das geht.", agent("jonas"), contact("plain", title="Dr."))
    english = wording.agent_mail("It works.", agent("jonas"), contact("plain", "en"))
    titled = wording.agent_mail("It works.", agent("jonas"), contact("plain", "en", "Dr"))
    assert (
        german == "Guten Tag Frau Dr. Beispiel,\n\ndas geht.\n\nFreundliche Grüße\nJonas Petersen"
    )
    assert english == "Hello Dana,\n\nIt works.\n\nKind regards\nJonas Petersen"
    assert titled == "Dear Dr Beispiel,\n\nIt works.\n\nKind regards\nJonas Petersen"


@pytest.mark.parametrize(
    ("manner", "place", "mail"),
    [
        ("formal", "tannert", "Sehr geehrte Damen und Herren,\n\nx\n\nMit freundlichen Grüßen\n"),
        ("plain", "tannert", "Guten Tag,\n\nx\n\nViele Grüße\n"),
        ("plain", "trattner", "Grüß Gott,\n\nx\n\nViele Grüße\n"),
        ("plain", "praezisa", "Grüezi mitenand,\n\nx\n\nViele Grüsse\n"),
        ("brief", "tannert", "Hallo zusammen,\n\nx\n\nGruß\n"),
    ],
)
def test_first_mail_is_written_in_the_manner_of_its_writer(
    manner: str, place: str, mail: str
) -> None:
    told = wording.opening_mail("x", contact(manner), customer(place))
    assert told == f"{mail}Dana Beispiel"


def test_long_answer_greets_the_agent() -> None:
    text = "seit heute früh läuft es wieder, wir haben alles noch einmal in Ruhe geprüft."
    told = wording.answering_mail(text, contact("formal"), customer("tannert"), agent("farida"))
    assert told.startswith(f"Guten Tag Frau Haidari,\n\n{text}\n\n")


def test_short_thanks_go_without_greeting() -> None:
    told = wording.answering_mail("danke!", contact("formal"), customer("tannert"), agent("farida"))
    assert told == "Danke!\n\nMit freundlichen Grüßen\nDana Beispiel"


def test_call_is_written_down_with_the_caller() -> None:
    caller = replace(contact("plain"), form="m", role="Lager")
    assert wording.phone_note("es hakt.", caller) == "Anruf von Herrn Beispiel, Lager:\n\nEs hakt."


def test_signature_has_a_number_that_nobody_has() -> None:
    lines = wording.signature(contact("plain"), customer("tannert")).splitlines()
    assert lines[0] == "-- "
    assert lines[3] == "Tannert Fördertechnik GmbH & Co. KG · Kirchweiler"
    assert lines[4].startswith("Tel. 030 23125-")


def test_brief_people_have_no_signature() -> None:
    assert wording.signature(contact("brief"), customer("tannert")) == ""


def test_quote_names_who_wrote_when() -> None:
    reply = Event(AT, "agent", "Guten Tag,\n\nja.", agent="jonas")
    assert wording.quote(reply, agent("jonas"), "support@firma.example", "de") == (
        "Am 10.03.2026 um 10:14 schrieb Jonas Petersen <support@firma.example>:\n"
        "> Guten Tag,\n>\n> ja."
    )
    english = wording.quote(reply, agent("jonas"), "support@firma.example", "en")
    assert english.splitlines()[0] == (
        "On 10 Mar 2026 at 10:14, Jonas Petersen <support@firma.example> wrote:"
    )
