# SPDX-License-Identifier: AGPL-3.0-or-later
"""A development's page shows its anchors and what publishing needs, and takes the step."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from tresen.sdk import Desk, Person
from tresen.testing.statements import recorded
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import kinds, queries, service
from tresen_licensing.publications.models import Anchor
from tresen_licensing.repositories.models import SourceTree

Elsewhere = Callable[..., Anchor]
Sign = Callable[[Development], Anchor]
SignIn = Callable[[Person], FlaskClient]

SENT = {"kind": kinds.FORGE, "address": "https://git.example/berth", "revision": "main"}


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def page(ready: Development) -> str:
    """Return the address of the development's page."""
    return f"/licensing/developments/{ready.reference}"


def queued(desk: Desk) -> list[tuple[str, str]]:
    """Return name and arguments of the jobs that wait."""
    wanted = "SELECT name, arguments FROM queued_job WHERE name = 'licensing.look_at_anchors'"
    return [(row[0], str(row[1])) for row in desk.session.execute(text(wanted))]


def test_page_says_what_publishing_needs(browser: FlaskClient, page: str) -> None:
    shown = browser.get(page).text
    assert [
        shown.count(each) for each in ("Two anchors show this source.", "Missing:", "There:")
    ] == [
        1,
        2,
        5,
    ]


def test_page_before_the_clearance_says_nothing_of_it(
    browser: FlaskClient, development: Development
) -> None:
    shown = browser.get(f"/licensing/developments/{development.reference}").text
    assert (shown.count("What publishing needs"), shown.count("Add an anchor")) == (0, 0)


def test_button_to_publish_stands_there_once_nothing_is_missing(
    agent_desk: Desk, browser: FlaskClient, ready: Development, page: str, sign: Sign
) -> None:
    before = browser.get(page).text.count(f'action="{page}/publish"')
    service.offer(agent_desk, ready)
    sign(ready)
    agent_desk.commit()
    assert (before, browser.get(page).text.count(f'action="{page}/publish"')) == (0, 1)


def test_two_clicks_publish_what_the_customer_confirmed(
    desk: Desk, browser: FlaskClient, ready: Development, page: str, sign: Sign
) -> None:
    sign(ready)
    browser.post(f"{page}/anchors/own-page")
    answer = browser.post(f"{page}/publish", follow_redirects=True)
    desk.session.expire_all()
    assert (ready.state, answer.text.count(f"{ready.reference} is public.")) == (
        states.PUBLISHED,
        1,
    )


def test_publishing_too_early_says_why_not(
    desk: Desk, browser: FlaskClient, ready: Development, page: str
) -> None:
    answer = browser.post(f"{page}/publish", follow_redirects=True)
    desk.session.expire_all()
    assert (ready.state, answer.text.count("Still missing: Two anchors")) == (states.READY, 1)


def test_public_development_leads_to_its_public_page(
    browser: FlaskClient, public: Development
) -> None:
    shown = browser.get(f"/licensing/developments/{public.reference}").text
    assert (
        shown.count(f'href="/licensing/contributions/{public.reference}"'),
        shown.count("under AGPL-3.0-or-later."),
    ) == (1, 1)


def test_anchor_is_added_and_looked_at(
    desk: Desk, browser: FlaskClient, ready: Development, page: str, agent: Person
) -> None:
    browser.post(f"{page}/anchors/new", data=SENT)
    (made,) = queries.anchors_of(desk, ready.id)
    ((name, arguments),) = queued(desk)
    assert (made.address, made.is_ours, name, str(ready.id) in arguments) == (
        SENT["address"],
        False,
        service.LOOK,
        True,
    )


def test_form_begins_with_ours_so_that_nobody_overlooks_it(browser: FlaskClient, page: str) -> None:
    shown = browser.get(f"{page}/anchors/new").text
    assert shown.count("checked") == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"address": "git.example"}, "An address begins with https://"),
        ({"revision": ""}, "Which branch, tag or commit holds the changes?"),
        ({"kind": "else"}, "Not a valid choice."),
        ({"address": f"https://{'x' * 300}"}, "Field cannot be longer than 300 characters."),
    ],
)
def test_wrong_anchor_is_refused_with_a_sentence(
    desk: Desk,
    browser: FlaskClient,
    ready: Development,
    page: str,
    wrong: dict[str, str],
    said: str,
) -> None:
    answer = browser.post(f"{page}/anchors/new", data=SENT | wrong)
    assert (
        answer.status_code,
        answer.text.count(said) > 0,
        queries.anchors_of(desk, ready.id),
    ) == (
        422,
        True,
        [],
    )


def test_look_again_asks_the_worker_once(desk: Desk, browser: FlaskClient, page: str) -> None:
    for _each in range(2):
        browser.post(f"{page}/anchors/look")
    assert len(queued(desk)) == 1


def test_anchor_shows_what_was_seen_when_by_whom_and_whose_it_is(
    browser: FlaskClient,
    ready: Development,
    page: str,
    elsewhere_shown: Elsewhere,
    tree: SourceTree,
) -> None:
    made = elsewhere_shown(ready)
    shown = browser.get(page).text
    expected = [made.address, "not ours", "Seen by Tresen", "Compared: ", "a" * 64]
    assert [shown.count(each) > 0 for each in (*expected, tree.tree)] == [True] * 6


def test_anchor_is_withdrawn_with_a_word(
    desk: Desk,
    browser: FlaskClient,
    ready: Development,
    page: str,
    elsewhere_shown: Elsewhere,
) -> None:
    made = elsewhere_shown(ready)
    empty = browser.post(f"{page}/anchors/{made.id}/withdraw", data={"note": ""})
    browser.post(f"{page}/anchors/{made.id}/withdraw", data={"note": "It moves."})
    desk.session.expire_all()
    assert (empty.status_code, made.withdrawn_at, browser.get(page).text.count("withdrawn<")) == (
        422,
        desk.now(),
        1,
    )


def test_anchor_of_another_development_is_not_there(
    agent_desk: Desk,
    browser: FlaskClient,
    ready: Development,
    begin: Callable[[], Development],
    elsewhere_shown: Elsewhere,
) -> None:
    made, other = elsewhere_shown(ready), begin()
    agent_desk.commit()
    path = f"/licensing/developments/{other.reference}/anchors/{made.id}/withdraw"
    assert browser.get(path).status_code == 404


def test_customers_word_has_no_button_to_withdraw(
    browser: FlaskClient, ready: Development, page: str, sign: Sign
) -> None:
    sign(ready)
    shown = browser.get(page).text
    assert (shown.count("We confirm it."), shown.count('/withdraw"')) == (2, 0)


def test_lost_anchor_stands_on_page_and_list(
    desk: Desk, browser: FlaskClient, public: Development
) -> None:
    made = desk.session.scalar(select(Anchor).where(Anchor.kind == kinds.OWN_PAGE))
    assert made is not None
    made.outcome = kinds.GONE
    desk.commit()
    pages = ("/licensing/developments/", f"/licensing/developments/{public.reference}")
    assert [browser.get(each).text.count("An anchor is lost") for each in pages] == [1, 1]


def test_page_asks_no_question_per_anchor(
    desk: Desk, browser: FlaskClient, ready: Development, page: str, elsewhere_shown: Elsewhere
) -> None:
    def statements() -> int:
        with recorded(desk.core.engine) as found:
            browser.get(page)
        return len(found)

    elsewhere_shown(ready)
    browser.get(page)
    one = statements()
    for number in range(4):
        elsewhere_shown(ready, f"https://git.example/{number}")
    assert statements() == one


def test_settings_name_hosts(sign_in: SignIn, administrator: Person) -> None:
    browser = sign_in(administrator)
    path = "/admin/settings/licensing.anchors"
    shown: Any = browser.get(path)
    assert (shown.status_code, shown.text.count('name="own_hosts"')) == (200, 1)
