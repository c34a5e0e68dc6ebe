# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses of both sides: who gets a picture, who may send one, and what a refusal says."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person, Ticket
from tresen.testing.statements import recorded, walks
from tresen_remote_support import consents, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.seating import COOKIE
from tresen_remote_support.stills.models import Still

Png = Callable[..., bytes]
Keep = Callable[..., Still]
SignIn = Callable[[Person], FlaskClient]
Upload = Callable[..., Any]

PAUSED = "The session is paused: no picture is taken until it goes on."
OVER = "This session is over. Nothing of your screen is seen any more."


@pytest.fixture
def paused_path(desk: Desk, running: RemoteSession, seat_path: str) -> str:
    """Return where the customer's page stands, of a session that is paused."""
    service.pause(desk, running)
    desk.commit()
    return seat_path


def stills_of(desk: Desk) -> list[Still]:
    """Return all pictures, as they are now."""
    desk.session.expire_all()
    return list(desk.session.scalars(select(Still).order_by(Still.id)))


def test_seat_sends_a_picture_by_script(
    desk: Desk, seated: FlaskClient, seat_path: str, upload: Upload, png: Png
) -> None:
    answer = upload(seated, f"{seat_path}/stills", png(40, 30))
    assert (answer.status_code, answer.json) == (200, {"sentence": "The picture is sent."})
    [made] = stills_of(desk)
    assert (made.width, made.height) == (40, 30)


def test_seat_sends_a_picture_without_script(
    desk: Desk, seated: FlaskClient, seat_path: str, upload: Upload, png: Png
) -> None:
    answer = upload(seated, f"{seat_path}/stills", png(), as_script=False)
    assert (answer.status_code, answer.location) == (302, seat_path)
    assert "The picture is sent." in seated.get(seat_path).text
    assert len(stills_of(desk)) == 1


def test_message_of_a_picture_names_the_session(
    desk: Desk,
    seated: FlaskClient,
    running: RemoteSession,
    seat_path: str,
    upload: Upload,
    png: Png,
) -> None:
    upload(seated, f"{seat_path}/stills", png())
    shown = f"{running.reference[:4]} {running.reference[4:]}"
    page = seated.get(f"{seat_path}/stills").text
    assert page.count("You sent this") == 1
    body = desk.session.execute(select(Still).join(Still.message)).scalars().one()
    desk.session.refresh(body, ["message"])
    assert body.message
    assert body.message.body == f"Picture of the screen, session {shown}"


def test_refusal_is_told_to_the_script(
    desk: Desk, seated: FlaskClient, seat_path: str, upload: Upload
) -> None:
    answer = upload(seated, f"{seat_path}/stills", b"<svg/>")
    sentence = "This is no picture that is taken: send a PNG, JPEG or WebP file."
    assert (answer.status_code, answer.json) == (422, {"sentence": sentence})
    assert stills_of(desk) == []


def test_refusal_is_told_on_the_page(
    desk: Desk, seated: FlaskClient, seat_path: str, upload: Upload
) -> None:
    answer = upload(seated, f"{seat_path}/stills", b"", as_script=False)
    assert (answer.status_code, answer.location) == (302, seat_path)
    assert "Choose a picture first." in seated.get(seat_path).text
    assert stills_of(desk) == []


def test_form_without_a_file_is_refused(seated: FlaskClient, seat_path: str) -> None:
    answer = seated.post(f"{seat_path}/stills", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (422, {"sentence": "Choose a picture first."})


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", PAUSED),
        ("de", "Die Sitzung ist unterbrochen: Bis sie weitergeht, wird kein Bild angenommen."),
    ],
)
def test_paused_session_says_so_in_the_customers_language(
    seated: FlaskClient, paused_path: str, upload: Upload, png: Png, language: str, sentence: str
) -> None:
    seated.set_cookie("language", language, domain="localhost")
    answer = upload(seated, f"{paused_path}/stills", png())
    assert (answer.status_code, answer.json) == (422, {"sentence": sentence})


def test_withdrawn_consent_refuses_at_once(
    desk: Desk,
    seated: FlaskClient,
    running: RemoteSession,
    seat_path: str,
    upload: Upload,
    png: Png,
) -> None:
    consents.withdraw(desk, running)
    desk.commit()
    answer = upload(seated, f"{seat_path}/stills", png())
    said = "Nobody agreed that this screen is seen: no picture is taken."
    assert (answer.status_code, answer.json) == (422, {"sentence": said})


def test_browser_without_the_seat_sends_nothing(
    desk: Desk, client: FlaskClient, seat_path: str, upload: Upload, png: Png
) -> None:
    answer = upload(client, f"{seat_path}/stills", png())
    assert (answer.status_code, answer.json) == (422, {"sentence": OVER})
    assert stills_of(desk) == []


def test_seat_of_another_session_sends_nothing(
    desk: Desk, client: FlaskClient, seat_path: str, upload: Upload, png: Png
) -> None:
    client.set_cookie(COOKIE, "a" * 43, path=seat_path)
    assert upload(client, f"{seat_path}/stills", png()).json == {"sentence": OVER}
    assert client.get(f"{seat_path}/stills").status_code == 404
    assert stills_of(desk) == []


def test_picture_is_handed_out_to_the_seat_safely(
    seated: FlaskClient, seat_path: str, keep: Keep, png: Png
) -> None:
    made = keep()
    answer = seated.get(f"{seat_path}/stills/{made.id}/picture")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, png(), "image/png")
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; frame-ancestors 'none'; sandbox"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_picture_is_gone_for_the_customer_when_the_session_is_over(
    desk: Desk,
    seated: FlaskClient,
    agent_browser: FlaskClient,
    running: RemoteSession,
    keep: Keep,
) -> None:
    made = keep()
    service.end(desk, running)
    desk.commit()
    seat_path = f"/remote_support/seat/{running.reference}"
    agent_path = f"/remote_support/sessions/{running.reference}"
    paths = [f"{seat_path}/stills", f"{seat_path}/stills/{made.id}/picture"]
    assert [seated.get(path).status_code for path in paths] == [404, 404]
    own = [f"{agent_path}/stills/{made.id}", f"{agent_path}/stills/{made.id}/picture"]
    assert [agent_browser.get(path).status_code for path in own] == [200, 200]


def test_picture_of_another_session_is_not_handed_out(
    desk: Desk, seated: FlaskClient, seat_path: str, keep: Keep
) -> None:
    made = keep()
    assert seated.get(f"{seat_path}/stills/{made.id + 1}/picture").status_code == 404


def test_agent_gets_lines_of_what_came(
    agent_browser: FlaskClient, agent_path: str, keep: Keep
) -> None:
    first, second = keep(), keep()
    page = agent_browser.get(f"{agent_path}/stills?after={first.id}").text
    assert [page.count(f'data-still="{each.id}"') for each in (first, second)] == [0, 1]
    nothing = agent_browser.get(f"{agent_path}/stills?after={second.id}")
    assert (nothing.status_code, nothing.text) == (204, "")


def test_agents_page_shows_the_newest_first(
    agent_browser: FlaskClient, agent_path: str, keep: Keep
) -> None:
    first, second = keep(), keep()
    page = agent_browser.get(agent_path).text
    assert page.index(f'data-still="{second.id}"') < page.index(f'data-still="{first.id}"')


def test_agent_draws_by_script(
    desk: Desk, agent_browser: FlaskClient, agent_path: str, keep: Keep, upload: Upload, png: Png
) -> None:
    first = keep()
    answer = upload(agent_browser, f"{agent_path}/stills/{first.id}/drawn", png(colour=b"\0\0\0"))
    assert answer.json == {"sentence": "The customer sees your drawing now."}
    assert [each.original_id for each in stills_of(desk)] == [None, first.id]


def test_customer_gets_what_the_agent_drew(
    agent: Person, seated: FlaskClient, seat_path: str, keep: Keep, draw: Keep, png: Png
) -> None:
    first = keep()
    drawn = draw(first, png(colour=b"\0\0\0"))
    page = seated.get(f"{seat_path}/stills?after={first.id}").text
    assert page.count(f"<bdi>{agent.name}</bdi> drew this on your picture") == 1
    picture = seated.get(f"{seat_path}/stills/{drawn.id}/picture")
    assert picture.data == png(colour=b"\0\0\0")


def test_who_only_reads_does_not_draw(
    desk: Desk, customer: Person, sign_in: SignIn, agent_path: str, keep: Keep, upload: Upload
) -> None:
    first = keep()
    browser = sign_in(customer)
    paths = [agent_path, f"{agent_path}/stills", f"{agent_path}/stills/{first.id}/picture"]
    assert [browser.get(path).status_code for path in paths] == [403, 403, 403]
    assert upload(browser, f"{agent_path}/stills/{first.id}/drawn", b"").status_code == 403
    assert len(stills_of(desk)) == 1


def test_visitor_sees_nothing_of_the_agents_side(
    client: FlaskClient, agent_path: str, keep: Keep
) -> None:
    made = keep()
    answer = client.get(f"{agent_path}/stills/{made.id}/picture")
    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/sign-in")


def test_agents_page_of_a_paused_session_does_not_draw(
    desk: Desk,
    agent_browser: FlaskClient,
    running: RemoteSession,
    agent_path: str,
    keep: Keep,
) -> None:
    made = keep()
    assert agent_browser.get(f"{agent_path}/stills/{made.id}").text.count("data-drawing") == 1
    service.pause(desk, running)
    desk.commit()
    assert agent_browser.get(f"{agent_path}/stills/{made.id}").text.count("data-drawing") == 0


def test_customers_page_offers_the_tool_while_the_session_runs(
    desk: Desk, seated: FlaskClient, running: RemoteSession, seat_path: str
) -> None:
    page = seated.get(seat_path)
    assert page.text.count("data-covering") == 1
    assert page.headers["Permissions-Policy"].startswith("display-capture=(self)")
    service.pause(desk, running)
    desk.commit()
    assert seated.get(seat_path).text.count("data-covering") == 0


def test_customers_page_says_what_a_plain_form_cannot(seated: FlaskClient, seat_path: str) -> None:
    page = seated.get(seat_path).text
    without = page[page.index("<noscript>") : page.index("</noscript>")]
    assert without.count("the picture is sent as it is") == 1


def test_deleted_picture_is_named_as_deleted(
    desk: Desk, agent_browser: FlaskClient, agent_path: str, keep: Keep
) -> None:
    made = keep()
    made.file_id = None
    desk.commit()
    assert agent_browser.get(agent_path).text.count("The picture was deleted.") == 1
    assert agent_browser.get(f"{agent_path}/stills/{made.id}").status_code == 404


@pytest.mark.parametrize("many", [1, 6])
def test_pictures_cost_one_query_on_each_page(
    desk: Desk, seated: FlaskClient, agent_browser: FlaskClient, keep: Keep, many: int
) -> None:
    made = [keep() for _each in range(many)]
    row = desk.session.get_one(RemoteSession, made[0].session_id)
    pages = ((agent_browser, f"sessions/{row.reference}"), (seated, f"seat/{row.reference}"))
    for client, name in pages:
        path = f"/remote_support/{name}"
        client.get(path)
        with recorded(desk.core.engine) as found:
            client.get(path)
        asked = [each for each in found if "remote_support_still" in each[0]]
        assert (len(asked), walks(desk.core.engine, asked)) == (1, [])


def test_asking_for_nothing_new_is_cheap(
    desk: Desk, seated: FlaskClient, seat_path: str, keep: Keep
) -> None:
    made = keep()
    seated.get(f"{seat_path}/stills?after={made.id}")
    with recorded(desk.core.engine) as found:
        answer = seated.get(f"{seat_path}/stills?after={made.id}")
    assert (answer.status_code, len(found)) == (204, 2)


def test_ticket_shows_picture_and_drawing_to_both_sides(
    agent: Person, customer: Person, ticket: Ticket, sign_in: SignIn, keep: Keep, draw: Keep
) -> None:
    made = keep(words="Picture of the screen")
    draw(made, words="Press here")
    number = ticket.number
    pages = [
        sign_in(agent).get(f"/tickets/{number}").text,
        sign_in(customer).get(f"/requests/{number}").text,
    ]
    for page in pages:
        assert ("Picture of the screen" in page, "Press here" in page) == (True, True)
