# SPDX-License-Identifier: AGPL-3.0-or-later
"""The edges of access profiles: midnights, leap days, words that betray, and who sees what."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Installation, Organisation, Person, Refused, speaking_to
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_remote_support import scopes, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles import granting, limits, privacy, queries, standing
from tresen_remote_support.profiles import service as profiles
from tresen_remote_support.profiles.models import AccessProfile, Approver

Ask = Callable[..., RemoteSession]
SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]


@pytest.fixture
def add(desk: Desk, installation: Installation, profile_values: Values) -> Values:
    """Return a function that adds a profile with what differs from the usual one."""

    def go(**given: Any) -> Any:
        made = profiles.add_profile(desk, installation.organisation_id, profile_values(**given))
        desk.commit()
        return made

    return go


def titles(page: str) -> list[str]:
    """Return the accesses that a page lists, in their order."""
    return re.findall(r'href="/remote_support/profiles/\d+"[^>]*><bdi>([^<]+)</bdi>', page)


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        # The first day begins at midnight in Berlin, an hour before that of UTC.
        (datetime(2026, 3, 1, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 1, 23, tzinfo=UTC), True),
        # The last one ends there, two hours before that of UTC: the clocks went on meanwhile.
        (datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 31, 22, tzinfo=UTC), False),
    ],
)
def test_permission_holds_from_midnight_to_midnight_of_the_operator(
    desk: Desk, access: AccessProfile, clock: SteppedClock, moment: datetime, holds: bool
) -> None:
    clock.moment = moment
    assert limits.has_permission(desk, access) is holds


@pytest.mark.parametrize(
    ("last", "end"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2026, 12, 31, 23, tzinfo=UTC)),
        (date(2028, 2, 29), datetime(2028, 2, 29, 23, tzinfo=UTC)),
    ],
)
def test_end_of_a_permission_minds_the_summer(
    desk: Desk, access: AccessProfile, last: date, end: datetime
) -> None:
    access.standing_until = last
    assert standing.end_of(desk, access) == end


@pytest.mark.parametrize(
    ("begins", "ends", "is_kept"),
    [
        (date(2028, 2, 29), date(2029, 2, 28), True),
        (date(2028, 2, 29), date(2029, 3, 1), False),
        (date(2027, 3, 1), date(2028, 2, 29), True),
        (date(2027, 2, 28), date(2028, 2, 28), False),
        (date(2026, 3, 2), date(2026, 3, 2), True),
    ],
)
def test_twelve_months_mind_the_leap_day(
    add: Values, begins: date, ends: date, is_kept: bool
) -> None:
    try:
        add(standing_from=begins, standing_until=ends)
        found = True
    except Refused as refused:
        found = refused.sentence != "A standing permission holds for twelve months at most."
    assert found is is_kept


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "data:text/html,x", "a%20b", "a/b", 'a"b', "lagër", "-oX=y"]
)
def test_device_that_would_leave_its_link_is_refused(add: Values, typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        add(target_id=typed, devices=typed)
    said = f"“{typed}” is no device's number, name or address."
    assert refusal.value.sentence == said


@pytest.mark.parametrize(
    "name", ["title", "standing_basis", "devices", "agreement_number", "data_class", "note"]
)
@pytest.mark.parametrize("words", ["PassWort : x1", "pass%77ord=x1", "ssh://root:x1@lager"])
def test_password_is_refused_in_every_field(add: Values, name: str, words: str) -> None:
    with pytest.raises(Refused, match="No password is kept here"):
        add(**{name: words})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"provider": "anydesk"}, "provider"),
        ({"installation_id": "x"}, "installation_id"),
        ({"days": ["8"]}, "days"),
        ({"opens": "25:00"}, "opens"),
        ({"standing_from": "2026-02-29"}, "standing_from"),
        ({"recording_days": "0"}, "recording_days"),
        ({"recording_days": "366"}, "recording_days"),
        ({"approvers": ["x"]}, "approvers"),
        ({"agreement_number": "x" * 61}, "agreement_number"),
        ({"target_id": "x" * 201}, "target_id"),
    ],
)
def test_form_marks_the_field_that_is_wrong(
    desk: Desk,
    sign_in: SignIn,
    administrator: Person,
    installation: Installation,
    wrong: dict[str, Any],
    field: str,
) -> None:
    new = f"/remote_support/organisations/{installation.organisation_id}/profiles/new"
    right = {
        "title": "Lager",
        "installation_id": str(installation.id),
        "provider": "rdp",
        "needs_consent": "y",
    }
    answer = sign_in(administrator).post(new, data=right | wrong)
    marked = re.findall(r'id="([a-z_]+)-errors?"', answer.text)
    kept = desk.session.scalars(select(AccessProfile)).all()
    assert (answer.status_code, marked, kept) == (422, [field], [])


def test_hours_until_midnight_are_kept_and_said(
    add: Values, sign_in: SignIn, agent: Person
) -> None:
    made: Any = add(days=["7", "6"], opens=time(22), closes=time(0))
    page = sign_in(agent).get(f"/remote_support/profiles/{made.id}").text
    said = "Saturday, Sunday, 22:00 to 24:00 (Europe/Berlin)"
    assert (made.days, said in page) == ("67", True)


def test_accesses_stand_in_the_order_in_which_they_end(
    add: Values, sign_in: SignIn, agent: Person
) -> None:
    for title, last in (("Late", date(2026, 12, 1)), ("Gone", date(2026, 3, 9))):
        add(title=title, standing_until=last)
    add(title="Soon")
    page = sign_in(agent).get("/remote_support/profiles").text
    badges = re.findall("Expired|Ends soon|In force", page.partition("<tbody>")[2])
    assert (titles(page), badges[::2]) == (
        ["Gone", "Soon", "Late"],
        ["Expired", "Ends soon", "In force"],
    )


def test_last_use_is_that_of_the_last_session_that_began(
    desk: Desk, agent_desk: Desk, ask: Ask, access: AccessProfile, clock: SteppedClock
) -> None:
    for _each in range(2):
        row = ask()
        granting.grant(agent_desk, row)
        service.begin(agent_desk, row)
        service.end(agent_desk, row)
        row.documented_at = clock.moment
        clock.go(hours=1)
    began = row.started_at
    ask()
    assert queries.last_used(desk, [access.id]) == {access.id: began}


def test_box_of_the_organisation_offers_to_add_to_administrators_alone(
    sign_in: SignIn, agent: Person, administrator: Person, access: AccessProfile
) -> None:
    path = f"/people/organisations/{access.installation.organisation_id}"
    pages = [sign_in(each).get(path).text for each in (agent, administrator)]
    found = [(titles(page), "New access profile" in page) for page in pages]
    assert found == [(["Lager 1"], False), (["Lager 1"], True)]


def test_box_of_the_organisation_asks_as_much_for_many_as_for_one(
    add: Values, sign_in: SignIn, agent: Person, access: AccessProfile
) -> None:
    browser = sign_in(agent)
    path = f"/people/organisations/{access.installation.organisation_id}"
    engine = browser.application.extensions["tresen"].engine

    def count() -> int:
        with recorded(engine) as found:
            assert browser.get(path).status_code == 200
        return len(found)

    count()
    one = count()
    for number in range(5):
        add(title=f"Lager {number}")
    assert count() == one


def test_sessions_stay_on_record_when_their_profile_goes(
    desk: Desk, agent_desk: Desk, ask: Ask, access: AccessProfile
) -> None:
    row = ask()
    granting.grant(agent_desk, row)
    service.begin(agent_desk, row)
    service.end(agent_desk, row)
    profiles.remove_profile(desk, access)
    desk.session.refresh(row)
    consent = standing.of_session(desk, row)
    assert consent is not None
    kept = row.profile_id, row.provider, row.scope, consent.name
    basis = "Letter of Karla Kundin, 2 March 2026"
    assert kept == (None, "rdp", "view control unattended", basis)
    assert desk.session.scalars(select(Approver)).all() == []


def test_people_read_of_what_they_approve_and_of_nothing_else(
    desk: Desk, customer: Person, access: AccessProfile
) -> None:
    own = desk.session.get_one(Organisation, customer.organisation_id)
    other = factories.make_customer(desk, "Arno", "arno@kunde.example", own)
    found = [len(privacy.data_sets(desk, each)[0].rows) for each in (customer, other)]
    assert found == [1, 0]


def test_erased_approver_leaves_the_others(
    desk: Desk, customer: Person, access: AccessProfile, profile_values: Values
) -> None:
    own = desk.session.get_one(Organisation, customer.organisation_id)
    other = factories.make_customer(desk, "Arno", "arno@kunde.example", own)
    both = profile_values(approvers=[customer.id, other.id])
    profiles.change_profile(desk, access, both)
    factories.erase_person(desk, customer)
    assert queries.approvers(desk, [access.id]) == {access.id: [other]}


def test_recording_alone_is_refused_where_the_profile_forbids_it(
    desk: Desk, access: AccessProfile
) -> None:
    limits.demand(desk, access, scopes.VIEW)
    with pytest.raises(Refused, match="does not allow to record"):
        limits.demand(desk, access, scopes.RECORD)


@pytest.mark.parametrize(
    ("language", "begins"),
    [
        ("en", "Name the place in your vault"),
        ("de", "Nennen Sie den Ort in Ihrem Tresor"),
        ("de@du", "Nenne den Ort in deinem Tresor"),
    ],
)
def test_refusal_of_a_password_speaks_as_they_wish(
    desk: Desk, add: Values, language: str, begins: str
) -> None:
    with speaking_to(desk, language), pytest.raises(Refused) as refusal:
        add(secret_place="Winter2026!")
    assert refusal.value.sentence.partition(",")[0].startswith(begins)
