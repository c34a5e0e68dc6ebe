# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bundle says of agreement, changes, places and waivers what was kept, and of people nothing."""

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from gits import Repository
from tresen.sdk import Desk, Installation, Organisation, Person, ProductVersion, remove_files
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_licensing import hooks
from tresen_licensing.agreements import service as agreements
from tresen_licensing.agreements import terms
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.bundles import packing, parts, signing, verify
from tresen_licensing.changes import service as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.deployments import service as deploying
from tresen_licensing.developments import clocks, queries, service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.repositories.models import SourceTree
from tresen_licensing.waivers import reasons
from tresen_licensing.waivers import service as waiving

Begin = Callable[..., Development]
Deploy = Callable[..., Any]
SignIn = Callable[[Person], FlaskClient]
Told = Callable[[Development], verify.Bundle]


@pytest.fixture
def told(desk: Desk) -> Told:
    """Return a function that gives the bundle of a development, which has to be whole."""

    def go(row: Development) -> verify.Bundle:
        desk.session.flush()
        desk.session.expire_all()
        return verify.Bundle(packing.bundle(desk, queries.development(desk, row.reference)))

    return go


def wrong(bundle: verify.Bundle) -> list[str]:
    """Return what the program finds."""
    return [line for line in verify.verified(bundle.body)[0] if not line.startswith("PASS")][:-1]


@pytest.mark.parametrize(
    ("publishing", "days"),
    [(terms.YES, (30, 90)), (terms.AFTER_ACCEPTANCE, (1, 1)), (terms.NO, (365, 365))],
)
def test_agreement_of_any_kind_is_told(
    agreement: Agreement, begin: Begin, told: Told, publishing: str, days: tuple[int, int]
) -> None:
    agreement.publishing, agreement.clause = publishing, "§ 7"
    agreement.deadline_days, agreement.embargo_days = days
    found = told(begin()).facts
    assert (found["agreement"], found["embargo_days"]) == (
        {
            "title": "Frame contract",
            "reference": "2026/17",
            "agreed_on": agreement.agreed_on.isoformat(),
            "licence": "AGPL-3.0-or-later",
            "publishing": publishing,
            "deadline_days": days[0],
            "embargo_days": days[1],
            "document_sha512": "",
        },
        days[1],
    )


def test_signed_document_is_told_by_its_hash(
    boss_desk: Desk, agreement: Agreement, begin: Begin, told: Told
) -> None:
    paper = agreements.Document("signed.pdf", "application/pdf", b"%PDF-1.7 signed")
    agreements.sign(boss_desk, agreement, paper)
    found = told(begin())
    digest = found.facts["agreement"]["document_sha512"]
    assert (digest, [*found.files].count("signed.pdf")) == (packing.sha512(paper.body), 0)


def test_without_an_agreement_the_usual_days_are_told(begin: Begin, told: Told) -> None:
    found = told(begin(agreement_id=None)).facts
    assert (found["agreement"], found["embargo_days"]) == (None, clocks.Terms().embargo_days)


def test_draft_without_anything_keeps_every_promise(begin: Begin, told: Told) -> None:
    found = told(begin())
    empty = found.facts["change_sets"], found.places["deployments"], found.files["dco.csv"]
    head = b"version,position,author,aliases,signed_off\n"
    assert (empty, found.facts["clock"], wrong(found)) == (
        ([], [], head),
        {"standing": "not_running", "started_on": None, "due_on": None},
        [],
    )


def test_what_it_builds_on_is_told(begin: Begin, version: ProductVersion, told: Told) -> None:
    given = {"product_id": version.product_id, "base_version_id": version.id, "component": "quay"}
    upstream = {"upstream_url": "https://forge.example/q.git", "upstream_branch": "main"}
    found = told(begin(**given, **upstream)).facts
    names = ("product", "base_version", "component", "upstream", "kind", "state")
    assert [found[name] for name in names] == [
        *("Lagerwerk", "4.1", "quay"),
        {"url": "https://forge.example/q.git", "branch": "main"},
        *(states.FEATURE, states.DRAFT),
    ]


def test_each_version_is_told_with_its_patches(
    agent_desk: Desk, development: Development, change: ChangeSet, repo: Repository, told: Told
) -> None:
    repo.commit({"src/pier.py": b"PIERS = 1\n"}, "Build a pier")
    changes.add(agent_desk, development, [repo.series(change.base)], "")
    found = told(development)
    sets = found.facts["change_sets"]
    subjects = [[each["subject"] for each in row["patches"]] for row in sets]
    rows = [*csv.DictReader(found.files["dco.csv"].decode().splitlines())]
    assert ([row["version"] for row in sets], subjects, wrong(found)) == (
        [1, 2],
        [["Add a berth", "Say so"], ["Add a berth", "Say so", "Build a pier"]],
        [],
    )
    assert [(row["version"], row["position"], row["signed_off"]) for row in rows] == [
        ("2", place, "dora@tresen.example") for place in ("1", "2", "3")
    ]


def test_version_whose_patches_were_taken_away_keeps_its_hash(
    agent_desk: Desk, development: Development, change: ChangeSet, repo: Repository, told: Told
) -> None:
    repo.commit({"README": b"Harbour\n"}, "Say less")
    changes.add(agent_desk, development, [repo.series(change.base)], "")
    digest, file_id = change.sha512, change.file_id
    remove_files(agent_desk, [file_id] if file_id else [])
    found = told(development)
    kept = [(each["has_file"], each["sha512"]) for each in found.facts["change_sets"]]
    names = [name for name in found.files if name.startswith("changes/")]
    assert (kept[0], kept[1][0], names, wrong(found)) == (
        (False, digest),
        True,
        ["changes/v2.mbox"],
        [],
    )


def test_erased_author_is_in_no_file_of_the_bundle(
    desk: Desk, development: Development, change: ChangeSet, told: Told
) -> None:
    author = factories.make_person(desk, "Dora Developer", "dora@tresen.example", role="agent")
    desk.commit()
    factories.erase_person(desk, author)
    desk.commit()
    found = told(development)
    bodies = [name for name, body in found.files.items() if b"dora@" in body or b"Dora" in body]
    assert (bodies, wrong(found)) == ([], [])


def test_path_with_another_end_of_a_line_is_one_path(
    agent_desk: Desk, begin: Begin, repo: Repository, told: Told
) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.git("config", "core.quotePath", "false")
    repo.commit({"a\u2028b.txt": b"x\n"}, "Odd")
    row = begin()
    changes.add(agent_desk, row, [repo.series(base)], "")
    (patch,) = told(row).facts["change_sets"][0]["patches"]
    assert patch["paths"] == ["a\u2028b.txt"]


def test_source_that_is_known_is_told(
    development: Development, source_tree: SourceTree, told: Told
) -> None:
    (found,) = told(development).facts["change_sets"]
    names = ("head", "tree", "archive_sha512")
    assert [found[name] for name in names] == [getattr(source_tree, name) for name in names]


def test_each_place_is_told_with_its_days(
    desk: Desk, agent_desk: Desk, development: Development, deploy: Deploy, told: Told
) -> None:
    today = agent_desk.today()
    first = deploy(today - timedelta(days=3))
    deploy(today - timedelta(days=9), is_outside=False)
    deploying.end(agent_desk, development, first, today)
    rows = told(development).places["deployments"]
    days = [(row["first_seen_on"], row["ended_on"], row["outside"]) for row in rows]
    assert days == [("2026-03-01", None, False), ("2026-03-07", "2026-03-10", True)]


def test_place_elsewhere_is_told_with_its_customer(
    desk: Desk, agent_desk: Desk, development: Development, change: ChangeSet, told: Told
) -> None:
    other = Organisation(name="Grünhafen & Söhne", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(other)
    desk.session.flush()
    place = deploying.Place(other.id, None, desk.today())
    made = deploying.deploy(agent_desk, development, change, place)
    made.tree, made.verified_at = "7" * 40, desk.now()
    found = told(development)
    (row,) = found.places["deployments"]
    assert (row["customer"], row["tree"], row["verified_at"], row["method"]) == (
        "Grünhafen & Söhne",
        "7" * 40,
        "2026-03-10T09:00:00.000000Z",
        "manual",
    )


def test_word_of_another_plugin_is_told(
    desk: Desk, installation: Installation, home: int, version: ProductVersion, told: Told
) -> None:
    facts = {"id": 7, "title": "Bridge", "kind": "fix", "description": "", "tickets": []}
    ids = {"organisation_id": home, "product_id": version.product_id, "base_version_id": None}
    rest = {"owner_id": None, "deployed_on": date(2026, 2, 3)}
    hooks.pilot_service_deployed(desk, facts | ids | rest)
    row = desk.session.query(Development).one()
    found = told(row)
    clock = found.facts["clock"]["started_on"]
    assert (found.places["announced"], clock, wrong(found)) == (["2026-02-03"], "2026-02-03", [])


@pytest.mark.parametrize("reason", [reasons.SECURITY, reasons.THIRD_PARTY])
def test_waiver_of_each_kind_is_told(
    agent_desk: Desk, boss_desk: Desk, development: Development, told: Told, reason: str
) -> None:
    until = agent_desk.today() + timedelta(days=20)
    waiver = waiving.ask(agent_desk, development, reason, "Words of a customer.", until)
    asked = told(development).facts["waivers"]
    waiving.grant(boss_desk, development, waiver)
    waiving.end(boss_desk, development, waiver, "No more.")
    found = told(development)
    moment = "2026-03-10T09:00:00.000000Z"
    plain = {"reason": reason, "asked_on": "2026-03-10", "asked_at": moment}
    plain |= {"expires_on": "2026-03-30", "granted_at": None, "ended_at": None}
    assert (asked, found.facts["waivers"]) == (
        [plain],
        [plain | {"granted_at": moment, "ended_at": moment}],
    )
    assert [name for name, body in found.files.items() if b"Words of" in body] == []


def test_longest_waiver_of_a_late_hour_keeps_its_promise(
    agent_desk: Desk, development: Development, clock: SteppedClock, told: Told
) -> None:
    # Half past eleven at night in Greenwich is the next day in Berlin.
    clock.moment = clock.moment.replace(hour=23, minute=30)
    until = agent_desk.today() + timedelta(days=reasons.LONGEST_DAYS)
    waiving.ask(agent_desk, development, reasons.SECRET, "Why.", until)
    found = told(development)
    assert (found.facts["waivers"][0]["asked_on"], wrong(found)) == ("2026-03-11", [])


@pytest.mark.parametrize(("days", "until"), [(0, "2026-06-08"), (9, "2026-05-30")])
def test_embargo_ends_earlier_if_it_ran_outside_earlier(
    boss_desk: Desk, development: Development, deploy: Deploy, told: Told, days: int, until: str
) -> None:
    service.embargo(boss_desk, development, boss_desk.today() + timedelta(days=90), "A hole.")
    deploy(boss_desk.today() - timedelta(days=days))
    found = told(development)
    shown = found.facts["embargoed_until"], found.facts["clock"]["due_on"]
    assert (shown, wrong(found)) == ((until, until), [])


def test_documents_are_sorted_and_end_with_a_line(begin: Begin, told: Told) -> None:
    files = told(begin(title="Größer · 日本")).files
    bodies = {name: files[name].decode() for name in packing.DOCUMENTS}
    plain = {
        name: json.dumps(json.loads(body), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        for name, body in bodies.items()
    }
    assert (bodies, bodies["contribution.json"].count("Größer · 日本")) == (plain, 1)


def test_title_of_any_kind_stands_in_the_readme(begin: Begin, told: Told) -> None:
    rows = [begin(title=title) for title in ("{reference}", "{0} {", "100 %", "a\nb")]
    heads = [told(row).files["README"].decode().split("\n\n")[0] for row in rows]
    assert heads == [f"{row.reference}: {row.title}" for row in rows]


def test_closing_twice_gives_the_same_bytes() -> None:
    key = signing.key_from("secret")
    files = {"b": b"2", "a/c": b"1", "MANIFEST.more": b"left out"}
    once = packing.closed(files, key)
    opened = {name: body for name, body in files.items() if name[0] != "M"}
    assert packing.closed(opened, key) == once


def test_page_shows_the_key_that_signs(desk: Desk, development: Development, told: Told) -> None:
    shown = parts.PART.load(desk, development)["fingerprint"]
    assert shown == verify.fingerprint(told(development).signer)


def test_nothing_else_is_handed_out(client: FlaskClient) -> None:
    names = ("key", "verify", "key.pub.sig", "packing.py")
    statuses = [client.get(f"/licensing/evidence/{name}").status_code for name in names]
    assert statuses == [404] * 4


def test_customers_and_strangers_do_not_take_it_along(
    client: FlaskClient, customer: Person, sign_in: SignIn, development: Development
) -> None:
    path = f"/licensing/developments/{development.reference}/evidence.zip"
    told = [client.get(path).status_code, sign_in(customer).get(path).status_code]
    assert told == [302, 403]


def test_page_says_in_german_what_the_evidence_is(
    agent: Person, sign_in: SignIn, development: Development
) -> None:
    browser = sign_in(agent)
    browser.set_cookie("language", "de")
    shown = browser.get(f"/licensing/developments/{development.reference}").text
    said = ("Nachweis herunterladen", "Öffentlicher Schlüssel")
    assert [shown.count(each) for each in said] == [1, 1]
