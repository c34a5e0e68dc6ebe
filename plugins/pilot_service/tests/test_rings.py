# SPDX-License-Identifier: AGPL-3.0-or-later
"""In which ring a customer gets a build: named in the form, shown and sorted by in the table."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person
from tresen.testing import factories
from tresen_pilot_service import hooks, queries, service, steps
from tresen_pilot_service.models import Participation, Programme

SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]
EDIT = "/pilot_service/participants/1/edit"
SENT = {"installation_id": "", "contact_id": "", "deputy_id": ""}
NO_KEY_USER = {"key_user_id": "", "key_user_deputy_id": ""}
RINGS = {"Adler AG": 2, "Birne KG": 0, "Zeder GmbH": 1}


@pytest.fixture
def rings(desk: Desk, programme: Programme, participation_values: Values) -> None:
    """Invite customers of three rings, and one of ring 0 who left."""
    for name, ring in {**RINGS, "Ex OHG": 0}.items():
        organisation = Organisation(name=name, created_at=desk.now(), changed_at=desk.now())
        desk.session.add(organisation)
        desk.session.flush()
        row = service.invite(desk, programme, participation_values(organisation.id, ring=ring))
        if name == "Ex OHG":
            service.move(desk, row, steps.DECLINED)
    desk.commit()


@pytest.fixture
def boss(desk: Desk, administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an administrator."""
    desk.commit()
    return sign_in(administrator)


def test_customer_stands_in_ring_1_unless_said_otherwise(participation: Participation) -> None:
    assert participation.ring == 1


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", ["Adler AG", "Birne KG", "Zeder GmbH", "Ex OHG"]),
        ("customer", ["Adler AG", "Birne KG", "Zeder GmbH", "Ex OHG"]),
        ("-customer", ["Zeder GmbH", "Birne KG", "Adler AG", "Ex OHG"]),
        ("ring", ["Birne KG", "Zeder GmbH", "Adler AG", "Ex OHG"]),
        ("-ring", ["Adler AG", "Zeder GmbH", "Birne KG", "Ex OHG"]),
        ("created_at", ["Adler AG", "Birne KG", "Zeder GmbH", "Ex OHG"]),
    ],
)
def test_table_is_sorted_by_address(
    rings: None, boss: FlaskClient, sort: str, names: list[str]
) -> None:
    page = boss.get("/pilot_service/1", query_string={"sort": sort}).text
    assert re.findall(r"data-line><bdi>([^<]+)</bdi>", page) == names


@pytest.mark.parametrize(
    ("sort", "heads"),
    [
        ("", [("ascending", "-customer"), ("", "ring")]),
        ("-customer", [("descending", "customer"), ("", "ring")]),
        ("ring", [("", "customer"), ("ascending", "-ring")]),
        ("-ring", [("", "customer"), ("descending", "ring")]),
    ],
)
def test_heads_say_how_it_is_sorted_and_offer_the_other_way(
    rings: None, boss: FlaskClient, sort: str, heads: list[tuple[str, str]]
) -> None:
    page = boss.get("/pilot_service/1", query_string={"sort": sort}).text
    found = re.findall(r'<th scope="col"([^>]*)><a class="sort" href="[^"]*\?sort=([^"]+)"', page)
    said = [(re.sub(r'.*aria-sort="(\w+)".*|.*', r"\1", other), key) for other, key in found]
    assert said == heads


@pytest.mark.parametrize("ring", ["0", "9"])
def test_ring_is_named_in_the_form(
    desk: Desk, participation: Participation, boss: FlaskClient, ring: str
) -> None:
    assert 'name="ring" required type="number" value="1"' in boss.get(EDIT).text
    assert boss.post(EDIT, data=SENT | NO_KEY_USER | {"ring": ring}).status_code == 302
    desk.session.expire_all()
    assert queries.participation(desk, 1).ring == int(ring)


@pytest.mark.parametrize(
    ("ring", "sentence"),
    [
        ("", "This field is required."),
        ("-1", "Number must be between 0 and 9."),
        ("10", "Number must be between 0 and 9."),
        ("inner", "Not a valid integer value."),
    ],
)
def test_ring_is_a_small_number(
    desk: Desk,
    participation: Participation,
    contact: Person,
    boss: FlaskClient,
    ring: str,
    sentence: str,
) -> None:
    sent = SENT | NO_KEY_USER | {"ring": ring, "contact_id": str(contact.id)}
    answer = boss.post(EDIT, data=sent)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert f'selected value="{contact.id}"' in answer.text
    assert queries.participation(desk, 1).ring == 1


def test_invitation_names_the_ring(
    desk: Desk, programme: Programme, customer: Person, boss: FlaskClient
) -> None:
    sent = SENT | {"organisation_id": "Kunde GmbH", "ring": "0"}
    assert boss.post("/pilot_service/1/participants/new", data=sent).status_code == 302
    assert queries.participation(desk, 1).ring == 0


def test_panel_and_interface_name_the_ring(
    desk: Desk, participation: Participation, customer: Person, boss: FlaskClient
) -> None:
    participation.ring = 0
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    assert "<dt>Ring</dt><dd>0</dd>" in boss.get(f"/tickets/{ticket.number}").text
    (found,) = hooks.rest_extras(desk, [ticket])
    assert found[ticket.id]["ring"] == 0
