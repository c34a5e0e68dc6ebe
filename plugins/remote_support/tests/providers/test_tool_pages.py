# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of tools: set up by administrators, opened by agents, explained to customers."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person, Refused
from tresen.testing.browser import assert_pages_usable
from tresen_remote_support import offers, queries, scopes, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.providers import guacamole, registry
from tresen_remote_support.providers import service as tools_service
from tresen_remote_support.providers.models import Tool

Running = Callable[..., RemoteSession]
SignIn = Callable[[Person], FlaskClient]
OWN = {
    "is_offered": "y",
    "relay": "over our own server",
    "title": "Fernwerk",
    "pattern": "https://fern.example/{reference}",
    "kinds": ["view"],
    "instruction": "",
}


def tool(desk: Desk, key: str) -> Tool:
    """Return what is kept of a tool, read anew."""
    desk.session.expire_all()
    return desk.session.scalars(select(Tool).where(Tool.key == key)).one()


def test_nothing_but_browser_and_phone_is_offered_at_first(desk: Desk) -> None:
    assert [key for key, _title in registry.choices(desk)] == ["browser", "phone"]


def test_administrator_offers_a_tool(desk: Desk, sign_in: SignIn, administrator: Person) -> None:
    sent = {"is_offered": "y", "relay": "over servers in Germany"}
    answer = sign_in(administrator).post("/remote_support/tools/anydesk/edit", data=sent)
    assert answer.status_code == 302
    found = tool(desk, "anydesk")
    assert (found.is_offered, found.relay) == (True, "over servers in Germany")
    assert ("anydesk", "AnyDesk") in registry.choices(desk)


def test_administrator_adds_a_link_and_switches_it_off(
    desk: Desk, sign_in: SignIn, administrator: Person
) -> None:
    browser = sign_in(administrator)
    assert browser.post("/remote_support/tools/new", data=OWN).status_code == 302
    (own,) = [key for key, title in registry.choices(desk) if title == "Fernwerk"]
    desk.commit()
    sent = {name: value for name, value in OWN.items() if name != "is_offered"}
    assert browser.post(f"/remote_support/tools/{own}/edit", data=sent).status_code == 302
    desk.session.expire_all()
    assert own not in dict(registry.choices(desk))
    # Sessions of earlier say its name still.
    assert registry.provider(desk, own).title == "Fernwerk"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"pattern": "javascript:alert(1)"}, "A link begins with one of these"),
        ({"pattern": "rustdesk://{device_id}?password=x"}, "No password belongs in a link"),
        ({"pattern": "anydesk:{who}"}, "The placeholders of a link are"),
        ({"kinds": []}, "Choose at least one."),
    ],
)
def test_link_that_may_not_be_kept_is_refused_with_what_was_typed(
    desk: Desk, sign_in: SignIn, administrator: Person, sent: dict[str, Any], sentence: str
) -> None:
    answer = sign_in(administrator).post("/remote_support/tools/new", data=OWN | sent)
    assert (answer.status_code, sentence in answer.text, "Fernwerk" in answer.text) == (
        422,
        True,
        True,
    )
    assert desk.session.scalars(select(Tool)).all() == []


def test_phone_stays(desk: Desk, sign_in: SignIn, administrator: Person) -> None:
    answer = sign_in(administrator).post("/remote_support/tools/phone/edit", data={"relay": ""})
    assert (answer.status_code, "The phone stays" in answer.text) == (422, True)


@pytest.mark.parametrize(
    "sent",
    [
        {"address": "http://g.example", "secret_name": "TRESEN_REMOTE_SUPPORT_KEY"},
        {"address": "https://g.example", "secret_name": ""},
        {"address": "https://g.example", "secret_name": "TRESEN_SECRET_KEY"},
        {"address": "https://g.example", "secret_name": "4c0b569e4c96df157eee1b65dd0e4d41"},
    ],
)
def test_server_is_offered_with_its_address_and_the_name_of_its_secret_alone(
    sign_in: SignIn, administrator: Person, sent: dict[str, str]
) -> None:
    path = f"/remote_support/tools/{guacamole.KEY}/edit"
    answer = sign_in(administrator).post(path, data={"is_offered": "y", **sent})
    assert answer.status_code == 422


def test_tool_that_is_unknown_is_not_found(sign_in: SignIn, administrator: Person) -> None:
    answer = sign_in(administrator).get("/remote_support/tools/nothing/edit")
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["tools", "tools/new", "tools/anydesk/edit"])
def test_agents_set_up_no_tools(sign_in: SignIn, agent: Person, path: str) -> None:
    assert sign_in(agent).get(f"/remote_support/{path}").status_code == 403


def test_agent_notes_the_number_and_opens_the_tool(
    desk: Desk, sign_in: SignIn, agent: Person, running: Running
) -> None:
    row = running("anydesk", scopes.VIEW)
    browser, base = sign_in(agent), f"/remote_support/sessions/{row.reference}"
    browser.post(f"{base}/tool/number", data={"number": "123 456 789"})
    answer = browser.post(f"{base}/tool")
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'href="anydesk:123456789"' in answer.text
    assert 'rel="noopener noreferrer"' in answer.text


def test_link_is_escaped(sign_in: SignIn, agent: Person, tools: Any, running: Running) -> None:
    tools["own-1"].pattern = "https://a.example/?a={ticket}&b=%22%3E"
    row = running("own-1", scopes.VIEW)
    answer = sign_in(agent).post(f"/remote_support/sessions/{row.reference}/tool")
    link = f"https://a.example/?a={row.ticket.number}&amp;b=%22%3E"
    assert f'href="{link}" rel="noopener noreferrer" target="_blank"' in answer.text


@pytest.mark.parametrize("number", ["password=abc", "-oProxyCommand=x", "root:abc@host"])
def test_number_that_is_none_is_refused(agent_desk: Desk, running: Running, number: str) -> None:
    row = running("anydesk", scopes.VIEW)
    with pytest.raises(Refused):
        tools_service.note_number(agent_desk, row, number)
    assert row.external_id == ""


def test_tool_that_is_switched_off_opens_no_more(
    agent_desk: Desk, tools: dict[str, Tool], running: Running
) -> None:
    row = running("quickassist", scopes.VIEW)
    tools["quickassist"].is_offered = False
    with pytest.raises(Refused, match="is not offered any more"):
        tools_service.open_tool(agent_desk, row)


def test_session_goes_on_by_phone_where_a_tool_fails(
    agent_desk: Desk, sign_in: SignIn, agent: Person, running: Running
) -> None:
    row = running("anydesk", scopes.VIEW)
    base = f"/remote_support/sessions/{row.reference}"
    sign_in(agent).post(f"{base}/tool/phone")
    agent_desk.session.refresh(row)
    assert (row.provider, row.state) == ("phone", "active")
    with pytest.raises(Refused):
        tools_service.open_tool(agent_desk, row)


def test_session_by_phone_asks_for_guidance_alone(agent_desk: Desk, consented: Running) -> None:
    row = consented("phone", scopes.VIEW, scopes.CONTROL)
    (given,) = queries.consents(agent_desk, row)
    assert (row.scope, given.scope) == (scopes.TALK, scopes.TALK)


def test_session_that_is_over_does_not_go_on_by_phone(agent_desk: Desk, running: Running) -> None:
    row = running("anydesk", scopes.VIEW)
    service.end(agent_desk, row)
    with pytest.raises(Refused, match="nothing to go on with"):
        tools_service.go_on_by_phone(agent_desk, row)


def test_customer_reads_tool_and_way_before_they_agree(
    agent_desk: Desk, client: FlaskClient, ticket: Any, tools: dict[str, Tool]
) -> None:
    tools["anydesk"].relay = "over servers in a third country"
    wish = service.Wish("The printer", scopes.VIEW, "anydesk", ticket.requester_id)
    ways: offers.Ways = service.offer(agent_desk, service.request(agent_desk, ticket, wish))
    agent_desk.commit()
    page = client.get(f"/remote_support/join/{ways.token}").text
    assert ("AnyDesk" in page, "over servers in a third country" in page) == (True, True)


def test_log_of_a_tool_is_shown(
    sign_in: SignIn, agent: Person, running: Running, profile_of: Callable[[str], Any]
) -> None:
    row = running("meshcentral", scopes.VIEW, profile=profile_of("meshcentral"))
    page = sign_in(agent).get(f"/remote_support/sessions/{row.reference}/tool/log").text
    assert ("Started remote desktop" in page, "No way in is open." in page) == (True, True)


@pytest.mark.timeout(300)
def test_pages_of_tools_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any], administrator: Person, running: Running
) -> None:
    row = running("anydesk", scopes.VIEW)
    pages = [
        "/remote_support/tools",
        "/remote_support/tools/new",
        "/remote_support/tools/own-1/edit",
        f"/remote_support/tools/{guacamole.KEY}/edit",
        f"/remote_support/sessions/{row.reference}",
        f"/remote_support/sessions/{row.reference}/tool/log",
    ]
    assert_pages_usable(sign_in_page(administrator), pages)
