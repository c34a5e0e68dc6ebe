# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whom a session or token acts for, with which permissions; and the pages of one's own account."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.access import service, tokens
from tresen.access.models import ApiToken
from tresen.access.views import local_path
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Refused
from tresen.journal.models import JournalEntry
from tresen.people import queries as people_queries
from tresen.people.models import Person
from tresen.testing.factories import make_person, make_team
from tresen.testing.fixtures import SteppedClock

SignIn = Callable[[Person], FlaskClient]
PROFILE = {"name": "Anna Neu", "language": "en", "time_zone": "Europe/Berlin", "phone": "030 1"}


def journal(desk: Desk, person_id: int) -> list[tuple[str, str, object, object]]:
    rows = desk.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.subject_kind == "person", JournalEntry.subject_id == person_id)
        .order_by(JournalEntry.id)
    )
    return [(row.action, row.field, row.old, row.new) for row in rows]


def test_roles_stand_one_above_the_other(desk: Desk) -> None:
    granted = service.grants(desk)
    customer, agent, administrator = (
        granted[role] for role in ("customer", "agent", "administrator")
    )
    assert customer & agent == {"access.own"} | (customer & agent)
    assert agent < administrator
    assert {name for name in customer if name.endswith(".administer")} == set()
    assert {name for name in agent if name.endswith(".administer")} == set()


def test_actor_bears_what_decides_about_access(desk: Desk, agent: Person, customer: Person) -> None:
    team = make_team(desk, "Second level", agent)
    customer.sees_organisation = True
    mine, theirs = (service.actor_for(desk, person) for person in (agent, customer))
    assert (mine.kind, mine.is_agent, mine.person_id, mine.team_ids, mine.organisation_id) == (
        *("agent", True, agent.id, frozenset({team.id}), None),
    )
    assert (theirs.kind, theirs.is_agent, theirs.organisation_id, theirs.sees_organisation) == (
        *("customer", False, customer.organisation_id, True),
    )
    assert theirs.team_ids == frozenset()


def test_role_that_nobody_declared_may_do_nothing(desk: Desk, agent: Person) -> None:
    agent.role = "wizard"
    assert service.actor_for(desk, agent).permissions == frozenset()


@pytest.mark.parametrize(
    ("scopes", "left"),
    [
        (frozenset(), frozenset()),
        (frozenset({"tickets.read"}), frozenset({"tickets.read"})),
        (frozenset({"people.administer"}), frozenset()),
        (frozenset({"no.such"}), frozenset()),
    ],
    ids=str,
)
def test_scopes_narrow_and_never_widen(
    desk: Desk, agent: Person, scopes: frozenset[str], left: frozenset[str]
) -> None:
    assert service.actor_for(desk, agent, scopes).permissions == left


def test_token_of_who_was_demoted_does_no_more_than_the_new_role(
    desk: Desk, administrator: Person
) -> None:
    make_person(desk, "Other", "other@tresen.example", role="administrator")
    text = tokens.make_token(desk, administrator, "all", ["people.administer", "tickets.read"])
    administrator.role = "agent"
    desk.session.flush()
    actor = tokens.actor_by_token(desk, text)
    assert actor is not None
    assert actor.permissions == {"tickets.read"}


def test_token_names_its_scopes_once_and_in_order(desk: Desk, agent: Person) -> None:
    tokens.make_token(desk, agent, "  Report ", ["tickets.read", "access.own", "tickets.read"])
    row = desk.session.scalars(select(ApiToken)).one()
    assert (row.name, row.scopes, row.expires_at) == (
        "Report",
        ["access.own", "tickets.read"],
        None,
    )


def test_refusal_names_every_scope_beyond_ones_own(desk: Desk, agent: Person) -> None:
    beyond = ["people.administer", "tickets.read", "mail.administer"]
    with pytest.raises(Refused) as refusal:
        tokens.make_token(desk, agent, "x", beyond)
    assert refusal.value.sentence == (
        "You do not hold mail.administer, people.administer yourself."
    )


def test_use_of_a_token_is_noted_every_five_minutes(
    desk: Desk, clock: SteppedClock, agent: Person
) -> None:
    text = tokens.make_token(desk, agent, "x", ["tickets.read"])
    noted = []
    for minutes in (0, 4, 2, 5):
        clock.go(minutes=minutes)
        tokens.actor_by_token(desk, text)
        noted.append(desk.session.scalars(select(ApiToken)).one().last_used_at)
    start = noted[0]
    assert start is not None
    assert noted == [start, start, *(start + timedelta(minutes=m) for m in (6, 6))]


def test_tokens_are_listed_newest_first_without_those_that_ended(
    desk: Desk, agent: Person, customer: Person
) -> None:
    for name in ("one", "two", "three"):
        tokens.make_token(desk, agent, name, [])
        desk.session.flush()
    tokens.end_token(desk, agent.id, 2)
    assert [row.name for row in tokens.tokens_of(desk, agent.id)] == ["three", "one"]
    assert list(tokens.tokens_of(desk, customer.id)) == []


def test_token_is_ended_once_however_often_it_is_asked(
    desk: Desk, clock: SteppedClock, agent: Person
) -> None:
    tokens.make_token(desk, agent, "one", [])
    desk.session.flush()
    tokens.end_token(desk, agent.id, 1)
    first = clock.moment
    clock.go(hours=1)
    tokens.end_token(desk, agent.id, 1)
    assert desk.session.get_one(ApiToken, 1).ended_at == first
    ends = [entry for entry in journal(desk, agent.id) if entry[0] == "token_ended"]
    assert ends == [("token_ended", "token", "one", None)]


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/", "/"),
        ("/tickets?state=open&q=a b", "/tickets?state=open&q=a b"),
        ("/tickets#message-7", "/tickets#message-7"),
        ("/@evil.example", "/@evil.example"),
        ("/a//b", "/a//b"),
        ("/%2f/evil.example", "/%2f/evil.example"),
        ("/\t/evil.example", None),
        ("/\n/evil.example", None),
        ("///evil.example", None),
        ("/\\/evil.example", None),
        ("/a\\b", None),
        (" /tickets", None),
        ("http:/tickets", None),
        ("data:text/html,x", None),
        ("?next=/", None),
    ],
)
def test_atk_i16_only_paths_of_this_host_are_followed(target: str, kept: str | None) -> None:
    assert local_path(target) == kept


def test_changed_profile_is_journalled_field_by_field(
    core: Core, agent: Person, sign_in: SignIn
) -> None:
    sign_in(agent).post("/account/", data=PROFILE)
    with desk_for(core) as desk:
        changed = [entry[1:] for entry in journal(desk, agent.id) if entry[0] == "changed"]
    assert sorted(changed) == [
        ("is_notified", True, False),
        ("language", None, "en"),
        ("name", "Anna Agent", "Anna Neu"),
        ("phone", "", "030 1"),
        ("time_zone", None, "Europe/Berlin"),
    ]


def test_person_is_found_by_the_name_chosen_in_the_profile(
    core: Core, agent: Person, administrator: Person, sign_in: SignIn
) -> None:
    sign_in(agent).post("/account/", data=PROFILE)
    browser = sign_in(administrator)
    pages = [browser.get("/people/", query_string={"q": q}).text for q in ("Neu", "Agent")]
    assert [f'href="/people/{agent.id}"' in page for page in pages] == [True, False]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 201},
        {"language": "fr"},
        {"time_zone": "Mars/Base"},
        {"phone": "1" * 61},
        {"signature": "x" * 2_001},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_profile_with_a_fault_is_not_saved(
    core: Core, agent: Person, sign_in: SignIn, wrong: dict[str, str]
) -> None:
    page = sign_in(agent).post("/account/", data=PROFILE | wrong)
    with desk_for(core) as desk:
        kept = desk.session.get_one(Person, agent.id)
        assert (kept.name, kept.phone, kept.language) == ("Anna Agent", "", None)
    assert "Your profile is saved." not in page.text


def test_times_are_told_in_the_zone_of_the_profile(
    core: Core, desk: Desk, clock: SteppedClock, agent: Person, sign_in: SignIn
) -> None:
    agent.time_zone, agent.language = "Asia/Kathmandu", "de"
    desk.commit()
    page = sign_in(agent).get("/account/sessions").text
    # 09:00 UTC is a quarter to three in the afternoon there.
    assert "14:45" in page


def test_invitation_mails_a_link_and_leads_back(
    core: Core, agent: Person, customer: Person, sign_in: SignIn
) -> None:
    answer = sign_in(agent).post(f"/people/{customer.id}/invite")
    assert (answer.status_code, answer.location) == (302, f"/people/{customer.id}")
    with desk_for(core) as desk:
        actions = [entry[0] for entry in journal(desk, customer.id)]
    assert actions == ["added", "password_link_sent"]


def test_invitation_of_nobody_says_that_there_is_no_address(agent: Person, sign_in: SignIn) -> None:
    answer = sign_in(agent).post("/people/999/invite")
    assert (answer.status_code, "This person has no mail address." in answer.text) == (404, True)


def test_customer_invites_nobody(
    desk: Desk, agent: Person, customer: Person, sign_in: SignIn
) -> None:
    assert sign_in(customer).post(f"/people/{agent.id}/invite").status_code == 403
    assert people_queries.primary_address(desk, agent.id) == "anna@tresen.example"
