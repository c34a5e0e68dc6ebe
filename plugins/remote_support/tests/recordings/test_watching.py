# SPDX-License-Identifier: AGPL-3.0-or-later
"""Watching: each look is noted, the film comes in ranges, and each side finds its own."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Core, Desk, Organisation, Person, desk_for
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.recordings import jobs, service
from tresen_remote_support.recordings.models import Recording, RecordingView

Film = Callable[..., bytes]
Shoot = Callable[..., Recording]
SignIn = Callable[[Person], FlaskClient]
Whole = Callable[[Recording], bytes]

ROOT = "/remote_support"


def session_of(row: RemoteSession) -> str:
    return f"{ROOT}/sessions/{row.reference}"


def page_of(row: RemoteSession, recording: Recording) -> str:
    return f"{session_of(row)}/recordings/{recording.id}"


def own_page_of(row: RemoteSession, recording: Recording) -> str:
    return f"{ROOT}/portal/{row.reference}/recordings/{recording.id}"


def looks(core: Core) -> list[tuple[str, str, bool]]:
    """Return who looked at what in which way."""
    with desk_for(core) as desk:
        found = desk.session.scalars(select(RecordingView).order_by(RecordingView.id))
        return [(each.name, each.how, each.is_customer) for each in found]


# -------------------------------------------------------------------------------- watching


def test_page_tells_what_it_is_without_a_look(
    agents: FlaskClient, core: Core, running: RemoteSession, kept: Recording
) -> None:
    page = agents.get(page_of(running, kept)).text
    said = kept.sha256 in page, "Nobody has looked at it." in page, "<video" in page, looks(core)
    assert said == (True, True, False, [])


def test_look_is_noted_and_leads_to_the_film(
    agents: FlaskClient, core: Core, running: RemoteSession, kept: Recording
) -> None:
    page = agents.post(f"{page_of(running, kept)}/views", follow_redirects=True).text
    told = "<video" in page, "watched it" in page, looks(core)
    assert told == (True, True, [("Anna Agent", "watched", False)])


def film_of(browser: FlaskClient, page: str, **form: str) -> str:
    """Note a look, and return where the film is."""
    location = browser.post(f"{page}/views", data=form).location
    return location if "film" in location else f"{page}/views/{location.split('=')[1]}/film"


def test_film_comes_in_ranges_and_is_noted_once(
    agents: FlaskClient, core: Core, running: RemoteSession, kept: Recording, whole: Whole
) -> None:
    body, address = whole(kept), film_of(agents, page_of(running, kept))
    size = len(body)
    got = []
    for start, end in ((0, None), (0, 0), (1, 99), (size - 40, None), (size // 2, size - 1)):
        sent = f"bytes={start}-{'' if end is None else end}"
        answer = agents.get(address, headers={"Range": sent})
        expected = body[start : size if end is None else end + 1]
        is_right = answer.data == expected, answer.headers["Content-Range"].endswith(f"/{size}")
        got.append((answer.status_code, *is_right))
    assert (got, looks(core)) == ([(206, True, True)] * 5, [("Anna Agent", "watched", False)])


def test_whole_film_comes_without_a_range(
    agents: FlaskClient, running: RemoteSession, kept: Recording, whole: Whole
) -> None:
    answer = agents.get(film_of(agents, page_of(running, kept)))
    told = answer.status_code, answer.data == whole(kept), answer.headers["Accept-Ranges"]
    assert told == (200, True, "bytes")


def test_film_of_many_pieces_is_the_same_from_any_place(
    agents: FlaskClient,
    agent_desk: Desk,
    running: RemoteSession,
    shoot: Shoot,
    film: Film,
    whole: Whole,
) -> None:
    body = film(9)
    made = shoot([body[at : at + 60] for at in range(0, len(body), 60)])
    service.close(agent_desk, made)
    agent_desk.commit()
    everything, address = whole(made), film_of(agents, page_of(running, made))
    found = {
        agents.get(address, headers={"Range": f"bytes={at}-"}).data == everything[at:]
        for at in range(0, len(everything), 37)
    }
    assert found == {True}


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0"])
def test_range_beyond_the_end_is_not_satisfiable(
    agents: FlaskClient, running: RemoteSession, kept: Recording, asked: str
) -> None:
    address = film_of(agents, page_of(running, kept))
    assert agents.get(address, headers={"Range": asked}).status_code == 416


def test_film_is_handed_out_as_a_file_that_nothing_runs(
    agents: FlaskClient, running: RemoteSession, kept: Recording
) -> None:
    answer = agents.get(film_of(agents, page_of(running, kept)))
    names = ("Content-Type", "X-Content-Type-Options", "Cache-Control", "Content-Disposition")
    found = [answer.headers[each].partition(";")[0] for each in names]
    sandboxed = "sandbox" in answer.headers["Content-Security-Policy"]
    expected = ["video/webm", "nosniff", "private, no-store", "attachment"], True
    assert (found, sandboxed) == expected


def test_download_is_noted_as_such(
    agents: FlaskClient, core: Core, running: RemoteSession, kept: Recording, whole: Whole
) -> None:
    answer = agents.get(film_of(agents, page_of(running, kept), how="downloaded"))
    name = f"{running.reference}-{kept.id}.webm"
    told = answer.data == whole(kept), name in answer.headers["Content-Disposition"], looks(core)
    assert told == (True, True, [("Anna Agent", "downloaded", False)])


def test_made_up_way_to_look_counts_as_watching(
    agents: FlaskClient, core: Core, running: RemoteSession, kept: Recording
) -> None:
    film_of(agents, page_of(running, kept), how="<script>")
    assert looks(core) == [("Anna Agent", "watched", False)]


@pytest.mark.parametrize("hours", [3, 5])
def test_look_holds_for_some_hours(
    agents: FlaskClient, running: RemoteSession, kept: Recording, clock: SteppedClock, hours: int
) -> None:
    address = film_of(agents, page_of(running, kept))
    clock.go(hours=hours)
    assert agents.get(address).status_code == (200 if hours < 4 else 404)


def test_look_of_somebody_else_opens_nothing(
    agents: FlaskClient, sign_in: SignIn, colleague: Person, running: RemoteSession, kept: Recording
) -> None:
    address = film_of(agents, page_of(running, kept))
    assert sign_in(colleague).get(address).status_code == 404


def test_look_at_one_recording_opens_no_other(
    agents: FlaskClient, agent_desk: Desk, running: RemoteSession, kept: Recording, shoot: Shoot
) -> None:
    other = shoot()
    service.close(agent_desk, other)
    agent_desk.commit()
    address = film_of(agents, page_of(running, kept))
    swapped = address.replace(f"/recordings/{kept.id}/", f"/recordings/{other.id}/")
    assert agents.get(swapped).status_code == 404


def test_recording_that_runs_cannot_be_watched_yet(
    agents: FlaskClient, core: Core, running: RemoteSession, shoot: Shoot
) -> None:
    page = page_of(running, shoot())
    said = "It is still being recorded." in agents.get(page).text
    assert (said, agents.post(f"{page}/views").status_code, looks(core)) == (True, 404, [])


def test_deleted_recording_tells_its_record_and_nothing_more(
    agents: FlaskClient, desk: Desk, running: RemoteSession, kept: Recording, clock: SteppedClock
) -> None:
    address = film_of(agents, page_of(running, kept))
    service.delete(desk, kept)
    desk.commit()
    page = agents.get(page_of(running, kept)).text
    told = "The recording was deleted as it was agreed." in page, kept.sha256 in page
    gone = [
        agents.get(address).status_code,
        agents.post(f"{page_of(running, kept)}/views").status_code,
    ]
    assert (told, gone) == ((True, True), [404, 404])


def test_film_that_is_deleted_while_it_is_read_ends(
    agents: FlaskClient, desk: Desk, running: RemoteSession, kept: Recording, whole: Whole
) -> None:
    address, size = film_of(agents, page_of(running, kept)), len(whole(kept))
    answer = agents.get(address, buffered=False)
    parts = answer.response
    jobs.delete_due(desk)
    service.delete(desk, kept)
    desk.commit()
    assert sum(map(len, parts)) < size


# ------------------------------------------------------------------------------ customers


def test_customer_finds_and_watches_the_own_recording(
    customers: FlaskClient, core: Core, running: RemoteSession, kept: Recording, whole: Whole
) -> None:
    page = own_page_of(running, kept)
    start = customers.get("/").text
    body = customers.get(film_of(customers, page)).data
    told = page in start, body == whole(kept), looks(core)
    assert told == (True, True, [("Karla Kundin", "watched", True)])


def test_customer_reads_who_looked(
    customers: FlaskClient, sign_in: SignIn, agent: Person, running: RemoteSession, kept: Recording
) -> None:
    film_of(sign_in(agent), page_of(running, kept))
    page = customers.get(own_page_of(running, kept)).text
    assert ("Anna Agent" in page, "watched it" in page) == (True, True)


@pytest.mark.parametrize("path", ["", "/views"])
def test_other_customers_find_nothing(
    sign_in: SignIn,
    desk: Desk,
    customer: Person,
    running: RemoteSession,
    kept: Recording,
    path: str,
) -> None:
    own = desk.session.get_one(Organisation, customer.organisation_id)
    colleague = factories.make_customer(desk, "Kurt Kollege", "kurt@kunde.example", own)
    desk.commit()
    address = f"{own_page_of(running, kept)}{path}"
    method = "POST" if path else "GET"
    assert sign_in(colleague).open(address, method=method).status_code == 404


def test_customers_film_opens_to_no_agent(
    customers: FlaskClient, agents: FlaskClient, running: RemoteSession, kept: Recording
) -> None:
    address = film_of(customers, own_page_of(running, kept))
    assert agents.get(address).status_code == 403


def test_portal_says_nothing_of_what_was_deleted(
    customers: FlaskClient, desk: Desk, kept: Recording
) -> None:
    before = "Recordings of your screen" in customers.get("/").text
    service.delete(desk, kept)
    desk.commit()
    assert (before, "Recordings of your screen" in customers.get("/").text) == (True, False)
