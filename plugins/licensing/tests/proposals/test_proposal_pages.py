# SPDX-License-Identifier: AGPL-3.0-or-later
"""In three clicks at most it is proposed, and the page tells what came of it and what is next."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from tresen.sdk import Desk, Person
from tresen.testing.statements import recorded
from tresen_licensing.changes import service as changing
from tresen_licensing.connections.models import Connection
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import routes
from tresen_licensing.proposals import adoption, service, states
from tresen_licensing.proposals.models import MergedPatch, ReviewWord, UpstreamProposal
from upstreams import last

SignIn = Callable[[Person], FlaskClient]
Propose = Callable[..., UpstreamProposal]
Deploy = Callable[..., Deployment]
Show = Callable[[], str]


def test_part_waits_until_it_is_public(
    show: Show, published: Development, agent_desk: Desk
) -> None:
    published.state = developing.CLEARANCE
    hidden = show()
    published.state = developing.PUBLISHED
    assert (hidden, show().count(">Propose upstream<")) == ("", 1)


def test_form_shows_what_will_be_sent(
    browser: FlaskClient, page: str, published: Development
) -> None:
    shown = browser.get(f"{page}/proposals/new").text
    told = [
        "We use these 2 patches in production",
        "2 patches go with it",
        f"Contribution-Id: {published.reference}",
        "Add a berth",
    ]
    assert [each in shown for each in told] == [True] * 4


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("", "Thank you for your work!"),
        ("?language=de", "Vielen Dank für Ihre Arbeit!"),
        ("?language=fr", "Thank you for your work!"),
    ],
)
def test_words_are_prepared_in_upstreams_language(
    browser: FlaskClient, page: str, language: str, words: str
) -> None:
    assert browser.get(f"{page}/proposals/new{language}").text.count(words) == 1


def test_words_are_english_for_a_german_agent_too(browser: FlaskClient, page: str) -> None:
    browser.set_cookie("language", "de")
    assert browser.get(f"{page}/proposals/new").text.count("Thank you for your work!") == 1


def test_customer_is_named_nowhere_in_the_words(
    browser: FlaskClient, page: str, published: Development, customer: Person
) -> None:
    shown = browser.get(f"{page}/proposals/new").text
    said = shown.partition('name="text"')[2].partition("</textarea>")[0]
    assert (said.count("Kunde"), said.count(customer.name), "Hello" in said) == (0, 0, True)


@pytest.mark.parametrize(
    ("url", "way", "where"),
    [
        ("", "mail", ""),
        ("https://elsewhere.example/a/b.git", "directory", "a/b"),
    ],
)
def test_form_begins_with_what_upstreams_address_says(
    browser: FlaskClient, published: Development, desk: Desk, url: str, way: str, where: str
) -> None:
    published.upstream_url = url
    desk.commit()
    shown = browser.get(f"/licensing/developments/{published.reference}/proposals/new").text
    told = f'selected value="{way}"' in shown, f'value="{where}"' in shown
    assert told == (True, True)


def test_connection_to_upstreams_server_is_chosen(
    browser: FlaskClient,
    page: str,
    published: Development,
    connection: Connection,
    desk: Desk,
) -> None:
    published.upstream_url = f"{connection.address}/harbour/pier.git"
    desk.commit()
    shown = browser.get(f"{page}/proposals/new").text
    assert f'selected value="over-{connection.id}"' in shown


def test_sending_the_form_queues_the_proposal(
    browser: FlaskClient, page: str, desk: Desk, show: Show
) -> None:
    given = {"way": "directory", "repository": "", "title": "A berth", "text": "Hello."}
    answer = browser.post(f"{page}/proposals/new", data=given)
    made = last(desk)
    assert (answer.status_code, made.state, show().count("Is being sent")) == (
        302,
        states.SENDING,
        1,
    )


def test_refusal_keeps_what_was_typed(browser: FlaskClient, page: str) -> None:
    given = {"way": "mail", "repository": "nowhere", "title": "A berth", "text": "Own words."}
    answer = browser.post(f"{page}/proposals/new", data=given)
    assert (
        answer.status_code,
        answer.text.count("Own words."),
        "it goes to an address" in answer.text,
    ) == (422, 1, True)


def test_connection_that_is_gone_is_no_choice(browser: FlaskClient, page: str) -> None:
    given = {"way": "over-99", "repository": "a/b", "title": "A berth", "text": "x"}
    assert browser.post(f"{page}/proposals/new", data=given).status_code == 422


def test_archive_is_taken_along(
    browser: FlaskClient, page: str, propose: Propose, show: Show
) -> None:
    made = propose()
    path = f"{page}/proposals/{made.id}/patches.zip"
    answer = browser.get(path)
    assert (show().count(path), answer.status_code, answer.data[:2]) == (1, 200, b"PK")


def test_proposal_without_an_archive_has_none(
    browser: FlaskClient, page: str, proposed: UpstreamProposal, desk: Desk
) -> None:
    proposed.file_id = None
    desk.commit()
    assert browser.get(f"{page}/proposals/{proposed.id}/patches.zip").status_code == 404


def test_proposal_of_another_development_is_missing(
    browser: FlaskClient,
    page: str,
    begin: Callable[..., Development],
    proposed: UpstreamProposal,
    agent_desk: Desk,
) -> None:
    other = begin()
    agent_desk.commit()
    path = f"/licensing/developments/{other.reference}/proposals/{proposed.id}/look"
    assert browser.post(path).status_code == 404


def test_fault_stands_on_the_page_with_the_way_on(
    show: Show, proposed: UpstreamProposal, published: Development
) -> None:
    proposed.state, proposed.fault = states.FAILED, "The forge says no."
    published.state = developing.PUBLISHED
    shown = show()
    told = [shown.count(each) for each in ("The forge says no.", "Try again", "Propose upstream")]
    assert told == [1, 1, 1]


def test_failed_proposal_is_tried_again(
    browser: FlaskClient, page: str, proposed: UpstreamProposal, desk: Desk
) -> None:
    proposed.state = states.FAILED
    desk.commit()
    browser.post(f"{page}/proposals/{proposed.id}/send")
    assert last(desk).state == states.SENDING


def test_words_stand_in_their_order_and_are_no_markup(
    show: Show, proposed: UpstreamProposal, desk: Desk
) -> None:
    for number, said in ((2, "And <b>why</b>?"), (1, "Why?")):
        at = datetime(2026, 3, number, tzinfo=UTC)
        own = {"author": "Rita", "written_at": at, "text": said}
        desk.session.add(ReviewWord(proposal_id=proposed.id, key=str(number), **own))
    shown = show()
    assert shown.index("Why?") < shown.index("And &lt;b&gt;why&lt;/b&gt;?")


def test_findings_are_counted_and_named(show: Show, proposed: UpstreamProposal, desk: Desk) -> None:
    own = {"position": 1, "commit": "c" * 40, "detector": "patch_id"}
    desk.session.add(MergedPatch(proposal_id=proposed.id, **own))
    shown = show()
    told = [shown.count(each) for each in ("1 of 2 patches", "c" * 12, "the same patch", "Patch 1")]
    assert told == [1, 1, 1, 1]


def test_commit_that_does_it_differently_asks_for_a_look(
    show: Show, proposed: UpstreamProposal
) -> None:
    proposed.differently = "d" * 40
    assert "yet what it changes is not ours" in show()


def test_places_that_carry_patches_are_named(
    show: Show, propose: Propose, agent_desk: Desk, deploy: Deploy
) -> None:
    deploy()
    service.decide(agent_desk, propose(), states.MERGED, "")
    shown = show()
    assert (shown.count("At one place the patches still run"), "Kunde GmbH" in shown) == (1, True)


def test_warranty_names_its_last_day_and_who_helps(
    show: Show, propose: Propose, published: Development, agent_desk: Desk, agent: Person
) -> None:
    published.owner_id = agent.id
    made = propose()
    service.decide(agent_desk, made, states.MERGED, "")
    service.release(agent_desk, made, "4.2", agent_desk.today())
    adoption.adopt(agent_desk, published)
    shown = show()
    told = [shown.count(each) for each in ("Help from us until", "Apr 9, 2026", agent.name)]
    assert told == [1, 1, 2]


def test_proposal_made_elsewhere_is_written_down(
    browser: FlaskClient, page: str, desk: Desk, show: Show
) -> None:
    given = {"title": "A berth", "address": "https://list.example/42"}
    browser.post(f"{page}/proposals/record", data=given)
    shown = show()
    assert (last(desk).route, 'href="https://list.example/42"' in shown) == (
        routes.ELSEWHERE,
        True,
    )


def test_address_that_is_no_page_is_refused(browser: FlaskClient, page: str) -> None:
    given = {"title": "A berth", "address": "javascript:alert(1)"}
    assert browser.post(f"{page}/proposals/record", data=given).status_code == 422


def test_twin_is_offered_the_proposal_that_there_is(
    browser: FlaskClient,
    propose: Propose,
    begin: Callable[..., Development],
    agent_desk: Desk,
    series: bytes,
) -> None:
    made = propose()
    other = begin(title="The same")
    changing.add(agent_desk, other, [series], "")
    other.state = developing.PUBLISHED
    agent_desk.commit()
    page = f"/licensing/developments/{other.reference}"
    offered = browser.get(page).text.count("Let that proposal serve both")
    browser.post(f"{page}/proposals/{made.id}/join")
    agent_desk.session.refresh(other)
    assert (offered, other.state) == (1, developing.PROPOSED)


def test_asking_at_once_queues_both_jobs(
    browser: FlaskClient, page: str, proposed: UpstreamProposal, agent_desk: Desk
) -> None:
    browser.post(f"{page}/proposals/{proposed.id}/look")
    browser.post(f"{page}/proposals/{proposed.id}/look")
    sql = text("SELECT name FROM queued_job WHERE key IS NOT NULL ORDER BY name")
    names = agent_desk.session.scalars(sql).all()
    own = [each for each in names if each in (service.LOOK, service.SEARCH)]
    assert own == [service.LOOK, service.SEARCH]


@pytest.fixture
def boss(sign_in: SignIn, administrator: Person) -> FlaskClient:
    """Return the administrator's browser."""
    return sign_in(administrator)


def test_reviewers_name_is_taken_out_by_an_administrator(
    boss: FlaskClient, page: str, proposed: UpstreamProposal, desk: Desk
) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [
        ReviewWord(proposal_id=proposed.id, key=key, author="Rita", written_at=at, text="Why?")
        for key in "ab"
    ]
    desk.session.add_all(rows)
    desk.session.flush()
    path = f"{page}/words/{rows[0].id}/erase"
    desk.commit()
    boss.post(path)
    authors = desk.session.scalars(select(ReviewWord.author)).all()
    assert authors == ["", ""]


def test_page_asks_no_question_per_word(
    browser: FlaskClient, page: str, proposed: UpstreamProposal, desk: Desk
) -> None:
    counts = []
    for number in (1, 8):
        for key in range(number):
            at = datetime(2026, 3, 1, tzinfo=UTC)
            own = {"author": "Rita", "written_at": at, "text": "Why?"}
            word = ReviewWord(proposal_id=proposed.id, key=f"{number}-{key}", **own)
            desk.session.add(word)
        desk.commit()
        browser.get(page)
        with recorded(desk.core.engine) as found:
            browser.get(page)
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_page_is_read_in_german(
    browser: FlaskClient, page: str, proposed: UpstreamProposal
) -> None:
    browser.set_cookie("language", "de")
    shown = browser.get(page).text
    told = [shown.count(each) for each in (">Upstream ist am Zug<", ">Vorgeschlagen<")]
    assert told == [1, 1]
