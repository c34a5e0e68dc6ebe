# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns scenario texts into mails of people: slots, wordings, greetings, signatures, quotes.

Each person keeps one manner of writing, as people do; that alone makes two uses of a scenario
read differently.
"""

import random
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from babel.dates import format_date

from tresen.demo.hours import ZONE, forward
from tresen.demo.records import Agent, Contact, Customer, Event

SLOT = re.compile(r"\{([a-z_]+)\}")
CHOICE = re.compile(r"<<(.+?)>>", re.DOTALL)
MANNERS = ("formal", "plain", "brief")
# How a first mail begins: by language and manner, with what Austria and Switzerland say.
FIRST = {
    ("de", "formal"): "Sehr geehrte Damen und Herren,",
    ("de", "plain"): "Guten Tag,",
    ("de", "brief"): "Hallo zusammen,",
    ("en", "formal"): "Dear support team,",
    ("en", "plain"): "Hello,",
    ("en", "brief"): "Hi all,",
}
LOCAL = {"AT": "Grüß Gott,", "CH": "Grüezi mitenand,"}
CLOSING = {
    ("de", "formal"): "Mit freundlichen Grüßen",
    ("de", "plain"): "Viele Grüße",
    ("de", "brief"): "Gruß",
    ("en", "formal"): "Kind regards",
    ("en", "plain"): "Best wishes",
    ("en", "brief"): "Thanks",
}
# Words that are small after the comma of a German greeting.
SMALL = frozenset(
    (
        *("An", "Anbei", "Auf", "Bei", "Beide", "Bitte", "Da", "Damit", "Danke"),
        *("Das", "Den", "Der", "Die", "Ein", "Erledigt", "Es", "Externe", "Für"),
        *("Gefunden", "Gern", "Gut", "Ich", "Im", "Ist", "Ja", "Laut", "Legen"),
        *("Mit", "Nach", "Nein", "Perfekt", "Schön", "Sehr", "Seit", "So", "Uns"),
        *("Unter", "Vereinbart", "Vielen", "Wir", "Wunderbar", "Zu"),
    )
)
SHORT = 60


def fill(text: str, slots: Mapping[str, str], rng: random.Random) -> str:
    """Return the text with one wording of each choice and every slot filled.

    A slot may hold further slots. Raises KeyError for one that nobody fills.
    """
    text = CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text)
    while SLOT.search(text):
        text = SLOT.sub(lambda found: slots[found[1]], text)
    return text.strip()


def moments(at: datetime, language: str) -> dict[str, str]:
    """Return the slots that speak of time: `clock` shortly before, `next_week` as a day."""
    local = at.astimezone(ZONE)
    day = forward(local, timedelta(hours=9 * 5)).date()
    form = "EEEE, d. MMMM" if language == "de" else "EEEE d MMMM"
    return {
        "clock": f"{local - timedelta(minutes=20 + local.minute % 30):%H:%M}",
        "next_week": format_date(day, form, locale=language),
    }


def manner_of(contact: Contact) -> str:
    """Return how a person writes; the same for all of that person's mails."""
    return MANNERS[sum(contact.address.encode()) % len(MANNERS)]


def named(contact: Contact | Agent, language: str, case: str = "dative") -> str:
    """Return Frau Dr. Ohlsen or, in English, Ms Keane; `case` nominative is Herr, dative Herrn."""
    title = getattr(contact, "title", "")
    family = contact.name.split(" ", 1)[1]
    if language == "en":
        return f"{title or ('Ms' if contact.form == 'f' else 'Mr')} {family}"
    man = "Herrn" if case == "dative" else "Herr"
    words = ("Frau" if contact.form == "f" else man, title, family)
    return " ".join(word for word in words if word)


def small(text: str, language: str) -> str:
    """Return the text as it goes on after a greeting's comma."""
    first = text.split(maxsplit=1)[0].rstrip(",.:") if text else ""
    return text[:1].lower() + text[1:] if language == "de" and first in SMALL else text


def big(text: str) -> str:
    """Return the text as it stands without a greeting."""
    return text[:1].upper() + text[1:]


def swiss(text: str, customer: Customer) -> str:
    """Return the text without ß where the writer is Swiss."""
    return text.replace("ß", "ss") if customer.country == "CH" else text


def agent_mail(text: str, agent: Agent, contact: Contact) -> str:
    """Return an agent's reply: greeting, text, closing."""
    if contact.language == "en":
        greeting = f"Dear {named(contact, 'en')}," if contact.title else f"Hello {first(contact)},"
        return f"{greeting}\n\n{text}\n\nKind regards\n{agent.name}"
    greeting = f"Guten Tag {named(contact, 'de', 'nominative')},"
    return f"{greeting}\n\n{small(text, 'de')}\n\nFreundliche Grüße\n{agent.name}"


def first(person: Contact | Agent) -> str:
    """Return the given name."""
    return person.name.split()[0]


def opening_mail(text: str, contact: Contact, customer: Customer) -> str:
    """Return a customer's first mail without its signature."""
    key = (contact.language, manner_of(contact))
    greeting = FIRST[key]
    if key == ("de", "plain"):
        greeting = LOCAL.get(customer.country, greeting)
    body = small(text, contact.language)
    return swiss(f"{greeting}\n\n{body}\n\n{CLOSING[key]}\n{contact.name}", customer)


def answering_mail(text: str, contact: Contact, customer: Customer, agent: Agent) -> str:
    """Return a customer's answer to an agent; short thanks go without a greeting."""
    key = (contact.language, manner_of(contact))
    brief = key[1] == "brief" or len(text) < SHORT
    if contact.language == "en":
        greeting = f"{'Dear' if key[1] == 'formal' else 'Hi'} {first(agent)},\n\n"
    else:
        word = "Guten Tag" if key[1] == "formal" else "Hallo"
        greeting = f"{word} {named(agent, 'de', 'nominative')},\n\n"
    body = big(text) if brief else greeting + small(text, contact.language)
    closing = first(contact) if brief and contact.language == "en" else contact.name
    return swiss(f"{body}\n\n{CLOSING[key]}\n{closing}", customer)


def phone_note(text: str, contact: Contact) -> str:
    """Return what an agent wrote down of a call."""
    if contact.language == "en":
        return f"Call from {named(contact, 'en')}, {contact.role}:\n\n{big(text)}"
    return f"Anruf von {named(contact, 'de')}, {contact.role}:\n\n{big(text)}"


def signature(contact: Contact, customer: Customer) -> str:
    """Return the block under a mail; brief people have none. Numbers are ones nobody has."""
    if manner_of(contact) == "brief":
        return ""
    last = sum(contact.address.encode()) % 1000
    numbers = {"DE": f"Tel. 030 23125-{last:03}", "GB": f"Phone 01632 960{last:03}"}
    lines = (contact.name, contact.role, f"{customer.name} · {customer.city}")
    block = "\n".join((*lines, *filter(None, [numbers.get(customer.country)]), contact.address))
    return swiss(f"-- \n{block}", customer)


def quote(event: Event, agent: Agent, support: str, language: str) -> str:
    """Return an earlier reply as mail programs quote it."""
    local = event.at.astimezone(ZONE)
    if language == "en":
        head = f"On {format_date(local, 'd MMM y', locale='en')} at {local:%H:%M}, {agent.name} "
        head += f"<{support}> wrote:"
    else:
        head = f"Am {local:%d.%m.%Y} um {local:%H:%M} schrieb {agent.name} <{support}>:"
    return "\n".join([head, *(f"> {line}".rstrip() for line in event.text.splitlines())])
