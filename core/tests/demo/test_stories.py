# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ninety days of tickets read as a desk's own: many, different, in time, with a backlog."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from itertools import pairwise

import pytest
from tresen.demo import stories
from tresen.demo.content import read_content
from tresen.demo.hours import ZONE, is_working
from tresen.demo.records import Event, Story
from tresen.tickets import states

NOW = datetime(2026, 11, 23, 13, 40, tzinfo=UTC)
CONTENT = read_content()
TOLD = stories.tell_all(CONTENT, NOW)
MOMENTS = [
    NOW,
    datetime(2026, 3, 30, 5, 0, tzinfo=UTC),
    datetime(2027, 1, 2, 20, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
]


def events(told: list[Story] = TOLD) -> list[Event]:
    return [event for story in told for event in story.events]


def is_ended(story: Story) -> bool:
    return story.events[-1].state == states.SOLVED


def firsts(told: list[Story] = TOLD) -> list[str]:
    return [story.events[0].text for story in told]


@pytest.mark.parametrize("now", MOMENTS, ids=lambda now: f"{now:%Y-%m-%d}")
def test_stories_lie_within_ninety_days_whenever_now_is(now: datetime) -> None:
    told = stories.tell_all(CONTENT, now)
    assert len(told) == 300
    assert min(story.opened_at for story in told) > now - timedelta(days=91)
    assert min(story.opened_at for story in told) < now - timedelta(days=84)
    assert max(event.at for event in events(told)) <= now
    assert 25 <= len([story for story in told if not is_ended(story)]) <= 35


def test_same_seed_tells_the_same_stories() -> None:
    assert stories.tell_all(CONTENT, NOW) == TOLD


def test_another_seed_tells_others() -> None:
    others = stories.tell_all(CONTENT, NOW, seed=7)
    assert [story.subject for story in others] != [story.subject for story in TOLD]


def test_stories_are_in_the_order_they_were_opened() -> None:
    assert [s.opened_at for s in TOLD] == sorted(s.opened_at for s in TOLD)


def test_events_of_a_story_are_in_the_order_of_time() -> None:
    for story in TOLD:
        moments = [event.at for event in story.events]
        assert moments == sorted(moments), story.subject


def test_no_text_holds_an_unfilled_place() -> None:
    unfilled = re.compile(r"<<|>>|\{[a-z_]+\}|\bNone\b")
    texts = [*(story.subject for story in TOLD), *(event.text for event in events())]
    assert [text for text in texts if unfilled.search(text) or not text.strip()] == []


def test_no_subject_and_no_first_message_is_there_twice() -> None:
    assert len({story.subject for story in TOLD}) == 300
    assert len(set(firsts())) == 300


def test_first_messages_of_one_scenario_differ() -> None:
    """Compare neighbours within each scenario: greeting and slots must carry the text."""
    by_key: dict[str, list[str]] = {}
    for story in TOLD:
        by_key.setdefault(story.scenario.key, []).append(story.events[0].text)
    alike = [
        (key, one, other)
        for key, texts in by_key.items()
        for one, other in pairwise(texts)
        if SequenceMatcher(None, one, other, autojunk=False).ratio() > 0.93
    ]
    assert alike == []


def test_every_customer_asks_and_every_agent_answers() -> None:
    assert {story.customer.key for story in TOLD} == {c.key for c in CONTENT.customers}
    answering = {event.agent for event in events() if event.by == "agent"}
    assert answering == {agent.key for agent in CONTENT.agents}


def test_both_languages_are_about_equal() -> None:
    languages = Counter(story.contact.language for story in TOLD)
    assert min(languages.values()) > 120


def test_scenario_speaks_the_language_of_its_contact() -> None:
    assert [s.subject for s in TOLD if s.scenario.language != s.contact.language] == []


def test_agents_act_while_the_desk_is_open() -> None:
    """The last moment of a day counts, although the desk is closed from it on."""
    second = timedelta(seconds=1)
    acts = [event.at for event in events() if event.by != "customer"]
    assert [at for at in acts if not is_working(at) and not is_working(at - second)] == []


def test_who_is_away_holds_no_open_ticket() -> None:
    away = {agent.key for agent in CONTENT.agents if agent.away}
    acting = {e.agent for s in TOLD if not is_ended(s) for e in s.events if e.agent}
    assert len(away) == 1
    assert acting & away == set()


def test_weekends_are_quiet() -> None:
    days = Counter(story.opened_at.astimezone(ZONE).weekday() for story in TOLD)
    assert sum(days[day] for day in range(5)) > 280
    assert 0 < days[5] + days[6] < 20


def test_weeks_are_about_equal() -> None:
    weeks = Counter((NOW - story.opened_at).days // 7 for story in TOLD)
    assert min(weeks[week] for week in range(12)) >= 10
    assert max(weeks.values()) <= 45


def test_most_get_their_first_reply_within_a_working_day() -> None:
    waits = []
    for story in TOLD:
        reply = next((e for e in story.events if e.by == "agent"), None)
        if reply:
            waits.append(reply.at - story.opened_at)
    quick = [wait for wait in waits if wait < timedelta(hours=24)]
    assert len(quick) > 0.75 * len(waits)
    assert min(waits) > timedelta(minutes=1)


def test_backlog_stands_in_every_open_state() -> None:
    waiting = Counter(s.events[-1].state for s in TOLD if not is_ended(s))
    assert set(waiting) == {"", *states.WAITING}
    unanswered = [s for s in TOLD if len(s.events) == 1]
    assert len(unanswered) == 6


def test_backlog_was_touched_lately() -> None:
    left = [s.subject for s in TOLD if not is_ended(s) and NOW - s.events[-1].at > timedelta(14)]
    assert left == []


def test_ended_stories_are_closed_ten_days_later() -> None:
    for story in filter(is_ended, TOLD):
        due = story.events[-1].at + timedelta(days=10)
        assert story.closed_at == (due if due < NOW else None)


def test_all_three_channels_are_used() -> None:
    channels = Counter(story.channel for story in TOLD)
    assert set(channels) == {"mail", "portal", "phone"}
    assert channels["mail"] > channels["portal"] > channels["phone"] > 10


def test_hand_over_gives_the_ticket_to_somebody_of_the_team() -> None:
    teams = {agent.key: agent.teams for agent in CONTENT.agents}
    for story in TOLD:
        team = ""
        for event in story.events:
            if team and event.by in ("agent", "note"):
                assert team in teams[event.agent] or event.agent == "annegret", story.subject
            team = event.team or team


def test_five_stories_repeat_what_a_colleague_reported() -> None:
    repeating = [story for story in TOLD if story.repeats]
    assert len(repeating) == 5
    for story in repeating:
        assert story.repeats is not None
        assert story.customer is story.repeats.customer
        assert story.contact is not story.repeats.contact
        assert story.opened_at > story.repeats.opened_at


def test_swiss_write_no_sharp_s() -> None:
    swiss = [s for s in TOLD if s.customer.country == "CH"]
    written = [e.text for s in swiss for e in s.events if e.by == "customer"]
    assert len(written) > 20
    assert [text for text in written if "ß" in text.replace("Freundliche Grüße", "")] == []


def test_attachments_are_of_every_kind_and_small() -> None:
    made = [event.attachment for event in events() if event.attachment]
    assert {one.media_type for one in made} == {
        *("text/plain", "text/csv", "application/xml", "image/png"),
    }
    assert max(len(one.body) for one in made) < 10_000
