# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells the tickets: castings and moments become stories with finished texts.

The same seed and the same now give the same stories, so that a fault in them can be found.
"""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from tresen.demo import attachments, wording
from tresen.demo.cast import Caster, Casting
from tresen.demo.content import FOLDER, read_scenarios
from tresen.demo.hours import forward
from tresen.demo.records import Agent, Attachment, Case, Content, Event, Scenario, Step, Story
from tresen.demo.timing import Schedule, schedule

SEED = 2026
COUNT = 300
DUPLICATES = 5
QUOTING_SHARE = 0.6
LEAD_SHARE = 0.6
CLOSED_AFTER = timedelta(days=10)
DUPLICATES_FILE: Path = FOLDER / "duplicates.toml"


def tell_all(
    content: Content, now: datetime, *, seed: int = SEED, count: int = COUNT
) -> list[Story]:
    """Return `count` stories of the ninety days before now, by the moment they were opened."""
    rng = random.Random(seed)  # noqa: S311 - believable, not secret
    castings = Caster(content, rng).cast(count - DUPLICATES)
    stories = [Teller(content, one, rng).story(now) for one in schedule(castings, now, rng)]
    stories += tell_duplicates(content, stories, now, rng)
    return sorted(stories, key=lambda story: story.opened_at)


def tell_duplicates(
    content: Content, stories: Iterable[Story], now: datetime, rng: random.Random
) -> list[Story]:
    """Return stories in which a colleague reports what another one reported before."""
    scenarios = {s.language: s for s in read_scenarios(DUPLICATES_FILE)}
    before = [story for story in stories if _is_worth_repeating(story)]
    told = []
    for number, story in enumerate(rng.sample(before, min(DUPLICATES, len(before)))):
        scenario = scenarios[story.contact.language]
        casting = _repeated(story, scenario, scenario.cases[number % len(scenario.cases)])
        opening = forward(story.opened_at, timedelta(minutes=rng.randint(15, 90)))
        answer = forward(opening, timedelta(minutes=rng.randint(8, 40)))
        one = Schedule(casting, (opening, answer))
        told.append(replace(Teller(content, one, rng).story(now), repeats=story))
    return told


def _is_worth_repeating(story: Story) -> bool:
    same = [c for c in story.customer.contacts if c.language == story.contact.language]
    return story.closed_at is not None and story.scenario.impact >= 2 and len(same) > 1


def _repeated(story: Story, scenario: Scenario, case: Case) -> Casting:
    language = story.contact.language
    contacts = (c for c in story.customer.contacts if c.language == language)
    contact = next(c for c in contacts if c is not story.contact)
    other = wording.named(story.contact, language, "nominative")
    slots = {**case.slots, "other_subject": story.subject, "other_person": other}
    case = replace(case, slots=slots, product=story.case.product)
    return Casting(scenario, case, story.customer, contact, story.installed, "mail", None)


class Teller:
    """Tells one ticket: keeps in mind who has it and what was said last."""

    def __init__(self, content: Content, scheduled: Schedule, rng: random.Random) -> None:
        self.content = content
        self.scheduled = scheduled
        self.casting = scheduled.casting
        self.rng = rng
        self.agents = {agent.key: agent for agent in content.agents}
        self.team = "first"
        self.holder = self._somebody()
        self.last_reply: Event | None = None

    def story(self, now: datetime) -> Story:
        """Return the told ticket."""
        casting, steps = self.casting, self.casting.scenario.steps
        pairs = zip(steps, self.scheduled.moments, strict=False)
        events = tuple(self._event(step, at) for step, at in pairs)
        ended = events[-1].state == "solved" and events[-1].at + CLOSED_AFTER < now
        return Story(
            scenario=casting.scenario,
            case=casting.case,
            subject=wording.fill(casting.case.subject, self._slots(events[0].at), self.rng),
            customer=casting.customer,
            contact=casting.contact,
            installed=casting.installed,
            channel=casting.channel,
            colleague=casting.colleague,
            events=events,
            closed_at=events[-1].at + CLOSED_AFTER if ended else None,
        )

    def _event(self, step: Step, at: datetime) -> Event:
        slots = self._slots(at)
        text = wording.fill(step.text, slots, self.rng)
        made = attachments.make(step.file, at, slots, self.rng) if step.file else None
        if step.by == "customer":
            return self._asked(step, at, text, made)
        agent = self._acting(step)
        if step.by == "agent":
            text = wording.agent_mail(text, agent, self.casting.contact)
        event = Event(
            at,
            step.by,
            text if step.by == "agent" else wording.big(text),
            channel="mail",
            state=step.state,
            team=step.team,
            agent=agent.key,
            attachment=made,
        )
        self._remember(step, event)
        return event

    def _asked(self, step: Step, at: datetime, text: str, made: Attachment | None) -> Event:
        """A customer's message as its channel brings it; an answer always comes by mail."""
        contact, customer = self.casting.contact, self.casting.customer
        channel, quoted = self.casting.channel, ""
        if channel == "portal" or step.raw:
            text = wording.swiss(wording.big(text), customer)
        elif self.last_reply:
            channel, quoted = "mail", self._quoted()
            text = wording.answering_mail(text, contact, customer, self._last_agent())
        elif channel == "phone":
            text = wording.phone_note(text, contact)
        else:
            text = wording.opening_mail(text, contact, customer)
            quoted = wording.signature(contact, customer)
        writer = self.holder.key if channel == "phone" else ""
        return Event(
            at,
            "customer",
            text,
            quoted,
            channel,
            agent=writer,
            contact=contact,
            attachment=made if channel != "phone" else None,
        )

    def _quoted(self) -> str:
        parts = [wording.signature(self.casting.contact, self.casting.customer)]
        if self.last_reply and self.rng.random() < QUOTING_SHARE:
            agent, language = self._last_agent(), self.casting.contact.language
            parts.append(wording.quote(self.last_reply, agent, self.content.support, language))
        return "\n\n".join(filter(None, parts))

    def _last_agent(self) -> Agent:
        return self.agents[self.last_reply.agent] if self.last_reply else self.holder

    def _acting(self, step: Step) -> Agent:
        if not step.agent:
            return self.holder
        agent = self.agents[step.agent]
        if self.team in agent.teams and not agent.administrator:
            self.holder = agent
        return agent

    def _remember(self, step: Step, event: Event) -> None:
        if step.by == "agent":
            self.last_reply = event
        if step.by == "handover":
            self.team = step.team
            self.holder = self._somebody()

    def _somebody(self) -> Agent:
        """Return who takes it up next; who leads the support takes a share of their own."""
        members = [
            agent
            for agent in self.content.agents
            if self.team in agent.teams and (self.scheduled.is_ended or not agent.away)
        ]
        shares = [LEAD_SHARE if agent.administrator else 1 for agent in members]
        return self.rng.choices(members, shares)[0]

    def _slots(self, at: datetime) -> dict[str, str]:
        casting, installed = self.casting, self.casting.installed
        fixed = {
            "sender": f"{casting.contact.name}\n{casting.contact.role}, {casting.customer.name}",
            "version": installed.version if installed else "",
            "host": installed.host if installed else "",
            "system": installed.system if installed else "",
        }
        return fixed | wording.moments(at, casting.contact.language) | dict(casting.case.slots)
