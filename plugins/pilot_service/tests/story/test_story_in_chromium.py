# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole story of one pilot in a real browser, by both sides, from invitation to exit review.

It stands on its own: it goes the same way with none of the other plugins, with remote support alone
and with all of them, as far as they are installed.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import entry_points
from typing import Any

import pytest
from tresen.sdk import Desk, Person, Product
from tresen.testing.browser import assert_accessible, guarded_page

# What either side must read, in the reader's language, on the way.
WORDS = {
    "en": {
        "invited": "You are invited to this pilot.",
        "build": "Your build",
        "answered": "It is put right in the next build.",
        "outcome": "The product goes into regular use.",
        "finished": "Finished",
    },
    "de": {
        "invited": "Sie sind zu diesem Pilotprogramm eingeladen.",
        "build": "Ihr Build",
        "answered": "It is put right in the next build.",
        "outcome": "Das Produkt geht in den Regelbetrieb.",
        "finished": "Beendet",
    },
}
# Which others are there, and what both sides speak.
OTHERS = {each.name for each in entry_points(group="tresen.plugins")} - {"pilot_service"}
BESIDE = {"none": set(), "remote_support": {"remote_support"}, "all": OTHERS}
TOLD = [("none", "en"), ("none", "de"), ("remote_support", "en"), ("all", "de")]
AGREEMENT = "The customer tries it and tells what is found."
PORTAL = "/pilot_service/portal/1"


class Side:
    """One of both sides in a browser of its own."""

    def __init__(self, page: Any, language: str) -> None:
        self.page = page
        page.context.add_cookies(
            [{"name": "language", "value": language, "url": page.context.base}]
        )

    def open(self, path: str) -> str:
        """Open a page and return what is to be read on it."""
        answer = self.page.goto(path)
        assert (path, answer.status) == (path, 200)
        return str(self.page.locator("main").inner_text())

    def fill(self, path: str, action: str = "", **values: str | bool) -> str:
        """Fill in and send the form of a page; return what is to be read afterwards."""
        if path:
            self.open(path)
        form = self.page.locator(
            f"main form[action$='{action}']" if action else "main form:has(.form-actions)"
        )
        for name, value in values.items():
            field = form.locator(f"[name='{name}']").first
            if isinstance(value, bool):
                field.set_checked(value)
            elif field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        with self.page.expect_navigation():
            form.locator(".form-actions button, button").first.click()
        assert self.page.locator(".error-summary, main [role=alert]").count() == 0
        return str(self.page.locator("main").inner_text())

    def press(self, path: str, action: str, button: str = "button") -> str:
        """Press a button of the form that leads to `action`."""
        self.open(path)
        with self.page.expect_navigation():
            self.page.locator(f"main form[action$='{action}'] {button}").first.click()
        return str(self.page.locator("main").inner_text())


@pytest.fixture(
    params=[each for each in TOLD if each[0] == "none" or BESIDE[each[0]] & OTHERS], ids="-".join
)
def told(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Return which other plugins are there, and the language of both sides."""
    return tuple(request.param)


@pytest.fixture
def config(config: Any, told: tuple[str, str]) -> Any:
    """Return the options, with the other plugins off."""
    return replace(config, plugins_off=tuple(sorted(OTHERS - BESIDE[told[0]])))


@pytest.fixture
def language(told: tuple[str, str]) -> str:
    """Return the language of both sides."""
    return told[1]


@pytest.fixture
def side(
    chromium: Any, live_address: str, sign_in: Callable[..., Any], language: str
) -> Iterator[Callable[[Person], Side]]:
    """Return a function that opens a person's own browser, signed in."""
    opened: list[Any] = []

    def go(person: Person) -> Side:
        context = guarded_page(chromium, live_address)
        page = context.__enter__()
        opened.append(context)
        page.context.base = live_address
        cookies = getattr(sign_in(person), "_cookies", {}).values()
        page.context.add_cookies(
            [{"name": c.key, "value": c.value, "url": live_address} for c in cookies]
        )
        return Side(page, language)

    yield go
    for context in reversed(opened):
        context.__exit__(None, None, None)


@pytest.fixture
def agents(desk: Desk, administrator: Person, contact: Person, deputy: Person) -> list[Person]:
    """Return who works on our side."""
    return [administrator, contact, deputy]


@pytest.mark.timeout(300)
def test_pilot_goes_from_invitation_to_exit_review(
    desk: Desk,
    agents: list[Person],
    customer: Person,
    product: Product,
    side: Callable[[Person], Side],
    language: str,
) -> None:
    words = WORDS[language]
    desk.commit()
    ours, theirs = side(agents[0]), side(customer)
    begin(ours, product)
    invite(ours, agents, customer)
    agree(theirs, words)
    activate(ours, agents)
    try_it(ours, theirs, words)
    talk(ours, theirs, words)
    meet(ours, theirs)
    decide(ours, theirs, words)
    assert words["finished"] in ours.open("/pilot_service/1")


def begin(ours: Side, product: Product) -> None:
    """Begin the programme, and say what has to be met."""
    days = {"starts_on": "2026-03-02", "ends_on": "2026-03-31"}
    words = {"title": "Lagerwerk 5", "goal": "No lost pallet.", "agreement": AGREEMENT}
    ours.fill("/pilot_service/new", product_id=str(product.id), **days, **words)
    ours.fill(
        "/pilot_service/1/criteria/new",
        phase="entry",
        measure="word",
        text="The way back is rehearsed.",
        is_met="yes",
        evidence="On the test system.",
    )
    ours.fill("/pilot_service/1/criteria/new", phase="exit", measure="satisfaction", bound="4")
    ours.fill("/pilot_service/1/tasks/new", title="Move a pallet")
    ours.fill(
        "/pilot_service/1/builds/new",
        number="5.0-rc1",
        notes="The new pick list.",
        rollback_note="Install 4.9 over it.",
    )


def invite(ours: Side, agents: list[Person], customer: Person) -> None:
    """Invite the customer by letter; the key user is named on the way."""
    people = {"contact_id": str(agents[1].id), "deputy_id": str(agents[2].id)}
    ours.fill("/pilot_service/1/participants/new", organisation_id="Kunde GmbH", **people)
    ours.fill("", key_user_id=str(customer.id))
    ours.press("/pilot_service/participants/1", "/invitation")


def agree(theirs: Side, words: dict[str, str]) -> None:
    """Read the invitation from the start page on, sign, and allow diagnostics."""
    theirs.open("/")
    theirs.page.locator(f"main a[href='{PORTAL}']").click()
    theirs.page.wait_for_url(f"**{PORTAL}")
    text = theirs.page.locator("main").inner_text()
    assert [each in text for each in (words["invited"], AGREEMENT)] == [True, True]
    assert_accessible(theirs.page)
    theirs.fill(PORTAL, "/agreement", accepted=True)
    theirs.press(PORTAL, "/consent")


def activate(ours: Side, agents: list[Person]) -> None:
    """Brief contact and deputy, and let the customer begin."""
    for person in agents[1:]:
        ours.fill("/pilot_service/participants/1/briefing", person_id=str(person.id))
    ours.press("/pilot_service/1", "/participants/1/step", "button[value=active]")
    ours.fill("/pilot_service/builds/1/rings/1/rollout")


def try_it(ours: Side, theirs: Side, words: dict[str, str]) -> None:
    """Read the build, try the task, and say how content one is."""
    text = theirs.open(PORTAL)
    assert [each in text for each in (words["build"], "5.0-rc1", "The new pick list.")] == [
        True,
        True,
        True,
    ]
    theirs.press(PORTAL, "/tasks/1", "button[value=done]")
    theirs.page.goto(PORTAL)
    theirs.page.locator("[name=score][value='5']").check()
    with theirs.page.expect_navigation():
        theirs.page.locator("form[action$='/rating'] button").click()
    assert "Move a pallet" in ours.open("/pilot_service/1/tasks")


def talk(ours: Side, theirs: Side, words: dict[str, str]) -> None:
    """Tell a defect, triage and answer it, and read the answer."""
    told = {"kind": "defect", "severity": "major", "title": "The list is empty", "text": "At noon."}
    theirs.fill(f"{PORTAL}/feedback/new", **told)
    assert "The list is empty" in ours.open("/pilot_service/1/feedback")
    ours.press("/pilot_service/feedback/1", "/step", "button[value=accepted]")
    ours.fill("/pilot_service/feedback/1", "/answer", body="It is put right in the next build.")
    ours.press("/pilot_service/feedback/1", "/step", "button[value=resolved]")
    assert words["answered"] in theirs.open(PORTAL)


def meet(ours: Side, theirs: Side) -> None:
    """Plan a checkpoint that the customer finds on their page."""
    ours.fill(
        "/pilot_service/1/checkpoints/new",
        title="Half-time",
        starts_at="2026-03-16T10:00",
        duration="45",
        place="By phone",
    )
    assert "Half-time" in theirs.open(PORTAL)


def decide(ours: Side, theirs: Side, words: dict[str, str]) -> None:
    """Hold the exit review, and sign it on both sides."""
    lessons = {"lessons": "Begin with the stocktaking.", "is_published": True}
    ours.fill("/pilot_service/1/reviews/new", held_on="2026-03-10", decision="go", **lessons)
    ours.press("/pilot_service/reviews/1", "/decide")
    ours.fill("/pilot_service/reviews/1/sign")
    text = theirs.open(PORTAL)
    assert [each in text for each in (words["outcome"], lessons["lessons"])] == [True, True]
    theirs.press(PORTAL, "/reviews/1/sign")
    assert_accessible(theirs.page)
    signed = ours.open("/pilot_service/reviews/1")
    assert [name in signed for name in ("Ada Admin", "Karla Kundin")] == [True, True]
