# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everybody finds the source of what runs here at /source, and agents what is wrong with it."""

import hashlib
import io
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Core, Desk, Person, desk_for
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_licensing.sources import cards, queries, views
from tresen_licensing.sources.distributions import Running
from tresen_licensing.sources.models import SourceArchive

Install = Callable[..., Running]
Again = Callable[..., Running]
Look = Callable[..., int]
SignIn = Callable[[Person], FlaskClient]
CODE = "tresen_kettle/__init__.py"
JSON = "/licensing/source/running.json"


@pytest.fixture
def packed(install: Install, look: Look) -> None:
    """Let the small distribution run and be packed."""
    look(install())


def path_of(core: Core) -> str:
    """Return where the one archive is handed out."""
    with desk_for(core) as desk:
        return cards.path_of(desk.session.scalars(select(SourceArchive)).one())


def test_hook_page_panels_completes_the_page_of_the_source(
    packed: None, client: FlaskClient
) -> None:
    page = client.get("/source").text
    shown = ["tresen-kettle</bdi> 2.1", "AGPL-3.0-or-later", "unmodified", "tresen-kettle-2.1.tar"]
    assert [word for word in shown if word not in page] == []


def test_page_needs_no_account_and_the_core_says_no_more_that_it_is_given_by_hand(
    packed: None, client: FlaskClient
) -> None:
    answer = client.get("/source")
    assert (answer.status_code, "gives you the source of exactly" in answer.text) == (200, False)


def test_hash_stands_beside_the_archive(packed: None, core: Core, client: FlaskClient) -> None:
    digest = path_of(core).rpartition("/")[2]
    assert f"SHA-512 <code>{digest}</code>" in client.get("/source").text


def test_before_the_first_look_the_page_names_what_runs(client: FlaskClient) -> None:
    page = client.get("/source").text
    said = "The archives are being packed."
    assert ("<li>tresen-licensing 0.1.0</li>" in page, said in page) == (True, True)


def test_changed_files_are_named(
    install: Install, again: Again, site: Path, look: Look, client: FlaskClient
) -> None:
    install()
    (site / CODE).write_text("ANSWER = 43\n")
    look(again())
    page = client.get("/source").text
    wanted = ["changed here", "One file is not as it was published", f"<bdi>{CODE}</bdi>"]
    assert [word for word in wanted if word not in page] == []


def test_commit_and_what_differs_from_it_are_named_in_place(
    in_place: Running, copy: Path, look: Look, again: Again, client: FlaskClient
) -> None:
    (copy / "kettle" / "kettle_of_tests" / "__init__.py").write_text("ANSWER = 43\n")
    look(again())
    page = client.get("/source").text
    assert ("runs from a working copy" in page, "One file differs from the commit" in page) == (
        *(True, True),
    )


def test_folders_of_this_machine_stand_nowhere(
    in_place: Running, copy: Path, look: Look, client: FlaskClient
) -> None:
    look(in_place)
    pages = client.get("/source").text + client.get(JSON).text
    assert str(copy) not in pages


def test_secret_is_named_to_nobody_outside(
    install: Install, again: Again, site: Path, look: Look, client: FlaskClient
) -> None:
    install()
    (site / "tresen_kettle" / ".env").write_text("PASSWORD=hush")
    look(again())
    pages = [client.get("/source").text, client.get(JSON).text]
    assert ["tresen_kettle/.env" in page for page in pages] == [False, False]


def test_secret_is_named_to_agents(
    install: Install, site: Path, look: Look, agent: Person, sign_in: SignIn
) -> None:
    install()
    (site / "tresen_kettle" / ".env").write_text("PASSWORD=hush")
    look(install())
    assert "tresen_kettle/.env" in sign_in(agent).get("/licensing/sources").text


def test_parts_of_others_lead_to_where_their_makers_offer_them(
    install: Install, look: Look, client: FlaskClient
) -> None:
    look(install(is_own=False))
    page = client.get("/source").text
    wanted = ["One part by others", 'href="https://forge.example/kettle"']
    assert [word for word in wanted if word not in page] == []


def test_names_from_metadata_are_escaped(install: Install, look: Look, client: FlaskClient) -> None:
    one = install()
    look(replace(one, origin=replace(one.origin, licence="<b>MIT</b>")))
    page = client.get("/source").text
    assert ("<b>MIT" in page, "&lt;b&gt;MIT" in page) == (False, True)


def test_page_offers_in_writing_what_is_under_the_gpl(client: FlaskClient) -> None:
    page = client.get("/source").text
    wanted = ["this is a written offer: for three years", 'href="/licensing/source/request"']
    assert [word for word in wanted if word not in page] == []


@pytest.mark.parametrize("language", ["de", "de@du"])
def test_page_speaks_german(
    packed: None, desk: Desk, customer: Person, sign_in: SignIn, language: str
) -> None:
    customer.language = language
    desk.commit()
    page = sign_in(customer).get("/source").text
    assert ("Was hier läuft" in page, "schriftliches Angebot" in page) == (True, True)


def test_archive_is_handed_out_to_a_stranger(packed: None, core: Core, client: FlaskClient) -> None:
    path = path_of(core)
    answer = client.get(path)
    with tarfile.open(fileobj=io.BytesIO(answer.data), mode="r:gz") as tar:
        names = tar.getnames()
    assert hashlib.sha512(answer.data).hexdigest() == path.rpartition("/")[2]
    assert f"tresen-kettle-2.1/{CODE}" in names


def test_archive_may_be_kept_for_good_and_is_run_by_no_browser(
    packed: None, core: Core, client: FlaskClient
) -> None:
    headers = client.get(path_of(core)).headers
    assert [headers[name] for name in ("Cache-Control", "Content-Type")] == [
        *("public, max-age=31536000, immutable", "application/gzip"),
    ]
    assert headers["Content-Disposition"] == "attachment; filename=tresen-kettle-2.1.tar.gz"


def test_archive_that_the_browser_has_is_not_sent_again(
    packed: None, core: Core, client: FlaskClient
) -> None:
    path = path_of(core)
    tag = client.get(path).headers["ETag"]
    answer = client.get(path, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_unknown_archive_is_answered_with_a_sentence(client: FlaskClient) -> None:
    answer = client.get("/licensing/source/archives/" + "0" * 128)
    assert (answer.status_code, "Please ask us for it." in answer.text) == (404, True)


def test_downloads_of_one_address_are_limited(
    packed: None, core: Core, client: FlaskClient, clock: SteppedClock
) -> None:
    path = path_of(core)
    codes = [client.get(path).status_code for _time in range(views.MOST_DOWNLOADS + 1)]
    clock.go(hours=1, seconds=1)
    later = client.get(path).status_code
    assert (codes.count(200), codes[-1], later) == (views.MOST_DOWNLOADS, 429, 200)


def test_another_address_may_load_on(packed: None, core: Core, app: Flask) -> None:
    path = path_of(core)
    for _time in range(views.MOST_DOWNLOADS + 1):
        app.test_client().get(path)
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert app.test_client().get(path, environ_overrides=elsewhere).status_code == 200


def test_earlier_archive_stays_where_it_was(
    packed: None, core: Core, look: Look, client: FlaskClient
) -> None:
    path = path_of(core)
    look()
    assert client.get(path).status_code == 200


def test_programs_read_the_same_as_json(packed: None, core: Core, client: FlaskClient) -> None:
    answer = client.get(JSON)
    (card,) = answer.get_json()["running"]
    archive = card.pop("archive")
    assert card == {
        "name": "tresen-kettle",
        "version": "2.1",
        "licence": "AGPL-3.0-or-later",
        "source_url": "https://forge.example/kettle",
        "commit": "",
        "state": "unmodified",
        "is_own": True,
        "differing": [],
    }
    assert (archive["path"], answer.headers["Cache-Control"]) == (
        *(path_of(core), "public, max-age=300"),
    )


def test_page_costs_the_same_number_of_statements_however_much_runs(
    core: Core, install: Install, look: Look, client: FlaskClient
) -> None:
    one = install()
    named = [replace(one, origin=replace(one.origin, name=f"kettle-{n}")) for n in range(6)]
    counts = []
    for found in (named[:1], named):
        look(*found)
        with recorded(core.engine) as statements:
            client.get("/source")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_agents_see_what_runs_and_what_ran(
    install: Install, look: Look, agent: Person, sign_in: SignIn
) -> None:
    one = install()
    look(replace(one, origin=replace(one.origin, version="2.0")))
    look(one)
    page = sign_in(agent).get("/licensing/sources").text
    assert ("Earlier archives" in page, page.count("tresen-kettle</bdi>")) == (True, 2)


def test_agents_see_the_findings(agent: Person, sign_in: SignIn) -> None:
    page = sign_in(agent).get("/licensing/sources").text
    assert ("Nobody looked yet what runs here." in page, "Look again" in page) == (True, False)


def test_administrator_lets_the_worker_look_again(
    core: Core, administrator: Person, sign_in: SignIn
) -> None:
    browser = sign_in(administrator)
    answers = [browser.post("/licensing/sources/look").location for _time in range(2)]
    with desk_for(core) as desk:
        queued = desk.session.connection().exec_driver_sql(
            "SELECT count(*) FROM queued_job WHERE name = 'licensing.look_at_sources'"
        )
        assert (answers, queued.scalar()) == (["/licensing/sources"] * 2, 1)


def test_button_is_the_administrators(administrator: Person, sign_in: SignIn) -> None:
    assert "Look again" in sign_in(administrator).get("/licensing/sources").text


def test_customers_have_no_business_on_the_agents_page(customer: Person, sign_in: SignIn) -> None:
    assert sign_in(customer).get("/licensing/sources").status_code == 403


def test_earlier_archives_are_listed_by_when_they_last_ran(
    install: Install, look: Look, clock: SteppedClock, fresh: Desk
) -> None:
    one = install()
    for version in ("1.0", "2.0", "3.0"):
        look(replace(one, origin=replace(one.origin, version=version)))
        clock.go(hours=1)
    assert [each.version for each in queries.earlier(fresh)] == ["2.0", "1.0"]
