# SPDX-License-Identifier: AGPL-3.0-or-later
"""People and organisations through the REST interface."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tresen.access import tokens
from tresen.desk import Core, Desk, desk_for
from tresen.journal.queries import entries_of
from tresen.people.models import ERASED, Person
from tresen.search import queries as search
from tresen.testing import factories

PEOPLE, ORGANISATIONS = "/api/v1/people/", "/api/v1/organisations/"
NORA = {"name": "Nora Neu", "address": "Nora@Neu.example", "phone": "+49 30 1"}


@pytest.fixture
def headers(desk: Desk, agent: Person) -> dict[str, str]:
    token = tokens.make_token(desk, agent, "test", ["people.read", "people.change"])
    desk.commit()
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def api(app: Flask, headers: dict[str, str]) -> Any:
    client: FlaskClient = app.test_client()

    def call(method: str, path: str, body: Any = None) -> Any:
        return client.open(path, method=method, json=body, headers=headers)

    return call


def test_customer_is_added_unproven_and_read(api: Any) -> None:
    made = api("POST", PEOPLE, NORA)
    read = api("GET", made.headers["Location"]).json
    assert (made.status_code, read) == (201, made.json)
    assert (read["role"], read["phone"], read["addresses"]) == (
        "customer",
        "+49 30 1",
        [{"address": "nora@neu.example", "proven_at": None}],
    )


def test_second_person_of_an_address_is_refused(api: Any) -> None:
    api("POST", PEOPLE, NORA)
    again = api("POST", PEOPLE, NORA | {"name": "Other"})
    assert (again.status_code, again.json["detail"]) == (
        422,
        "The address nora@neu.example belongs to somebody already.",
    )


@pytest.mark.parametrize(
    "more",
    [{"role": "administrator"}, {"is_active": False}, {"sees_organisation": True}, {"id": 1}],
)
def test_atk_z04_no_field_beyond_the_schema_is_taken(api: Any, more: dict[str, Any]) -> None:
    made = api("POST", PEOPLE, NORA).json
    assert api("POST", PEOPLE, NORA | {"address": "o@o.example"} | more).status_code == 422
    assert api("PATCH", f"{PEOPLE}{made['id']}", more).status_code == 422


def test_change_is_recorded_and_found(api: Any, core: Core) -> None:
    made = api("POST", PEOPLE, NORA).json
    changed = api("PATCH", f"{PEOPLE}{made['id']}", {"name": "Nora Sommerfeld"})
    with desk_for(core) as desk:
        entry = entries_of(desk, "person", made["id"])[0]
        hits = [found.hits[0].title for found in search.find(desk, "Sommerfeld")]
    assert (changed.json["name"], entry.field, entry.old, entry.new, hits) == (
        "Nora Sommerfeld",
        "name",
        "Nora Neu",
        "Nora Sommerfeld",
        ["Nora Sommerfeld"],
    )


def test_unknown_organisation_is_refused(api: Any) -> None:
    answer = api("POST", PEOPLE, NORA | {"organisation_id": 77})
    assert (answer.status_code, answer.json["detail"]) == (422, "There is no organisation 77.")


def test_people_are_found_by_address_and_organisation(api: Any, customer: Person) -> None:
    ways = ["address=KARLA@kunde.example", f"organisation_id={customer.organisation_id}"]
    found = [api("GET", f"{PEOPLE}?{way}").json["items"] for way in ways]
    assert [[each["name"] for each in items] for items in found] == [["Karla Kundin"]] * 2


def test_people_come_by_pages(api: Any) -> None:
    for number in range(5):
        api("POST", PEOPLE, {"name": f"P{number}", "address": f"p{number}@p.example"})
    names: list[str] = []
    cursor = ""
    while cursor is not None:
        page = api("GET", f"{PEOPLE}?limit=2" + (f"&cursor={cursor}" if cursor else "")).json
        names += [each["name"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert names == ["Anna Agent", "P0", "P1", "P2", "P3", "P4"]


def test_organisation_is_added_changed_and_listed(api: Any) -> None:
    made = api("POST", ORGANISATIONS, {"name": "Neu GmbH"})
    path = made.headers["Location"]
    changed = api("PATCH", path, {"note": "Pays late"})
    listed = api("GET", f"{ORGANISATIONS}?name=Neu GmbH").json["items"]
    assert (made.status_code, changed.json["note"]) == (201, "Pays late")
    assert [api("GET", path).json, changed.json] == [listed[0]] * 2


@pytest.mark.parametrize("path", [f"{PEOPLE}99", f"{ORGANISATIONS}99"])
def test_what_does_not_exist_is_missing(api: Any, path: str) -> None:
    assert [api("GET", path).status_code, api("PATCH", path, {"name": "x"}).status_code] == [
        404
    ] * 2


def test_erased_person_is_not_listed_and_reads_as_such(
    api: Any, desk: Desk, agent: Person, customer: Person
) -> None:
    factories.erase_person(desk, customer)
    desk.commit()
    read = api("GET", f"{PEOPLE}{customer.id}").json
    assert [row["id"] for row in api("GET", PEOPLE).json["items"]] == [agent.id]
    assert (read["name"], read["role"], read["addresses"]) == ("Erased person", ERASED, [])


def test_erased_person_cannot_be_changed(api: Any, desk: Desk, customer: Person) -> None:
    factories.erase_person(desk, customer)
    desk.commit()
    assert api("PATCH", f"{PEOPLE}{customer.id}", {"name": "Karla"}).status_code == 422
