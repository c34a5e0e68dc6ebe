# SPDX-License-Identifier: AGPL-3.0-or-later
"""Archives and Software Heritage are read, and whatever a stranger answers is an outcome."""

import gzip
import hashlib
import json
import socket
from collections.abc import Callable, Iterable
from threading import Event

import pytest
from sites import PATIENT, Environment, Site, Start
from tresen_licensing.networks.guards import Limits
from tresen_licensing.publications import kinds
from tresen_licensing.publications.readings import read
from tresen_licensing.publications.records import Reading, Wanted

Ask = Callable[..., Reading]

TREE, COMMIT = "6" * 40, "7" * 40
BODY = b"the source as a tar" * 100
NEAR = frozenset({"127.0.0.1"})


# What is no id of git: half of a sign, nought, another length, other letters.
_NO_IDS = [
    (b"7" * 40, rb"\ud800"),
    (b"7" * 40, rb"6\u0000" * 20),
    (b"7" * 40, b"6" * 41),
    (b"7" * 39, b"6" * 40),
    (b"7" * 40, b"G" * 40),
    (b"A" * 40, b"6" * 40),
]


def archive(address: str, limits: Limits = PATIENT) -> Reading:
    """Return what is found at the address of an archive that shall be BODY."""
    digest = hashlib.sha512(BODY).hexdigest()
    return read(Wanted(kinds.PACKAGE_INDEX, address, tree=TREE, archive_sha512=digest), limits)


def heritage(address: str) -> Reading:
    """Return what Software Heritage says at an address."""
    return read(Wanted(kinds.SOFTWARE_HERITAGE, address, tree=TREE), PATIENT)


@pytest.mark.parametrize("body", [BODY, gzip.compress(BODY, mtime=0)], ids=["plain", "packed"])
def test_archive_with_the_same_bytes_shows_the_tree(site: Site, body: bytes) -> None:
    digest = hashlib.sha256(body).hexdigest()
    found = archive(site.answer("/berth.tar", body))
    assert found == Reading(kinds.HELD, TREE, "", kinds.ARCHIVE, digest)


def test_archive_with_other_bytes_is_another_source(site: Site) -> None:
    found = archive(site.answer("/berth.tar", b"else"))
    assert (found.outcome, found.tree) == (kinds.OTHER, "")


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
def test_archive_that_is_gone_is_gone(site: Site, status: str) -> None:
    assert archive(site.answer("/berth.tar", b"", status)) == Reading(kinds.GONE)


@pytest.mark.parametrize("status", ["403 Forbidden", "429 Too Many Requests", "500 Oh"])
def test_refusal_for_now_is_silence(site: Site, status: str) -> None:
    assert archive(site.answer("/berth.tar", b"", status)) == Reading(kinds.SILENT)


def test_archive_shows_nothing_while_the_source_is_not_known(site: Site) -> None:
    address = site.answer("/berth.tar", BODY)
    found = read(Wanted(kinds.PACKAGE_INDEX, address), PATIENT)
    assert (found.outcome, found.tree) == (kinds.OTHER, "")


def test_heritage_names_commit_and_tree(site: Site) -> None:
    body = json.dumps({"id": COMMIT, "directory": TREE}).encode()
    found = heritage(site.answer("/api/1/revision/x/", body))
    digest = hashlib.sha256(body).hexdigest()
    assert found == Reading(kinds.HELD, TREE, COMMIT, kinds.TREE, digest)


def test_heritage_with_another_tree_is_another_source(site: Site) -> None:
    body = json.dumps({"id": COMMIT, "directory": "5" * 40}).encode()
    assert heritage(site.answer("/api/1/revision/x/", body)).outcome == kinds.OTHER


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"<html>", b"[]", b"{}", b'{"id": 1, "directory": []}', b"[" * 200_000, b"\xff\xfe"),
        *(b"null", b'"a"', b"NaN", b'{"id": null, "directory": "%s"}' % (b"6" * 40)),
        *(b'{"id": "%s", "directory": "%s"}' % each for each in _NO_IDS),
    ],
)
def test_heritage_that_says_something_else_is_not_readable(site: Site, body: bytes) -> None:
    assert heritage(site.answer("/x", body)) == Reading(kinds.UNREADABLE)


def test_answer_beyond_the_limit_is_not_read_on(site: Site) -> None:
    def endless(_environment: Environment, start: Start) -> Iterable[bytes]:
        start("200 OK", [])
        while True:
            yield bytes(65_536)

    site.answers["/berth.tar"] = endless
    found = archive(site.address("/berth.tar"), Limits(1_000_000, 30, NEAR))
    assert found == Reading(kinds.UNREADABLE)


def test_archive_that_unfolds_beyond_the_limit_is_not_unfolded(site: Site) -> None:
    bomb = gzip.compress(bytes(3_000_000))
    found = archive(site.answer("/berth.tar", bomb), Limits(1_000_000, 30, NEAR))
    assert found == Reading(kinds.UNREADABLE)


def test_answer_that_drips_is_ended(site: Site) -> None:
    # One byte and one more: each resets a socket's own time-out, none the guard's.
    over = Event()

    def drip(_environment: Environment, start: Start) -> Iterable[bytes]:
        start("200 OK", [])
        while not over.wait(0.02):
            yield b"."

    site.answers["/berth.tar"] = drip
    found = archive(site.address("/berth.tar"), Limits(8_000_000, 0.3, NEAR))
    over.set()
    assert found == Reading(kinds.SILENT)


def test_answer_that_never_comes_is_ended(site: Site) -> None:
    over = Event()

    def wait(_environment: Environment, start: Start) -> Iterable[bytes]:
        over.wait(20)
        start("200 OK", [])
        return []

    site.answers["/berth.tar"] = wait
    found = archive(site.address("/berth.tar"), Limits(8_000_000, 0.3, NEAR))
    over.set()
    assert found == Reading(kinds.SILENT)


def test_answer_that_breaks_off_is_silence(site: Site) -> None:
    def half(_environment: Environment, start: Start) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", str(len(BODY)))])
        return [BODY[:10]]

    site.answers["/berth.tar"] = half
    assert archive(site.address("/berth.tar")) == Reading(kinds.SILENT)


def test_redirect_within_the_host_is_followed(site: Site) -> None:
    new = site.answer("/new.tar", BODY)
    old = site.answer("/berth.tar", b"", "302 Found", Location=new)
    assert archive(old).outcome == kinds.HELD


def test_redirects_without_an_end_are_not_followed(site: Site) -> None:
    around = site.address("/around")
    site.answer("/around", b"", "302 Found", Location=around)
    found = archive(around)
    assert (found, len(site.asked)) == (Reading(kinds.SILENT), 4)


@pytest.mark.parametrize(
    "inside",
    ["http://127.0.0.2:{port}/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/"],
)
def test_redirect_into_a_private_network_is_refused(site: Site, inside: str) -> None:
    location = inside.format(port=site.port)
    found = archive(site.answer("/berth.tar", b"", "302 Found", Location=location))
    assert (found, site.asked) == (Reading(kinds.REFUSED), ["/berth.tar"])


def test_redirect_to_a_file_of_ours_is_not_followed(site: Site) -> None:
    address = site.answer("/berth.tar", b"", "302 Found", Location="file:///etc/hostname")
    assert archive(address).outcome in (kinds.SILENT, kinds.UNREADABLE)


def test_private_address_is_refused_unless_the_operator_lets_it_in(site: Site) -> None:
    found = archive(site.answer("/berth.tar", BODY), Limits())
    assert (found, site.asked) == (Reading(kinds.REFUSED), [])


def test_name_that_nobody_knows_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_words: object, **_more: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert archive("http://nowhere.example/berth.tar") == Reading(kinds.SILENT)


def test_name_with_a_public_and_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What is asked first could be answered by the one, and the second time by the other.
    both = [(0, 0, 0, "", (each, 80)) for each in ("93.184.215.14", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: both)
    assert archive("http://turned.example/berth.tar") == Reading(kinds.REFUSED)
