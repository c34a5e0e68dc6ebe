# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Tresen says to a requirement turns with its settings, its address and its sessions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, text
from tresen.sdk import Core, Desk, Person, speaking_to
from tresen.testing import factories, volume
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded, walks
from tresen_remote_support import __version__, offers
from tresen_remote_support import service as sessions
from tresen_remote_support import states as lives
from tresen_remote_support.checklists import privacy, queries, requirements, service, states
from tresen_remote_support.checklists.facts import Fact, facts
from tresen_remote_support.models import Base, Consent, RemoteSession

SignIn = Callable[[Person], FlaskClient]
PAGE = "/remote_support/checklist"
STATEMENTS = 5
YES = {"verdict": states.YES, "words": "In the handbook."}
NO = {"verdict": states.NO, "words": "Not yet."}


@pytest.fixture
def settings(desk: Desk) -> Callable[..., None]:
    """Return a function that keeps settings of the plugin."""

    def keep(**values: Any) -> None:
        rows = Base.metadata.tables["setting"]
        named = {"name": "remote_support", "values": values, "changed_at": desk.now()}
        desk.session.execute(rows.delete().where(rows.c.name == "remote_support"))
        desk.session.execute(insert(rows).values(**named))
        desk.commit()

    return keep


def said(desk: Desk, key: str) -> list[tuple[str, bool | None]]:
    """Return each sentence to a requirement, and whether it is good."""
    desk.session.flush()
    return [(each.text, each.is_good) for each in facts(key, queries.sight(desk))]


# ------------------------------------------------------------------------------ from settings


@pytest.mark.parametrize("minutes", [5, 120])
def test_life_of_offers_is_that_of_the_settings(desk: Desk, settings: Any, minutes: int) -> None:
    settings(offer_minutes=minutes)
    sentence = f"A link is good once and for {minutes} minutes, a PIN for ten minutes and five"
    assert said(desk, "A2")[1] == (f"{sentence} tries.", True)


def test_policy_names_both_times_of_the_settings(desk: Desk, settings: Any) -> None:
    settings(offer_minutes=15, idle_minutes=45)
    sentence = "An offer holds for 15 minutes; what stands still ends after 45."
    assert said(desk, "A6")[0] == (sentence, None)


@pytest.mark.parametrize("language", ["en", "de"])
def test_addition_to_the_consent_in_one_language_is_enough(
    desk: Desk, settings: Any, language: str
) -> None:
    settings(**{f"consent_{language}": "The works council agreed."})
    assert said(desk, "A6")[1] == ("The consent has an addition of your own.", None)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://help.example", ("People reach this installation by HTTPS.", True)),
        ("http://help.example", ("The base address of this installation is not HTTPS.", False)),
    ],
)
def test_base_address_decides_on_secure_protocols(
    core: Core, desk: Desk, address: str, expected: tuple[str, bool]
) -> None:
    core.config = replace(core.config, base_url=address)
    assert said(desk, "A8") == [expected]


@pytest.mark.parametrize(("idle", "count"), [(30, 0), (20, 1)])
def test_session_stands_still_by_the_minutes_of_the_settings(
    desk: Desk, running: RemoteSession, settings: Any, idle: int, count: int
) -> None:
    settings(idle_minutes=idle)
    running.seen_at = desk.now() - timedelta(minutes=26)
    sentence = f"Sessions that run on although nothing moves in them: {count}."
    assert said(desk, "A20") == [(sentence, count == 0)]


def test_session_that_is_over_does_not_stand_still(
    desk: Desk, ended: RemoteSession, clock: SteppedClock
) -> None:
    clock.go(days=2)
    assert said(desk, "A20")[0][1] is True


def test_version_is_that_of_the_plugin(desk: Desk) -> None:
    assert said(desk, "A10") == [(f"Version of this plugin: {__version__}.", None)]


def test_choice_of_tools_is_told_with_online_services_too(desk: Desk) -> None:
    assert said(desk, "A5") == said(desk, "A9")


def test_each_further_agent_is_counted(desk: Desk, agent: Person, colleague: Person) -> None:
    sentence = "Agents with accounts of their own: 2. Each session names its agent."
    assert said(desk, "A14")[0] == (sentence, True)


def test_customers_are_no_agents(desk: Desk, agent: Person, customer: Person) -> None:
    assert queries.sight(desk).agents == 1


# ------------------------------------------------------------------------------ from sessions


def test_note_turns_the_finding(desk: Desk, agent_desk: Desk, ended: RemoteSession) -> None:
    before = said(desk, "A7")[0]
    note = {"actions": "A tick.", "result": lives.SOLVED, "minutes": 8}
    sessions.document(agent_desk, ended, note)
    after = said(desk, "A7")[0]
    assert (before, after) == (
        ("Sessions without a note: 1.", False),
        ("Sessions without a note: 0.", True),
    )


def test_session_that_still_runs_needs_no_note_yet(desk: Desk, running: RemoteSession) -> None:
    assert said(desk, "A7")[0] == ("Sessions without a note: 0.", True)


def test_review_turns_the_count_but_never_was_a_fault(
    desk: Desk, acting: Any, documented: RemoteSession, colleague: Person
) -> None:
    before = said(desk, "A7")[2]
    sessions.review(acting(colleague), documented, "Fine.")
    after = said(desk, "A7")[2]
    assert (before, after) == (
        ("Sessions that nobody has reviewed: 1.", None),
        ("Sessions that nobody has reviewed: 0.", None),
    )


def test_requested_session_has_not_run(desk: Desk, requested: RemoteSession) -> None:
    sentence = "Sessions of the last year with an appointment: 0 of 0."
    assert said(desk, "A1")[1] == (sentence, None)


def test_open_offer_is_no_way_in_that_was_left_open(desk: Desk, offered: RemoteSession) -> None:
    assert said(desk, "A3")[0][1] is True


def test_cancelled_session_leaves_no_way_in(
    desk: Desk, agent_desk: Desk, offered: RemoteSession
) -> None:
    sessions.cancel(agent_desk, offered)
    assert said(desk, "A3")[0][1] is True


def test_ended_session_keeps_its_consent_in_the_count(desk: Desk, ended: RemoteSession) -> None:
    assert said(desk, "A2")[0] == ("No session began without a consent in force.", True)


def test_failed_sessions_only_inform(
    desk: Desk, agent_desk: Desk, consented: RemoteSession
) -> None:
    sessions.fail(agent_desk, consented, "The line broke.")
    assert said(desk, "A21") == [("Sessions that failed in the last year: 1.", None)]


def test_yes_to_a_fault_that_is_mended_becomes_met(
    desk: Desk, agent_desk: Desk, ended: RemoteSession
) -> None:
    standings = []
    for _turn in range(2):
        findings = [good for _sentence, good in said(desk, "A2")]
        standings.append(states.standing(states.YES, findings))
        desk.session.execute(delete(Consent))
    assert standings == [states.MET, states.UNMET]


def test_sentences_are_german_for_germans(desk: Desk) -> None:
    with speaking_to(desk, "de"):
        first = facts("A8", queries.sight(desk))
    assert first == [Fact("Die Adresse dieser Installation ist nicht HTTPS.", is_good=False)]


# ------------------------------------------------------------------------------- statements


def test_sight_takes_the_same_statements_for_any_data(core: Core, desk: Desk, ask: Any) -> None:
    counts = []
    queries.sight(desk)
    for _turn in range(2):
        desk.session.flush()
        with recorded(core.engine) as statements:
            queries.sight(desk)
        counts.append(len(statements))
        ask()
        ask()
    assert counts == [STATEMENTS, STATEMENTS]


@pytest.mark.timeout(300)
def test_report_walks_through_no_large_table(
    sign_in: SignIn, core: Core, desk: Desk, agent: Person
) -> None:
    volume.fill(desk, 2_000, messages=1)
    first = desk.session.scalar(text("SELECT MIN(id) FROM ticket")) or 1
    now = desk.now()
    usual = {"scope": "view", "provider": "browser", "purpose": "x", "state": lives.ENDED}
    usual |= {"requested_at": now, "started_at": now, "ended_at": now, "changed_at": now}
    rows = [
        usual | {"reference": offers.new_reference(), "ticket_id": first + number}
        for number in range(300)
    ]
    desk.session.execute(insert(RemoteSession), rows)
    volume.analyse(desk)
    desk.commit()
    browser = sign_in(agent)
    with recorded(core.engine) as statements:
        page = browser.get(PAGE).text
    told = "300 sessions began without a consent in force." in page
    assert (told, walks(core.engine, statements, filled=0)) == (True, [])


# ---------------------------------------------------------------------------------- answers


def test_replaced_answer_names_who_replaced_it(
    desk: Desk, acting: Any, agent_desk: Desk, colleague: Person
) -> None:
    service.answer(agent_desk, "A6", YES)
    row = service.answer(acting(colleague), "A6", NO)
    assert (row.person_id, row.verdict, row.words) == (colleague.id, states.NO, "Not yet.")


def test_refused_answer_leaves_the_earlier_one(sign_in: SignIn, administrator: Person) -> None:
    browser = sign_in(administrator)
    browser.post(f"{PAGE}/A6", data=YES)
    browser.post(f"{PAGE}/A6", data=NO | {"words": " "})
    page = browser.get(PAGE).text
    assert ("Yes: " in page, "In the handbook." in page) == (True, True)


def test_journal_tells_words_of_before_and_after(agent_desk: Desk) -> None:
    service.answer(agent_desk, "A6", YES)
    service.answer(agent_desk, "A6", NO)
    sql = "SELECT old, new FROM journal_entry WHERE subject_kind = :kind AND field = 'words'"
    rows = agent_desk.session.execute(text(sql + " ORDER BY id"), {"kind": service.ANSWER}).all()
    found = [tuple(str(each).strip('"') for each in row) for row in rows]
    assert found[1] == ("In the handbook.", "Not yet.")


def test_same_answer_again_is_no_change_in_the_journal(agent_desk: Desk) -> None:
    service.answer(agent_desk, "A6", YES)
    service.answer(agent_desk, "A6", YES)
    sql = "SELECT COUNT(*) FROM journal_entry WHERE subject_kind = :kind AND field = 'words'"
    assert agent_desk.session.scalar(text(sql), {"kind": service.ANSWER}) == 1


@pytest.mark.parametrize("side", ["agent", "customer"])
def test_only_administrators_send_answers(
    sign_in: SignIn, agent: Person, customer: Person, desk: Desk, side: str
) -> None:
    person = agent if side == "agent" else customer
    answer = sign_in(person).post(f"{PAGE}/A6", data=YES)
    assert (answer.status_code, dict(queries.answers(desk))) == (403, {})


@pytest.mark.parametrize("sent", [{}, {"verdict": "perhaps"}, YES | {"words": "x" * 5001}])
def test_answer_that_is_none_is_sent_back(
    sign_in: SignIn, administrator: Person, desk: Desk, sent: dict[str, str]
) -> None:
    answer = sign_in(administrator).post(f"{PAGE}/A6", data=sent)
    assert (answer.status_code, dict(queries.answers(desk))) == (422, {})


def test_refusal_is_german_for_germans(sign_in: SignIn, desk: Desk, administrator: Person) -> None:
    administrator.language = "de"
    desk.commit()
    page = sign_in(administrator).post(f"{PAGE}/A6", data=NO | {"words": ""}).text
    assert "Geben Sie an, warum: Ein Nein und ein „Entfällt“ brauchen einen Grund." in page


def test_agents_see_no_way_to_answer(sign_in: SignIn, agent: Person, administrator: Person) -> None:
    counts = [sign_in(each).get(PAGE).text.count(f"{PAGE}/A") for each in (agent, administrator)]
    assert counts == [0, len(requirements.KEYS)]


def test_words_of_an_answer_are_shown_as_text(
    sign_in: SignIn, agent_desk: Desk, agent: Person
) -> None:
    service.answer(agent_desk, "A6", YES | {"words": "<b>bold</b>"})
    agent_desk.commit()
    page = sign_in(agent).get(PAGE).text
    assert ("&lt;b&gt;bold&lt;/b&gt;" in page, "<b>bold" in page) == (True, False)


def test_report_names_nobody_for_an_erased_person(
    sign_in: SignIn, desk: Desk, agent_desk: Desk, agent: Person, administrator: Person
) -> None:
    service.answer(agent_desk, "A6", YES)
    agent_desk.commit()
    factories.erase_person(desk, agent)
    desk.commit()
    page = sign_in(administrator).get(PAGE).text
    assert ("<bdi>\N{EN DASH}</bdi>, " in page, "Anna Agent" in page) == (True, False)


def test_person_gets_only_their_own_answers(
    desk: Desk, acting: Any, agent_desk: Desk, agent: Person, colleague: Person
) -> None:
    service.answer(agent_desk, "A6", YES)
    service.answer(acting(colleague), "A7", NO)
    (kept,) = privacy.data_sets(desk, agent)
    assert [row["requirement"] for row in kept.rows] == ["A6"]
