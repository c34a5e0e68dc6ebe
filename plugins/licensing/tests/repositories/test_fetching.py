# SPDX-License-Identifier: AGPL-3.0-or-later
"""Upstream is fetched over smart HTTP and from allowed folders, and from nowhere else."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gits import Repository, repository
from tresen.sdk import Desk, Refused
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import entries_of
from tresen_licensing.networks.faults import Fault
from tresen_licensing.networks.guards import Limits
from tresen_licensing.repositories import jobs, queries, service
from tresen_licensing.repositories.fetching import Source

Serve = Callable[[Any], str]
LOCAL = Limits(let_in=frozenset({"127.0.0.1"}))


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Source], None]:
    """Return a function that lets the operator decide from where is fetched."""
    return lambda source: monkeypatch.setattr(service, "source_of", lambda _desk: source)


@pytest.fixture
def row(agent_desk: Desk, development: Development, forge: str) -> Development:
    """Return the development with the forge as its upstream."""
    development.upstream_url = forge
    agent_desk.commit()
    return development


def fetched(desk: Desk, row: Development) -> dict[str, str]:
    """Fetch, and return where the branches stand."""
    service.fetch_upstream(desk, row)
    mirror = queries.mirror(desk, row.upstream_url)
    return queries.heads_of(desk, mirror.id) if mirror else {}


def test_history_comes_over_smart_http(
    agent_desk: Desk, row: Development, repo: Repository, allowed: Callable[[Source], None]
) -> None:
    allowed(Source(LOCAL))
    head = repo.commit({"README": b"x\n"}, "Second")
    assert fetched(agent_desk, row) == {"HEAD": head}


def test_branch_that_is_named_is_the_one_that_comes(
    agent_desk: Desk, row: Development, repo: Repository, allowed: Callable[[Source], None]
) -> None:
    allowed(Source(LOCAL))
    repo.git("checkout", "-q", "-b", "stable")
    head = repo.commit({"README": b"stable\n"}, "Stable")
    row.upstream_branch = "stable"
    agent_desk.commit()
    assert fetched(agent_desk, row) == {"refs/heads/stable": head}


def test_second_time_only_what_is_new_comes(
    agent_desk: Desk, row: Development, repo: Repository, allowed: Callable[[Source], None]
) -> None:
    allowed(Source(LOCAL))
    fetched(agent_desk, row)
    fetched(agent_desk, row)
    repo.commit({"docs/new.md": b"new\n"}, "New")
    fetched(agent_desk, row)
    mirror = queries.mirror(agent_desk, row.upstream_url)
    assert mirror is not None
    packs = queries.packs_of(agent_desk, mirror.id)
    kinds = [each.kind for each in entries_of(agent_desk, row.id)]
    assert (len(packs), kinds.count("history_taken")) == (2, 2)


def test_branch_that_is_not_there_is_said_and_kept(
    agent_desk: Desk, row: Development, allowed: Callable[[Source], None]
) -> None:
    allowed(Source(LOCAL))
    row.upstream_branch = "nowhere"
    agent_desk.commit()
    with pytest.raises(Refused, match="no branch “nowhere”"):
        service.fetch_upstream(agent_desk, row)
    mirror = queries.mirror(agent_desk, row.upstream_url)
    assert mirror is not None
    assert (mirror.failure, mirror.taken_at) == ("Upstream has no branch “nowhere”.", None)


def test_job_ends_quietly_where_nothing_can_be_fetched(agent_desk: Desk, row: Development) -> None:
    jobs.fetch(agent_desk, row.reference)
    mirror = queries.mirror(agent_desk, row.upstream_url)
    assert mirror is not None
    assert (
        mirror.failure == "Only ports 80 and 443 are asked, unless the operator lets the host in."
    )


def test_larger_history_than_allowed_is_not_kept(
    agent_desk: Desk, row: Development, allowed: Callable[[Source], None]
) -> None:
    allowed(Source(Limits(size=300, let_in=LOCAL.let_in)))
    with pytest.raises(Refused, match="larger than the operator allows"):
        service.fetch_upstream(agent_desk, row)


def test_folder_that_is_allowed_is_read(
    agent_desk: Desk,
    development: Development,
    repo: Repository,
    allowed: Callable[[Source], None],
    tmp_path: Path,
) -> None:
    allowed(Source(Limits(), tmp_path))
    development.upstream_url = repo.folder.as_uri()
    agent_desk.commit()
    assert fetched(agent_desk, development) == {"HEAD": repo.text("rev-parse", "HEAD")}


@pytest.mark.parametrize("address", ["file:///etc", "file:///{folder}/../outside"])
def test_other_folders_are_not_read(
    agent_desk: Desk,
    development: Development,
    allowed: Callable[[Source], None],
    tmp_path: Path,
    address: str,
) -> None:
    allowed(Source(Limits(), tmp_path / "in"))
    repository(tmp_path / "outside")
    development.upstream_url = address.format(folder=tmp_path / "in")
    agent_desk.commit()
    with pytest.raises(Refused, match="allows no folder"):
        service.fetch_upstream(agent_desk, development)


def test_folder_without_a_repository_is_said(
    agent_desk: Desk, development: Development, allowed: Callable[[Source], None], tmp_path: Path
) -> None:
    allowed(Source(Limits(), tmp_path))
    development.upstream_url = tmp_path.as_uri()
    agent_desk.commit()
    with pytest.raises(Refused, match="did not answer as a repository does"):
        service.fetch_upstream(agent_desk, development)


def answering(status: str, headers: list[tuple[str, str]], body: bytes = b"") -> Any:
    """Return an application that always answers the same."""

    def application(_environ: dict[str, Any], start: Any) -> list[bytes]:
        start(status, headers)
        return [body]

    return application


@pytest.mark.parametrize(
    ("application", "said"),
    [
        (answering("404 Not Found", []), "Upstream answered 404"),
        (answering("200 OK", [("Content-Type", "text/html")], b"<p>Hello"), "leads to a web page"),
        (
            answering("200 OK", [("Content-Type", "text/plain")], b"1" * 40 + b"\trefs/heads/x\n"),
            "smart protocol",
        ),
        (
            answering(
                "200 OK",
                [("Content-Type", "application/x-git-upload-pack-advertisement")],
                b"zzzz broken",
            ),
            "did not answer as a repository does",
        ),
        (answering("302 Found", [("Location", "http://10.0.0.1/")]), "private network"),
        (answering("302 Found", [("Location", "ftp://a.example/")]), "http and https"),
        (answering("302 Found", [("Location", "/quay.git/info/refs")]), "Upstream answered 302"),
    ],
)
def test_server_that_is_no_forge_is_said(
    agent_desk: Desk,
    development: Development,
    serve: Serve,
    allowed: Callable[[Source], None],
    application: Any,
    said: str,
) -> None:
    allowed(Source(LOCAL))
    development.upstream_url = serve(application)
    agent_desk.commit()
    with pytest.raises(Refused, match=said):
        service.fetch_upstream(agent_desk, development)


@pytest.mark.parametrize(
    ("status", "may_pass"),
    [("503 Service Unavailable", True), ("429 Too Many Requests", True), ("404 Not Found", False)],
)
def test_what_a_server_says_of_itself_for_a_time_may_pass(
    agent_desk: Desk,
    development: Development,
    serve: Serve,
    allowed: Callable[[Source], None],
    status: str,
    may_pass: bool,
) -> None:
    allowed(Source(LOCAL))
    development.upstream_url = serve(answering(status, []))
    agent_desk.commit()
    with pytest.raises(Refused, match="Upstream answered") as told:
        service.fetch_upstream(agent_desk, development)
    assert getattr(told.value, "may_pass", False) is may_pass


def test_server_that_is_down_may_come_back(
    agent_desk: Desk, development: Development, allowed: Callable[[Source], None]
) -> None:
    allowed(Source(LOCAL))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    development.upstream_url = f"http://127.0.0.1:{port}/quay.git"
    agent_desk.commit()
    with pytest.raises(Fault, match="did not answer as a repository does") as told:
        service.fetch_upstream(agent_desk, development)
    assert told.value.may_pass is True


def test_operator_decides_from_where(agent_desk: Desk) -> None:
    source = service.source_of(agent_desk)
    assert (source.folder, source.limits.size, source.limits.let_in) == (
        None,
        100 * 1024 * 1024,
        frozenset(),
    )
