# SPDX-License-Identifier: AGPL-3.0-or-later
"""The edges of tools: hostile links and numbers, who sets them up, and what each state shows."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person, Refused, speaking_to
from tresen.testing.statements import recorded
from tresen_remote_support import consents, scopes, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.providers import addresses
from tresen_remote_support.providers import service as tools_service
from tresen_remote_support.providers.models import Tool

Running = Callable[..., RemoteSession]
SignIn = Callable[[Person], FlaskClient]
OWN: dict[str, Any] = {
    "is_offered": "y",
    "relay": "",
    "title": "Fernwerk",
    "pattern": "https://fern.example/{reference}",
    "kinds": ["view"],
    "instruction": "",
}


def page_of(row: RemoteSession) -> str:
    """Return the path of the session's page for agents."""
    return f"/remote_support/sessions/{row.reference}"


def ways(page: str) -> list[bool]:
    """Tell whether a page has the buttons to open the tool, to note a number, to go on by phone."""
    return [f'/tool{end}"' in page for end in ("", "/number", "/phone")]


@pytest.mark.parametrize(
    "pattern",
    [
        "JaVaScRiPt:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "DATA:text/html,x",
        "HTTPS://fern.example/",
        "blob:https://fern.example/x",
        "view-source:https://fern.example/",
        "https\u200b://fern.example/",
        "java\nscript:alert(1)",
    ],
)
def test_page_keeps_no_link_with_another_scheme(
    desk: Desk, sign_in: SignIn, administrator: Person, pattern: str
) -> None:
    sent = OWN | {"pattern": pattern}
    answer = sign_in(administrator).post("/remote_support/tools/new", data=sent)
    told = answer.status_code, "A link begins with one of these" in answer.text
    assert (told, desk.session.scalars(select(Tool)).all()) == ((422, True), [])


@pytest.mark.parametrize(
    "sign", ["\x00", "\t", "\r\n", "\x7f", "\u202e", "\u00a0", "`", "|", "\\", "^", "'\""]
)
def test_sign_that_hides_something_is_refused_within_a_link(sign: str) -> None:
    with pytest.raises(Refused, match="no spaces and no signs"):
        addresses.check_pattern(f"https://fern.example/a{sign}b")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"title": ""}, 422),
        ({"title": "  "}, 422),
        ({"title": "x" * 60}, 302),
        ({"title": "x" * 61}, 422),
        ({"pattern": ""}, 422),
        ({"pattern": f"https://fern.example/{'x' * 279}"}, 302),
        ({"pattern": f"https://fern.example/{'x' * 280}"}, 422),
        ({"pattern": "https://fern.example/{Reference}"}, 422),
        ({"pattern": "https://fern.example/{{reference}}"}, 422),
        ({"pattern": "https://fern.example:{ticket}/"}, 422),
        ({"relay": "x" * 301}, 422),
        ({"instruction": "x" * 501}, 422),
        ({"kinds": ["fly"]}, 422),
        ({"kinds": ["view", "fly"]}, 422),
    ],
)
def test_form_of_a_link_takes_what_fits(
    desk: Desk, sign_in: SignIn, administrator: Person, wrong: dict[str, Any], status: int
) -> None:
    answer = sign_in(administrator).post("/remote_support/tools/new", data=OWN | wrong)
    kept = len(desk.session.scalars(select(Tool)).all())
    assert (answer.status_code, kept) == (status, 1 if status == 302 else 0)


@pytest.mark.parametrize(
    ("pattern", "device", "link"),
    [
        ("anydesk:{device_id}", "1 234 5", "anydesk:12345"),
        ("anydesk:{device_id}", "lager@ad", "anydesk:lager@ad"),
        ("https://fern.example/?d={device_id}", "lager:1", "https://fern.example/?d=lager%3A1"),
        ("https://fern.example/{device_id}", "[::1]", "https://fern.example/%5B%3A%3A1%5D"),
        ("vnc://{device_id}", "[::1]:5900", "vnc://[::1]:5900"),
    ],
)
def test_device_is_encoded_as_its_scheme_reads_it(pattern: str, device: str, link: str) -> None:
    values = {"device_id": device, "reference": "7K2M9QRT", "ticket": "1"}
    assert addresses.filled(pattern, values) == link


@pytest.mark.parametrize("reference", ["a b", "Größe", "a/../b", "a?b#c", "\"'<>"])
def test_other_values_are_encoded_and_stay_in_their_part(reference: str) -> None:
    values = {"device_id": "1", "reference": reference, "ticket": "1"}
    link = addresses.filled("https://fern.example/s?r={reference}&t={ticket}", values)
    addresses.check_link(link)
    assert [link.count(sign) for sign in "?#&/"] == [1, 0, 1, 3]


@pytest.mark.parametrize(
    "typed", ["Größe", "a/b", 'a"b', "javascript:alert(1)", "1%202", "1;2", "-1", "../1"]
)
def test_number_that_is_none_is_said_on_the_page(
    agent_desk: Desk, sign_in: SignIn, agent: Person, running: Running, typed: str
) -> None:
    row = running("anydesk", scopes.VIEW)
    sent = {"data": {"number": typed}, "follow_redirects": True}
    page = sign_in(agent).post(f"{page_of(row)}/tool/number", **sent).text
    agent_desk.session.refresh(row)
    assert ("is no device&#39;s number" in page, row.external_id) == (True, "")


@pytest.mark.parametrize("path", ["/tool", "/tool/number", "/tool/phone"])
def test_customers_take_no_step_with_a_tool(
    agent_desk: Desk, sign_in: SignIn, customer: Person, running: Running, path: str
) -> None:
    row = running("anydesk", scopes.VIEW)
    answer = sign_in(customer).post(f"{page_of(row)}{path}", data={"number": "1"})
    agent_desk.session.refresh(row)
    assert (answer.status_code, row.provider, row.external_id) == (403, "anydesk", "")


@pytest.mark.parametrize("path", ["tools/new", "tools/anydesk/edit", "tools/phone/edit"])
def test_agents_keep_no_tool(
    desk: Desk, sign_in: SignIn, agent: Person, customer: Person, path: str
) -> None:
    found = [
        sign_in(each).post(f"/remote_support/{path}", data=OWN).status_code
        for each in (agent, customer)
    ]
    assert (found, desk.session.scalars(select(Tool)).all()) == ([403, 403], [])


def test_page_shows_what_each_state_allows(
    agent_desk: Desk, sign_in: SignIn, agent: Person, consented: Running
) -> None:
    row = consented("anydesk", scopes.VIEW)
    agent_desk.commit()
    browser, found = sign_in(agent), {}
    for name, step in (
        ("consented", None),
        ("running", service.begin),
        ("paused", service.pause),
        ("goes on", service.begin),
        ("ended", service.end),
    ):
        if step is not None:
            step(agent_desk, row)
        agent_desk.commit()
        found[name] = ways(browser.get(page_of(row)).text)
    assert found == {
        "consented": [False, True, True],
        "running": [True, True, True],
        "paused": [False, True, True],
        "goes on": [True, True, True],
        "ended": [False, False, False],
    }


@pytest.mark.parametrize("state", ["consented", "running", "paused"])
def test_consent_stays_where_the_session_goes_on_by_phone(
    agent_desk: Desk, consented: Running, state: str
) -> None:
    row = consented("anydesk", scopes.VIEW, scopes.CONTROL)
    for step in {"running": [service.begin], "paused": [service.begin, service.pause]}.get(
        state, []
    ):
        step(agent_desk, row)
    before, was = consents.in_force(agent_desk, row), row.state
    tools_service.go_on_by_phone(agent_desk, row)
    assert before is not None
    assert (consents.in_force(agent_desk, row), row.state, row.provider, before.scope) == (
        before,
        was,
        "phone",
        "view control",
    )


def test_list_of_tools_asks_as_much_for_many_as_for_none(
    desk: Desk, sign_in: SignIn, administrator: Person
) -> None:
    browser = sign_in(administrator)

    def count() -> int:
        with recorded(desk.core.engine) as found:
            assert browser.get("/remote_support/tools").status_code == 200
        return len(found)

    count()
    none = count()
    for _each in range(5):
        tools_service.add_tool(desk, OWN | {"is_offered": True})
    desk.commit()
    assert count() == none


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "“1/2” is no device's number, name or address."),
        ("de", "„1/2“ ist weder Nummer noch Name noch Adresse eines Geräts."),
        ("de@du", "„1/2“ ist weder Nummer noch Name noch Adresse eines Geräts."),
    ],
)
def test_refusal_of_a_number_speaks_the_readers_language(
    desk: Desk, language: str, sentence: str
) -> None:
    with speaking_to(desk, language), pytest.raises(Refused) as refusal:
        addresses.device("1/2")
    assert refusal.value.sentence == sentence


def test_number_with_a_sign_that_no_text_has_is_kept_out(
    agent_desk: Desk, sign_in: SignIn, agent: Person, running: Running
) -> None:
    row = running("anydesk", scopes.VIEW)
    answer = sign_in(agent).post(f"{page_of(row)}/tool/number", data={"number": "\x001"})
    agent_desk.session.refresh(row)
    assert (answer.status_code, row.external_id) == (400, "")
