# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each thread reads as one conversation: in turn, signed by who wrote it, about its own house."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tresen.demo import stories, wording
from tresen.demo.content import read_content
from tresen.demo.hours import ZONE, is_working
from tresen.demo.records import Agent, Event, Story
from tresen.tickets import states

NOW = datetime(2026, 11, 23, 13, 40, tzinfo=UTC)
CONTENT = read_content()
TOLD = stories.tell_all(CONTENT, NOW)
AGENTS = {agent.key: agent for agent in CONTENT.agents}
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# What stands first in a German mail and is large there: nouns, names, and whom one speaks to.
LARGE = {"Sie", "Ihr", "Ihre", "Zwischenstand", "Mails", "Ablage", "Bürgerinnen", "Herr"}


def by(who: str) -> list[tuple[Story, Event]]:
    return [(story, event) for story in TOLD for event in story.events if event.by == who]


def step_of(story: Story, event: Event) -> int:
    return next(n for n, one in enumerate(story.events) if one is event)


def is_raw(story: Story, event: Event) -> bool:
    return story.scenario.steps[step_of(story, event)].raw


def replies_before(story: Story) -> Iterator[tuple[Event, Event | None]]:
    """Yield each of the customer's messages with the reply that it answers."""
    reply = None
    for event in story.events:
        if event.by == "customer":
            yield event, reply
        reply = event if event.by == "agent" else reply


def answers(story: Story) -> list[tuple[Event, Event]]:
    return [(event, reply) for event, reply in replies_before(story) if reply is not None]


def name_of(story: Story, name: str) -> str:
    return wording.swiss(name, story.customer)


def test_thread_tells_the_first_steps_of_its_scenario_in_their_order() -> None:
    for story in TOLD:
        steps = story.scenario.steps[: len(story.events)]
        assert [e.by for e in story.events] == [step.by for step in steps], story.subject
        assert [e.state for e in story.events] == [step.state for step in steps], story.subject
        assert [e.team for e in story.events] == [step.team for step in steps], story.subject


def test_nobody_answers_before_somebody_asked() -> None:
    assert {story.events[0].by for story in TOLD} == {"customer"}
    for story in TOLD:
        later = [event.at for event in story.events if event.by != "customer"]
        assert [at for at in later if at <= story.opened_at] == [], story.subject


def test_nothing_follows_the_answer_that_solved_it() -> None:
    for story in TOLD:
        before = [event.state for event in story.events[:-1]]
        assert states.SOLVED not in before, story.subject


def test_only_an_answer_of_an_agent_moves_the_state() -> None:
    assert {event.by for story in TOLD for event in story.events if event.state} == {"agent"}
    assert {event.by for story in TOLD for event in story.events if event.team} == {"handover"}


def test_waiting_for_the_customer_ends_with_the_customer() -> None:
    for story in TOLD:
        for event, following in zip(story.events, story.events[1:], strict=False):
            if event.state == states.WAITING_CUSTOMER:
                assert following.by == "customer", story.subject


def test_whole_threads_are_solved_and_cut_ones_are_not() -> None:
    for story in TOLD:
        is_whole = len(story.events) == len(story.scenario.steps)
        assert (story.events[-1].state == states.SOLVED) == is_whole, story.subject


def test_customer_messages_are_by_the_one_contact_and_agents_by_nobody_outside() -> None:
    assert [s.subject for s, e in by("customer") if e.contact is not s.contact] == []
    assert [s.subject for s in TOLD if s.contact not in s.customer.contacts] == []
    others = [e for story in TOLD for e in story.events if e.by != "customer"]
    assert {event.contact for event in others} == {None}
    assert {event.agent for event in others} == set(AGENTS)
    assert {event.quoted for event in others} == {""}


def test_colleague_who_reads_along_is_of_the_same_house_and_language() -> None:
    joined = [(story, story.colleague) for story in TOLD if story.colleague]
    assert len(joined) > 10
    for story, colleague in joined:
        assert colleague in story.customer.contacts
        assert colleague is not story.contact
        assert colleague.language == story.contact.language


def greeting_of(story: Story) -> str:
    if story.contact.language == "de":
        return f"Guten Tag {wording.named(story.contact, 'de', 'nominative')},"
    titled = f"Dear {story.contact.title} {story.contact.family_name},"
    return titled if story.contact.title else f"Hello {story.contact.first_name},"


def test_reply_greets_the_asking_and_is_signed_by_the_acting() -> None:
    closing = {"de": "Freundliche Grüße", "en": "Kind regards"}
    for story, event in by("agent"):
        parts = event.text.split("\n\n")
        signed = f"{closing[story.contact.language]}\n{AGENTS[event.agent].name}"
        assert (parts[0], parts[-1]) == (greeting_of(story), signed), story.subject
        assert len(parts) >= 3, story.subject


def test_notes_and_hand_overs_greet_nobody() -> None:
    inner = [event.text for who in ("note", "handover") for _, event in by(who)]
    greeted = re.compile(r"^(?:Guten Tag|Hallo|Hello|Dear|Hi)\b|(?:Grüße|regards)\n", re.MULTILINE)
    assert [text for text in inner if greeted.search(text)] == []
    assert [text for text in inner if not text[0].isupper() and text[0].isalpha()] == []


def test_first_mail_opens_and_closes_in_the_manner_of_its_writer() -> None:
    for story in TOLD:
        first = story.events[0]
        if story.channel != "mail" or is_raw(story, first):
            continue
        key = (story.contact.language, wording.manner_of(story.contact))
        closing = name_of(story, f"{wording.CLOSING[key]}\n{story.contact.name}")
        greeting = wording.FIRST[key]
        if key == ("de", "plain"):
            greeting = wording.LOCAL.get(story.customer.country, greeting)
        assert first.text.split("\n\n")[0] == greeting, story.subject
        assert first.text.split("\n\n")[-1] == closing, story.subject
        assert first.quoted == wording.signature(story.contact, story.customer), story.subject


def test_angry_mail_is_signed_with_name_role_and_house() -> None:
    angry = [(story, event) for story, event in by("customer") if is_raw(story, event)]
    assert len(angry) > 5
    for story, event in angry:
        sender = f"{story.contact.name}\n{story.contact.role}, {story.customer.name}"
        assert event.text.endswith(f"\n\n{name_of(story, sender)}"), story.subject
        assert event.quoted == "", story.subject


def test_call_is_written_down_by_an_agent_who_is_there() -> None:
    calls = [story for story in TOLD if story.channel == "phone"]
    for story in calls:
        first = story.events[0]
        assert AGENTS[first.agent].teams.count("first") == 1, story.subject
        assert is_working(first.at), story.subject
        assert first.text == wording.phone_note(first.text.split(":\n\n", 1)[1], story.contact)
        assert (first.quoted, first.attachment) == ("", None), story.subject
    assert {s.subject for s, e in by("customer") if e.agent} == {s.subject for s in calls}


def test_answers_come_by_mail_unless_somebody_uses_the_portal() -> None:
    answered = [(story, event) for story in TOLD for event, _ in answers(story)]
    used = {(story.channel, event.channel) for story, event in answered}
    assert used == {("mail", "mail"), ("portal", "portal"), ("phone", "mail")}


def test_portal_texts_have_neither_greeting_nor_signature() -> None:
    typed = [(story, e) for story, e in by("customer") if e.channel == "portal"]
    assert {event.quoted for _, event in typed} == {""}
    assert [e.text for s, e in typed if e.text.endswith(s.contact.name)] == []
    assert [e.text for _, e in typed if e.text != wording.big(e.text)] == []


def test_answer_by_mail_quotes_the_last_reply_or_nothing() -> None:
    quoting = 0
    for story in TOLD:
        for event, reply in answers(story):
            if event.channel != "mail":
                continue
            language, signed = (
                story.contact.language,
                wording.signature(story.contact, story.customer),
            )
            told = wording.quote(reply, AGENTS[reply.agent], CONTENT.support, language)
            quoted = "\n\n".join(filter(None, [signed, told]))
            assert event.quoted in (signed, quoted), story.subject
            quoting += event.quoted == quoted
    assert quoting > 50


def test_long_answer_greets_who_replied_last() -> None:
    greeted = re.compile(r"(?:Guten Tag|Hallo) (?:Frau|Herr) (.+),|(?:Dear|Hi) (\S+),")
    found = 0
    for story in TOLD:
        for event, reply in answers(story):
            match = greeted.fullmatch(event.text.split("\n\n")[0])
            if match:
                agent: Agent = AGENTS[reply.agent]
                told = (agent.name.split(" ", 1)[1], agent.name.split()[0])
                assert name_of(story, match[1] or match[2]) in told, story.subject
                found += 1
    assert found > 20


@pytest.mark.parametrize("seed", [2026, 2027, 2028])
def test_german_mails_go_on_small_after_the_greeting(seed: int) -> None:
    """Only a noun, a name or whom one speaks to is large after a comma."""
    told = TOLD if seed == stories.SEED else stories.tell_all(CONTENT, NOW, seed=seed)
    german = [e.text for s in told if s.contact.language == "de" for e in s.events]
    firsts = {m[1] for text in german if (m := re.match(r"[^\n]+,\n\n(\w+)", text))}
    assert {word for word in firsts if word[0].isupper()} - LARGE == set()


def test_no_text_stumbles_over_its_own_marks() -> None:
    stumbling = re.compile(
        r"(?<!\.)\.\.(?!\.)|,,|\?\.|!\.|,\.| [,;](?=\s)|\n{3}|[ \t]$", re.MULTILINE
    )
    assert [e.text for s in TOLD for e in s.events if stumbling.search(e.text)] == []
    assert [s.subject for s in TOLD if stumbling.search(s.subject)] == []


def test_hosts_named_in_a_thread_are_of_its_own_customer() -> None:
    """Only hosts with a full name count; `srv1` may stand in two houses."""
    owner = {i.host: c.key for c in CONTENT.customers for i in c.installed if "." in i.host}
    named = re.compile(r"(?<![\w.@-])[\w-]+(?:\.[\w-]+)+")
    foreign = [
        (story.subject, host)
        for story in TOLD
        for event in story.events
        for host in named.findall(event.text)
        if host in owner and owner[host] != story.customer.key
    ]
    assert foreign == []


def test_installation_of_a_story_is_of_its_product_and_customer() -> None:
    for story in TOLD:
        found = [i for i in story.customer.installed if i.product == story.case.product]
        assert story.installed is (found[0] if found else None), story.subject


def test_every_address_in_a_thread_is_nobodys() -> None:
    texts = [f"{event.text}\n{event.quoted}" for story in TOLD for event in story.events]
    named = {found.rstrip(".") for text in texts for found in ADDRESS.findall(text)}
    assert len(named) > 30
    assert {address for address in named if not address.endswith(".example")} == set()


def test_duplicate_names_the_earlier_subject_and_who_reported_it() -> None:
    for story in (one for one in TOLD if one.repeats):
        earlier = story.repeats
        assert earlier is not None
        other = wording.named(earlier.contact, earlier.contact.language, "nominative")
        assert earlier.subject in story.subject
        assert earlier.subject in story.events[0].text
        assert other in story.events[1].text
        assert earlier.repeats is None
        assert story.installed is earlier.installed
        assert story.opened_at < earlier.events[-1].at
        assert story.opened_at - earlier.opened_at < timedelta(days=4)


def test_promised_day_is_a_workday_about_a_week_ahead() -> None:
    for day in range(1, 29):
        at = datetime(2026, 2, day, 14, 5, tzinfo=ZONE)
        told = wording.moments(at, "en")["next_week"]
        promised = datetime.strptime(f"{told} 2026", "%A %d %B %Y").replace(tzinfo=ZONE)
        assert promised.weekday() < 5
        assert 5 <= (promised.date() - at.date()).days <= 9
