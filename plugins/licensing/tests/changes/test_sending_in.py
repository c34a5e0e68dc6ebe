# SPDX-License-Identifier: AGPL-3.0-or-later
"""Patches are sent in as files: one mailbox, a whole series, or what hangs on a mail."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from gits import Repository
from sqlalchemy import func, select
from tresen.sdk import Desk, Person
from tresen_licensing.changes import queries
from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.developments.models import Development
from tresen_licensing.patches import series as reading

SignIn = Callable[[Person], FlaskClient]
Send = Callable[..., tuple[int, str]]


def split(mailbox: bytes) -> list[bytes]:
    return re.split(rb"(?m)^(?=From [0-9a-f]{40} )", mailbox)[1:]


@pytest.fixture
def send(agent: Person, sign_in: SignIn, development: Development) -> Send:
    """Return a function that sends files in; returns status and the page."""
    browser = sign_in(agent)
    path = f"/licensing/developments/{development.reference}/changes/new"

    def go(*bodies: bytes, base: str = "") -> tuple[int, str]:
        files = [(BytesIO(body), f"{number:04}.patch") for number, body in enumerate(bodies)]
        with browser.post(path, data={"files": files, "base": base}) as answer:
            answer.request.input_stream.close()
            return answer.status_code, answer.text

    return go


def subjects(desk: Desk) -> list[str]:
    return list(desk.session.scalars(select(Patch.subject).order_by(Patch.id)))


def test_files_of_a_series_come_in_any_order(send: Send, desk: Desk, series: bytes) -> None:
    status, _page = send(*reversed(split(series)))
    assert (status, subjects(desk)) == (302, ["Add a berth", "Say so"])


def test_gap_in_a_series_is_named_and_nothing_kept(send: Send, desk: Desk, series: bytes) -> None:
    status, page = send(split(series)[1])
    assert (status, page.count("Of this series, these are missing: 1."), subjects(desk)) == (
        422,
        1,
        [],
    )


def test_mail_with_attached_patches_is_read(send: Send, desk: Desk, series: bytes) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Carla <carla@kunde.example>", "Our change"
    mail.set_content("See the files.")
    for number, body in enumerate(split(series)):
        mail.add_attachment(body, maintype="text", subtype="x-patch", filename=f"{number}.patch")
    status, _page = send(mail.as_bytes())
    assert (status, subjects(desk)) == (302, ["Add a berth", "Say so"])


def test_refusal_keeps_the_base_that_was_typed(send: Send, series: bytes) -> None:
    status, page = send(series, base="abc")
    assert (status, page.count('value="abc"'), page.count("40 hexadecimal digits")) == (422, 1, 1)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"Just words.", "No patch was found."),
        (b"\x00\xff" * 50, "No patch was found."),
        (b"", "No patch was found."),
    ],
)
def test_file_without_a_patch_is_refused(send: Send, body: bytes, said: str) -> None:
    status, page = send(body)
    assert (status, page.count(said)) == (422, 1)


def test_too_many_patches_are_refused(
    send: Send, desk: Desk, repo: Repository, monkeypatch: pytest.MonkeyPatch, series: bytes
) -> None:
    monkeypatch.setattr(reading, "MOST_PATCHES", 1)
    status, _page = send(series)
    assert (status, desk.session.scalar(select(func.count()).select_from(ChangeSet))) == (422, 0)


def test_versions_stand_on_the_page_the_latest_first(
    send: Send, agent: Person, sign_in: SignIn, development: Development, repo: Repository
) -> None:
    base = repo.text("rev-parse", "HEAD")
    for number in (1, 2, 3):
        repo.commit({"README": f"Harbour {number}\n".encode()}, f"Change {number}")
        send(repo.series(base))
    shown = sign_in(agent).get(f"/licensing/developments/{development.reference}").text
    assert (shown.count("Version 3 on the base"), shown.count("2 earlier versions")) == (1, 1)


def test_patch_without_sign_off_is_marked(
    send: Send, agent: Person, sign_in: SignIn, development: Development, repo: Repository
) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"README": b"x\n"}, "Unsigned", signed=False)
    send(repo.series(base))
    shown = sign_in(agent).get(f"/licensing/developments/{development.reference}").text
    assert shown.count("not signed off") == 1


def test_twin_is_told_on_both_pages(
    send: Send,
    agent: Person,
    sign_in: SignIn,
    agent_desk: Desk,
    begin: Any,
    series: bytes,
) -> None:
    other = begin(title="Elsewhere")
    agent_desk.commit()
    send(series)
    browser = sign_in(agent)
    path = f"/licensing/developments/{other.reference}/changes/new"
    with browser.post(path, data={"files": (BytesIO(series), "a.mbox")}) as answer:
        answer.request.input_stream.close()
    shown = [browser.get(f"/licensing/developments/CD-2026-000{n}").text for n in (1, 2)]
    assert [each.count("It is given back once, and both are credited.") for each in shown] == [1, 1]


def test_latest_is_none_before_anything_came_in(desk: Desk, development: Development) -> None:
    assert (queries.latest(desk, development.id), queries.next_version(desk, development.id)) == (
        None,
        1,
    )
