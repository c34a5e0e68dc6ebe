# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pilots' pages say: to whom, in which language, and what it costs the database."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person, Product, ProductVersion, Ticket
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_pilot_service import queries, service, steps
from tresen_pilot_service.models import Participation, Programme

SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]
INVITED = "1/participants/new"
SENT = {
    "title": "Kasse mobile",
    "goal": "Nobody queues.",
    "product_id": "1",
    "version_id": "",
    "starts_on": "2026-03-01",
    "ends_on": "2026-05-31",
    "team_id": "",
}


@pytest.fixture
def boss(desk: Desk, administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an administrator."""
    desk.commit()
    return sign_in(administrator)


def speak(desk: Desk, person: Person, language: str) -> None:
    desk.session.get_one(Person, person.id).language = language
    desk.commit()


def has(page: str, *words: str) -> list[bool]:
    return [word in page for word in words]


def test_programme_page_shows_its_facts(
    desk: Desk, participation: Participation, product: Product, boss: FlaskClient
) -> None:
    version = ProductVersion(product_id=product.id, number="5.0rc1")
    desk.session.add(version)
    desk.session.flush()
    desk.session.get_one(Programme, 1).version_id = version.id
    desk.commit()
    page = boss.get("/pilot_service/1").text
    words = ("Lagerwerk 5.0rc1", "Mar 2, 2026 to Mar 31, 2026", "No lost pallet in a month.")
    assert has(page, *words, "Pilots", "Carla Contact", "Dario Deputy") == [True] * 6


def test_participants_stand_by_name_and_those_who_left_at_the_end(
    desk: Desk,
    programme: Programme,
    participation: Participation,
    participation_values: Values,
    boss: FlaskClient,
) -> None:
    for name in ("Adler AG", "Zeder KG"):
        organisation = Organisation(name=name, created_at=desk.now(), changed_at=desk.now())
        desk.session.add(organisation)
        desk.session.flush()
        service.invite(desk, programme, participation_values(organisation.id))
    service.move(desk, queries.participations(desk, programme.id)[0], steps.WITHDRAWN)
    desk.commit()
    page = boss.get("/pilot_service/1").text
    places = [page.index(name) for name in ("Kunde GmbH", "Zeder KG", "Adler AG")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("name", "environment", "shown"),
    [("srv-lager", "production", "srv-lager"), ("", "test", "Test"), ("", "pilot", "Pilot")],
)
def test_installation_is_shown_by_name_or_else_by_its_environment(
    desk: Desk,
    participation: Participation,
    boss: FlaskClient,
    name: str,
    environment: str,
    shown: str,
) -> None:
    product = participation.programme.product_id
    place = factories.make_installation(
        desk, participation.organisation_id, desk.session.get_one(Product, product)
    )
    place.name, place.environment = name, environment
    participation.installation_id = place.id
    desk.commit()
    listed = boss.get("/pilot_service/1").text
    chosen = boss.get("/pilot_service/participants/1/edit").text
    assert has(listed, f">{shown}</td>") + has(chosen, f"Kunde GmbH: {shown}") == [True, True]


def test_tickets_of_each_participant_are_counted(
    desk: Desk, participation: Participation, customer: Person, boss: FlaskClient
) -> None:
    for _number in range(3):
        factories.make_ticket(desk, customer)
    desk.commit()
    assert '<td class="num" data-label="Tickets">3</td>' in boss.get("/pilot_service/1").text


def test_agent_sees_no_way_to_change(
    participation: Participation, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    pages = browser.get("/pilot_service/").text + browser.get("/pilot_service/1").text
    assert has(pages, "Lagerwerk 5", "/edit", "/end", "participants/new", "pilot_service/new") == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_programme_without_customers_offers_the_next_step_to_who_may_take_it(
    programme: Programme, boss: FlaskClient, agent: Person, sign_in: SignIn
) -> None:
    shown = [browser.get("/pilot_service/1").text for browser in (boss, sign_in(agent))]
    assert [has(page, "No customer yet", "Add a customer") for page in shown] == [
        [True, True],
        [True, False],
    ]


@pytest.mark.parametrize(
    ("moment", "state"),
    [(-10, "Planned"), (0, "Running"), (20, "Running"), (30, "Finished")],
)
def test_state_is_of_the_operators_day(
    clock: SteppedClock,
    programme: Programme,
    administrator: Person,
    sign_in: SignIn,
    moment: int,
    state: str,
) -> None:
    clock.go(days=moment)
    browser = sign_in(administrator)
    shown = [browser.get(path).text for path in ("/pilot_service/", "/pilot_service/1")]
    assert [f">{state}</span>" in page for page in shown] == [True, True]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Wo Sie sind", "Beginnen Sie eines", "Noch kein Pilotprogramm"]),
        ("de@du", ["Wo du bist", "Beginne eines", "Noch kein Pilotprogramm"]),
        ("en", ["Where you are", "Begin one", "No pilot programme yet"]),
    ],
)
def test_pages_address_the_reader_as_chosen(
    desk: Desk, administrator: Person, sign_in: SignIn, language: str, words: list[str]
) -> None:
    speak(desk, administrator, language)
    browser = sign_in(administrator)
    pages = browser.get("/pilot_service/new").text + browser.get("/pilot_service/").text
    assert has(pages, *words) == [True, True, True]


@pytest.mark.parametrize(
    ("path", "wrong", "sentence"),
    [
        ("new", {"ends_on": "2026-02-01"}, "Ein Programm kann nicht enden, bevor es beginnt."),
        ("new", {"title": ""}, "Dieses Feld wird benötigt."),
        ("new", {"starts_on": "morgen"}, "Kein gültiges Datum."),
        ("new", {"product_id": "77"}, "Keine gültige Auswahl."),
        ("new", {"title": "x" * 201}, "Feld kann nicht länger als 200 Zeichen sein."),
        ("1/edit", {"version_id": "77"}, "Keine gültige Auswahl."),
        ("1/edit", {"ends_on": ""}, "Dieses Feld wird benötigt."),
        (INVITED, {"organisation_id": "Kunde GmbH"}, "nimmt bereits am Programm teil."),
        (INVITED, {"organisation_id": "Weg AG"}, "Es gibt keine Organisation „Weg AG“."),
        ("participants/1/edit", {"contact_id": "77"}, "Keine gültige Auswahl."),
    ],
)
def test_what_is_wrong_is_said_in_german(
    german: FlaskClient, path: str, wrong: dict[str, str], sentence: str
) -> None:
    sent = {"contact_id": "", "deputy_id": "", "installation_id": "", "ring": "1"}
    answer = german.post(f"/pilot_service/{path}", data=SENT | sent | wrong)
    assert (answer.status_code, sentence in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("99", "Dieses Pilotprogramm gibt es nicht."),
        ("99/edit", "Dieses Pilotprogramm gibt es nicht."),
        ("99/participants/new", "Dieses Pilotprogramm gibt es nicht."),
        ("participants/99", "Diese Teilnahme gibt es nicht."),
    ],
)
def test_what_is_not_there_is_said_in_german(german: FlaskClient, path: str, sentence: str) -> None:
    answer = german.get(f"/pilot_service/{path}")
    assert (answer.status_code, sentence in answer.text) == (404, True)


@pytest.fixture
def german(
    desk: Desk, participation: Participation, administrator: Person, sign_in: SignIn
) -> FlaskClient:
    """Return the browser of an administrator who reads German; one customer takes part."""
    speak(desk, administrator, "de")
    return sign_in(administrator)


def test_participant_who_left_can_be_taken_back_only_once(
    desk: Desk, participation: Participation, participation_values: Values, german: FlaskClient
) -> None:
    service.move(desk, participation, steps.WITHDRAWN)
    service.invite(
        desk, participation.programme, participation_values(participation.organisation_id)
    )
    desk.commit()
    answer = german.post("/pilot_service/participants/1/resume")
    sentence = "Dieser Kunde nimmt bereits am Programm teil."
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_programme_of_a_product_that_is_no_longer_offered_can_still_be_changed(
    desk: Desk, programme: Programme, boss: FlaskClient
) -> None:
    desk.session.get_one(Product, programme.product_id).is_active = False
    desk.commit()
    assert boss.post("/pilot_service/1/edit", data=SENT).status_code == 302
    assert boss.post("/pilot_service/new", data=SENT).status_code == 422


@pytest.mark.parametrize("days", ["-1", "366", "many", ""])
def test_settings_take_days_of_a_year_only(boss: FlaskClient, days: str) -> None:
    sent = {"warn_days": days, "counts_without_product": "y", "giveback_days": "30"}
    assert boss.post("/admin/settings/pilot_service", data=sent).status_code == 422


def test_days_of_warning_are_what_the_operator_set(
    participation: Participation, boss: FlaskClient
) -> None:
    before = "ends soon" in boss.get("/pilot_service/").text
    sent = {"warn_days": "21", "giveback_days": "30"}
    boss.post("/admin/settings/pilot_service", data=sent)
    assert (before, "ends soon" in boss.get("/pilot_service/").text) == (False, True)


def test_ticket_without_a_product_counts_as_the_operator_set(
    desk: Desk, participation: Participation, product: Product, customer: Person, boss: FlaskClient
) -> None:
    sent = {"warn_days": "14", "giveback_days": "30"}
    boss.post("/admin/settings/pilot_service", data=sent)
    desk.session.expire_all()
    made = [factories.make_ticket(desk, customer, product_id=each) for each in (None, product.id)]
    marked = queries.participations_of(desk, [ticket.id for ticket in made])
    assert list(marked) == [made[1].id]


@pytest.mark.parametrize(
    "path",
    ["/pilot_service/", "/pilot_service/1", "/pilot_service/participants/1", "/tickets/"],
)
def test_pages_cost_the_same_however_much_there_is(
    desk: Desk,
    participation: Participation,
    programme_values: Values,
    boss: FlaskClient,
    path: str,
) -> None:
    fill(desk, programme_values(), participation.programme_id)
    desk.commit()
    counts = []
    for _time in range(2):
        with recorded(desk.core.engine) as statements:
            assert boss.get(path).status_code == 200
        counts.append(len(statements))
        for number in range(4):
            fill(desk, programme_values(title=f"Programme {number}"), participation.programme_id)
        desk.commit()
    assert counts[0] == counts[1]


def fill(desk: Desk, values: dict[str, Any], programme_id: int) -> Ticket:
    """Begin another programme, and let a further customer of the first one open a ticket."""
    other = service.begin_programme(desk, values)
    organisation = Organisation(name="More", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(organisation)
    desk.session.flush()
    address = f"more{other.id}@more.example"
    customer = factories.make_customer(desk, "More", address, organisation)
    ids = {"installation_id": None, "contact_id": None, "deputy_id": None}
    programme = queries.programme(desk, programme_id)
    service.invite(desk, programme, {"organisation_id": organisation.id, **ids})
    return factories.make_ticket(desk, customer)


def test_day_of_the_operator_is_not_that_of_utc(desk: Desk, clock: SteppedClock) -> None:
    clock.moment = clock.moment.replace(hour=23, minute=30)
    assert (clock.moment.date(), desk.today()) == (
        date(2026, 3, 10),
        date(2026, 3, 11),
    )
