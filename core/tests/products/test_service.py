# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rules of products, versions and installations, and how they are found."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from tresen.access import service as access
from tresen.desk import Core, Desk
from tresen.errors import Missing, Refused
from tresen.hooks.places import Page
from tresen.journal.queries import entries_of
from tresen.people import service as people
from tresen.people.models import Organisation, Person
from tresen.products import hooks, queries, service
from tresen.products.models import ENVIRONMENTS, Installation, Product, ProductVersion
from tresen.testing import factories
from tresen.testing.statements import recorded

SignIn = Callable[[Person], FlaskClient]
LAGER = {
    "code": "lager",
    "name": "Lagerwerk",
    "kind": "own",
    "licence": "AGPL-3.0-or-later",
    "repository": "",
    "team_id": None,
    "is_active": True,
}
PLACE = {"version_id": None, "name": "", "environment": "production", "note": ""}


@pytest.fixture
def product(desk: Desk) -> Product:
    return service.add_product(desk, LAGER)


@pytest.fixture
def organisation(desk: Desk) -> Organisation:
    return people.add_organisation(desk, "Kunde GmbH")


@pytest.fixture
def place(desk: Desk, organisation: Organisation, product: Product) -> Installation:
    return service.add_installation(desk, organisation, PLACE | {"product_id": product.id})


def history(desk: Desk, kind: str, subject_id: int) -> list[tuple[str, str, object, object]]:
    """Return action, field, old and new of every entry, the oldest first."""
    desk.session.flush()
    found = reversed(entries_of(desk, kind, subject_id))
    return [(entry.action, entry.field, entry.old, entry.new) for entry in found]


def version(desk: Desk, product: Product, number: str) -> ProductVersion:
    return service.add_version(desk, product, number, None, None)


def test_product_is_added_and_recorded(desk: Desk, product: Product) -> None:
    assert {name: getattr(product, name) for name in service.PRODUCT_FIELDS} == LAGER
    assert history(desk, "product", product.id) == [("added", "", None, None)]


def test_code_is_taken_once(desk: Desk, product: Product) -> None:
    with pytest.raises(Refused) as refusal:
        service.add_product(desk, LAGER | {"name": "Other"})
    assert refusal.value.sentence == "The code lager belongs to another product."


def test_database_keeps_two_at_once_from_taking_one_code(desk: Desk, product: Product) -> None:
    desk.session.add(Product(**LAGER))
    with pytest.raises(IntegrityError):
        desk.session.flush()
    desk.rollback()


def test_product_keeps_its_own_code_when_it_is_changed(desk: Desk, product: Product) -> None:
    service.change_product(desk, product, LAGER | {"name": "Lagerwerk 5", "is_active": False})
    assert history(desk, "product", product.id)[1:] == [
        ("changed", "name", "Lagerwerk", "Lagerwerk 5"),
        ("changed", "is_active", True, False),
    ]


def test_product_cannot_take_the_code_of_another(desk: Desk, product: Product) -> None:
    other = service.add_product(desk, LAGER | {"code": "kasse"})
    with pytest.raises(Refused, match="The code lager belongs to another product"):
        service.change_product(desk, other, LAGER)
    assert other.code == "kasse"


@pytest.mark.parametrize(
    ("released", "until", "is_refused"),
    [
        (None, None, False),
        (date(2026, 1, 1), None, False),
        (None, date(2026, 1, 1), False),
        (date(2026, 1, 1), date(2026, 1, 1), False),
        (date(2026, 1, 2), date(2026, 1, 1), True),
    ],
)
def test_support_ends_on_the_day_of_release_at_the_earliest(
    desk: Desk, product: Product, released: date | None, until: date | None, is_refused: bool
) -> None:
    if is_refused:
        with pytest.raises(Refused) as refusal:
            service.add_version(desk, product, "4.2", released, until)
        sentence = "The support of 4.2 would end before its release."
        assert refusal.value.sentence == sentence
    else:
        service.add_version(desk, product, "4.2", released, until)
    count = len(queries.versions_of(desk, product.id))
    assert count == (0 if is_refused else 1)


@pytest.mark.parametrize("number", ["4.2", " 4.2 "])
def test_number_of_a_version_is_taken_once_for_a_product(
    desk: Desk, product: Product, number: str
) -> None:
    version(desk, product, "4.2")
    with pytest.raises(Refused, match="Lagerwerk has a version"):
        version(desk, product, number)


def test_version_stands_in_the_history_of_its_product(desk: Desk, product: Product) -> None:
    version(desk, product, "4.2")
    assert history(desk, "product", product.id)[1:] == [("version_added", "version", None, "4.2")]


def test_versions_are_listed_the_latest_added_first(desk: Desk, product: Product) -> None:
    for number in ("1.0", "2.0", "1.1"):
        version(desk, product, number)
    assert [each.number for each in queries.versions_of(desk, product.id)] == ["1.1", "2.0", "1.0"]


@pytest.mark.parametrize("verb", ["add", "change"])
@pytest.mark.parametrize("is_known", [True, False])
def test_installation_runs_a_version_of_its_own_product(
    desk: Desk, organisation: Organisation, place: Installation, verb: str, is_known: bool
) -> None:
    other = service.add_product(desk, LAGER | {"code": "kasse"})
    wrong = version(desk, other, "1.0").id if is_known else 99
    values = PLACE | {"product_id": place.product_id, "version_id": wrong}
    with pytest.raises(Refused, match=r"^This version belongs to another product\.$"):
        if verb == "add":
            service.add_installation(desk, organisation, values)
        else:
            service.change_installation(desk, place, values)
    assert place.version_id is None


def test_change_of_an_installation_is_recorded(
    desk: Desk, product: Product, place: Installation
) -> None:
    new = version(desk, product, "5.0")
    values = PLACE | {"product_id": product.id, "version_id": new.id, "environment": "test"}
    service.change_installation(desk, place, values)
    assert history(desk, "installation", place.id) == [
        ("added", "", None, None),
        ("changed", "version_id", None, new.id),
        ("changed", "environment", "production", "test"),
    ]


@pytest.mark.parametrize(
    ("environment", "title"),
    [*((key, str(title)) for key, title in ENVIRONMENTS.items()), ("stage", "stage")],
)
def test_environment_is_shown_by_its_title_and_an_unknown_one_as_it_is(
    place: Installation, environment: str, title: str
) -> None:
    place.environment = environment
    assert place.environment_title == title


def test_removed_version_leaves_the_installation(
    desk: Desk, product: Product, place: Installation
) -> None:
    old = version(desk, product, "4.2")
    place.version_id = old.id
    desk.session.flush()
    desk.session.delete(old)
    desk.commit()
    assert desk.session.scalars(select(Installation.version_id)).all() == [None]


def test_choice_offers_active_products_and_the_one_that_is_kept(
    desk: Desk, product: Product
) -> None:
    old = service.add_product(desk, LAGER | {"code": "alt", "name": "Altwerk", "is_active": False})
    for each in (product, old):
        version(desk, each, "1.0")
    offered = [queries.product_names(desk), queries.versions_by_product(desk)]
    kept = [queries.product_names(desk, old.id), queries.versions_by_product(desk, old.id)]
    assert [[name for _id, name in each] for each in offered] == [["Lagerwerk"], ["Lagerwerk 1.0"]]
    assert [[name for _id, name in each] for each in kept] == [
        ["Altwerk", "Lagerwerk"],
        ["Altwerk 1.0", "Lagerwerk 1.0"],
    ]


def test_installation_of_a_product_that_is_no_longer_offered_can_still_be_changed(
    desk: Desk, product: Product, place: Installation, agent: Person, sign_in: SignIn
) -> None:
    product.is_active = False
    desk.commit()
    path = f"/products/installations/{place.id}"
    sent = {"product_id": product.id, "version_id": "", "name": "srv", "environment": "test"}
    answer = sign_in(agent).post(path, data=sent)
    desk.session.expire_all()
    assert (answer.status_code, desk.session.get_one(Installation, place.id).name) == (302, "srv")


def test_products_are_listed_with_how_often_they_run(
    desk: Desk, place: Installation, organisation: Organisation, product: Product
) -> None:
    service.add_product(desk, LAGER | {"code": "kasse", "name": "Kassenwerk"})
    factories.make_installation(desk, organisation.id, product)
    found = [(row.Product.name, row.installations) for row in queries.products_by_name(desk)]
    assert found == [("Kassenwerk", 0), ("Lagerwerk", 2)]


@pytest.mark.parametrize(
    ("find", "sentence"),
    [
        (queries.product_by_id, "There is no product 99 here."),
        (queries.installation_by_id, "There is no installation 99 here."),
    ],
)
def test_what_is_not_there_is_missing(
    desk: Desk, find: Callable[[Desk, int], object], sentence: str
) -> None:
    with pytest.raises(Missing) as refusal:
        find(desk, 99)
    assert refusal.value.sentence == sentence


@pytest.mark.parametrize(
    ("page", "role", "count"),
    [
        (Page.ORGANISATION, "agent", 1),
        (Page.PERSON, "agent", 0),
        (Page.ORGANISATION, "customer", 0),
    ],
)
def test_panel_of_installations_stands_beside_an_organisation_for_agents(
    desk: Desk, place: Installation, organisation: Organisation, page: Page, role: str, count: int
) -> None:
    person = factories.make_person(desk, "P", "p@p.example", role=role)
    desk.actor = access.actor_for(desk, person)
    assert len(hooks.page_panels(desk, page, organisation)) == count


@pytest.mark.parametrize("path", ["/products/", "/products/1", "/people/organisations/1"])
def test_pages_cost_the_same_however_much_there_is(
    desk: Desk, core: Core, place: Installation, agent: Person, sign_in: SignIn, path: str
) -> None:
    desk.commit()
    browser, counts = sign_in(agent), []
    for turn in range(2):
        with recorded(core.engine) as statements:
            assert browser.get(path).status_code == 200
        counts.append(len(statements))
        for number in range(4):
            made = service.add_product(desk, LAGER | {"code": f"p{turn}{number}"})
            version(desk, desk.session.get_one(Product, place.product_id), f"{turn}.{number}")
            factories.make_installation(desk, place.organisation_id, made)
        desk.commit()
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("path", "sent", "sentence"),
    [
        ("/products/new", {}, "Dieses Feld wird benötigt."),
        ("/products/new", LAGER, "Das Kürzel lager gehört zu einem anderen Produkt."),
        ("/products/new", LAGER | {"code": "A B"}, "Ungültige Eingabe."),
        ("/products/1/versions/new", {"number": "1", "released_on": "x"}, "Kein gültiges Datum."),
        (
            "/products/1/versions/new",
            {"number": "1", "released_on": "2026-02-01", "support_until": "2026-01-01"},
            "Die Betreuung von 1 würde vor der Veröffentlichung enden.",
        ),
        ("/products/installations/at/1", {"product_id": "99"}, "Keine gültige Auswahl."),
    ],
)
def test_what_is_wrong_is_said_in_german(
    german: FlaskClient, path: str, sent: dict[str, str], sentence: str
) -> None:
    given = {name: value for name, value in sent.items() if value is not None}
    answer = german.post(path, data=given)
    assert (answer.status_code, sentence in answer.text) == (422, True)


@pytest.fixture
def german(desk: Desk, place: Installation, agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an agent who reads German; product and organisation are number 1."""
    desk.session.get_one(Person, agent.id).language = "de"
    desk.commit()
    return sign_in(agent)
