# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of builds: who sees and changes them, what they refuse, and what they cost."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, ProductVersion
from tresen.testing.statements import recorded
from tresen_pilot_service.builds import queries, service
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
Add = Callable[..., Build]
Join = Callable[..., Participation]
RollOut = Callable[..., service.Outcome]
LIST = "/pilot_service/1/builds"
NEW = f"{LIST}/new"
EDIT = "/pilot_service/builds/1/edit"
ROLL_OUT = "/pilot_service/builds/1/rings/1/rollout"
WITHDRAW = "/pilot_service/builds/1/rings/1/withdraw"
SENT = {
    "number": "b7",
    "version_id": "",
    "notes": "Faster.",
    "known_issues": "Loud.",
    "rollback_note": "Reinstall.",
}


@pytest.fixture
def boss(
    desk: Desk, participation: Participation, administrator: Person, sign_in: SignIn
) -> FlaskClient:
    """Return the browser of an administrator; one customer takes part in ring 1."""
    return sign_in(administrator)


def test_build_is_added_and_listed(desk: Desk, boss: FlaskClient) -> None:
    answer = boss.post(NEW, data=SENT, follow_redirects=True)
    assert (answer.status_code, "The build is kept." in answer.text) == (200, True)
    words = (">b7<", "Faster.", "Loud.", "Reinstall.", "Ring 1", "Roll out to ring 1")
    assert [word in answer.text for word in words] == [True] * 6


def test_number_that_is_taken_is_refused_and_nothing_typed_is_lost(
    boss: FlaskClient, add: Add
) -> None:
    add("b7")
    answer = boss.post(NEW, data=SENT)
    words = ("The programme has a build b7 already.", "Faster.", "Loud.", "Reinstall.")
    assert (answer.status_code, [word in answer.text for word in words]) == (422, [True] * 4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""},
        {"number": "  "},
        {"number": "x" * 61},
        {"version_id": "9"},
        {"notes": "x" * 20_001},
    ],
)
def test_what_does_not_fit_is_refused(desk: Desk, boss: FlaskClient, wrong: dict[str, str]) -> None:
    assert boss.post(NEW, data=SENT | wrong).status_code == 422
    assert list(queries.builds(desk, 1)) == []


def test_build_is_changed(desk: Desk, boss: FlaskClient, version: ProductVersion, add: Add) -> None:
    add("b1")
    assert 'value="b1"' in boss.get(EDIT).text
    boss.post(EDIT, data=SENT | {"version_id": str(version.id)})
    desk.session.expire_all()
    build = queries.build(desk, 1)
    assert (build.number, build.version_id) == ("b7", version.id)
    assert "Version 5.0rc1" in boss.get(LIST).text


def test_rollout_page_shows_what_participants_will_read_and_today(
    boss: FlaskClient, add: Add
) -> None:
    add("b1")
    page = boss.get(ROLL_OUT).text
    words = ("New in b1.", "Slow in b1.", "Back from b1.", 'value="2026-03-10"', "is_told")
    assert [word in page for word in words] == [True] * 5
    assert "sets_versions" not in page


def test_rollout_offers_to_set_versions_where_the_build_is_one(
    boss: FlaskClient, version: ProductVersion, add: Add
) -> None:
    add("b1", version_id=version.id)
    assert boss.get(ROLL_OUT).text.count(' name="sets_versions"') == 1


def test_rollout_says_what_came_of_it(desk: Desk, boss: FlaskClient, join: Join, add: Add) -> None:
    join(1)
    add("b1")
    sent = {"rolled_out_on": "2026-03-09", "is_told": "y"}
    page = boss.post(ROLL_OUT, data=sent, follow_redirects=True).text
    said = (
        "Ring 1 has build b1 now. One customer was written to."
        " Nobody to write to, as no key user is active: Kunde GmbH."
    )
    assert said in page
    assert [each.rolled_out_on for each in queries.rollouts(desk, 1)] == [date(2026, 3, 9)]


def test_rollout_says_how_many_versions_were_set(
    desk: Desk, boss: FlaskClient, on_version: Participation
) -> None:
    sent = {"rolled_out_on": "2026-03-10", "sets_versions": "y"}
    page = boss.post(ROLL_OUT, data=sent, follow_redirects=True).text
    assert "Ring 1 has build b1 now. One installation runs it." in page


@pytest.mark.parametrize(
    ("day", "status", "sentence"),
    [
        ("2026-03-11", 422, "cannot be rolled out on a day that is still to come"),
        ("soon", 422, "Not a valid date value"),
        ("", 422, "This field is required"),
    ],
)
def test_rollout_on_a_wrong_day_is_refused(
    boss: FlaskClient, add: Add, day: str, status: int, sentence: str
) -> None:
    add("b1")
    answer = boss.post(ROLL_OUT, data={"rolled_out_on": day})
    assert (answer.status_code, sentence in answer.text) == (status, True)


def test_rollout_names_the_ring_that_comes_first(
    desk: Desk, boss: FlaskClient, join: Join, add: Add
) -> None:
    join(0)
    add("b1")
    answer = boss.post(ROLL_OUT, data={"rolled_out_on": "2026-03-10"})
    assert (answer.status_code, "Ring 0 comes first" in answer.text) == (422, True)
    page = boss.get(LIST).text
    assert [f"ring {ring}</span></a>" in page for ring in (0, 1)] == [True, False]
    assert "waits for ring 0" in page


def test_build_without_a_way_back_offers_no_rollout(boss: FlaskClient, add: Add) -> None:
    add("b1", rollback_note="")
    page = boss.get(LIST).text
    assert "This build has no rollback note yet" in page
    assert "/rollout" not in page
    answer = boss.post(ROLL_OUT, data={"rolled_out_on": "2026-03-10"})
    assert (answer.status_code, "Write down first how to go back" in answer.text) == (422, True)


def test_withdrawal_is_asked_for_and_said(boss: FlaskClient, add: Add, roll_out: RollOut) -> None:
    roll_out(add("b1"), 1)
    asked = boss.get(WITHDRAW).text
    assert [word in asked for word in ("Back from b1.", "New in b1.")] == [True, False]
    page = boss.post(WITHDRAW, follow_redirects=True).text
    words = ("Build b1 is withdrawn from ring 1.", ">withdrawn<", "on Mar 10, 2026")
    assert [word in page for word in words] == [True] * 3


def test_withdrawal_of_what_the_ring_does_not_have_is_refused(boss: FlaskClient, add: Add) -> None:
    add("b1")
    answer = boss.post(WITHDRAW)
    assert (answer.status_code, "does not have this build" in answer.text) == (422, True)


def test_programme_page_says_which_ring_has_which_build(
    boss: FlaskClient, add: Add, roll_out: RollOut
) -> None:
    before = boss.get("/pilot_service/1").text
    roll_out(add("b1"), 1)
    page = boss.get("/pilot_service/1").text
    assert "No ring has a build yet." in before
    assert "Ring 1: <bdi>b1</bdi>" in page
    assert f'href="{LIST}"' in page


def test_agent_reads_and_changes_nothing(
    boss: FlaskClient, agent: Person, sign_in: SignIn, add: Add, roll_out: RollOut
) -> None:
    roll_out(add("b1"), 1)
    browser = sign_in(agent)
    page = browser.get(LIST).text
    assert [word in page for word in ("New in b1.", "/edit", "/withdraw", NEW)] == [
        True,
        False,
        False,
        False,
    ]
    paths = (NEW, EDIT, ROLL_OUT, WITHDRAW)
    answers = [browser.get(path).status_code for path in paths]
    assert answers + [browser.post(path).status_code for path in paths] == [403] * 8


def test_customer_has_none_of_these_pages(
    boss: FlaskClient, customer: Person, sign_in: SignIn, add: Add
) -> None:
    add("b1")
    browser = sign_in(customer)
    paths = (LIST, NEW, EDIT, ROLL_OUT, WITHDRAW)
    assert [browser.get(path).status_code for path in paths] == [403] * 5


@pytest.mark.parametrize(
    "path", ["/pilot_service/9/builds", "/pilot_service/9/builds/new", EDIT, ROLL_OUT, WITHDRAW]
)
def test_what_is_not_there_is_not_found(boss: FlaskClient, path: str) -> None:
    assert boss.get(path).status_code == 404


def test_list_without_builds_offers_the_next_step_to_who_may_take_it(
    boss: FlaskClient, agent: Person, sign_in: SignIn
) -> None:
    pages = [browser.get(LIST).text for browser in (boss, sign_in(agent))]
    assert ["No build yet" in page for page in pages] == [True, True]
    assert [f'href="{NEW}"' in page for page in pages] == [True, False]


def test_pages_speak_german(
    desk: Desk, boss: FlaskClient, administrator: Person, add: Add, roll_out: RollOut
) -> None:
    desk.session.get_one(Person, administrator.id).language = "de"
    desk.commit()
    roll_out(add("b1"), 1)
    page = boss.get(LIST).text
    words = ("Neuer Build", "Bekannte Fehler", "So kehren Sie zurück", "ausgerollt", "Zurückziehen")
    assert [word in page for word in words] == [True] * 5


@pytest.mark.parametrize("path", [LIST, "/pilot_service/1", ROLL_OUT])
def test_pages_cost_the_same_however_many_builds_there_are(
    desk: Desk, boss: FlaskClient, join: Join, add: Add, roll_out: RollOut, path: str
) -> None:
    roll_out(add("b1"), 1)
    counts = []
    for turn in range(2):
        with recorded(desk.core.engine) as statements:
            assert boss.get(path).status_code == 200
        counts.append(len(statements))
        for number in range(3):
            join(1, f"M{turn}{number} AG")
            roll_out(add(f"more{turn}{number}"), 1)
    assert counts[0] == counts[1]
