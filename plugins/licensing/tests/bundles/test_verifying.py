# SPDX-License-Identifier: AGPL-3.0-or-later
"""The program in the bundle says of each promise whether it holds, whoever signed the opposite."""

import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from gits import Repository
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen_licensing.bundles import verify
from tresen_licensing.repositories.models import SourceTree

Forge = Callable[..., bytes]
SLOW = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# Where the public finds it: at ours, and at somebody else's.
OURS = {"kind": "own_page", "address": "https://a.example", "ours": True}
THEIRS = {"kind": "forge", "address": "https://b.example", "ours": False}


def failing(body: bytes) -> list[str]:
    """Return the first words of what does not hold, after its number."""
    return [line[5:].split(" / ")[0].strip() for line in said(body) if line.startswith("FAIL")]


def said(body: bytes) -> list[str]:
    """Return what the program prints."""
    return verify.verified(body)[0]


def of(number: str) -> str:
    """Return how a promise is called."""
    title = next(each[2] for each in verify.CHECKS if each[0] == number)
    return f"{number}  {title.split(' / ')[0]}"


def test_everything_holds_of_what_is_so(evidence: bytes) -> None:
    lines, holds = verify.verified(evidence)
    count = len([line for line in lines if line.startswith("PASS")])
    assert (holds, failing(evidence), count) == (True, [], len(verify.CHECKS))


def test_each_promise_is_said_in_english_and_german(evidence: bytes) -> None:
    line = "PASS  7  The journal is whole. / Das Journal ist lückenlos."
    assert said(evidence)[10] == line


@SLOW
@given(data=st.data())
def test_one_flipped_bit_fails(evidence: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(evidence) - 1))
    spoilt = bytearray(evidence)
    spoilt[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        holds = verify.verified(bytes(spoilt))[1]
    except (KeyError, ValueError, NotImplementedError, verify.zipfile.BadZipFile):
        holds = False
    assert not holds


def test_another_order_of_the_same_files_fails(evidence: bytes) -> None:
    files = verify.Bundle(evidence).files
    out = io.BytesIO()
    with verify.zipfile.ZipFile(out, "w") as made:
        for name in sorted(files, reverse=True):
            made.writestr(name, files[name])
    assert failing(out.getvalue()) == ["The file is in its one form."]


def test_file_that_nobody_listed_fails(evidence: bytes) -> None:
    files = verify.Bundle(evidence).files | {"more.txt": b"Trust us."}
    assert failing(verify.packed(files)) == ["Every file is as listed."]


def test_key_of_somebody_else_fails(evidence: bytes) -> None:
    other = (
        b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop other\n"
    )
    lines, holds = verify.verified(evidence, other)
    told = [line for line in lines if "signed with another key" in line]
    assert (holds, len(told)) == (False, 1)


@pytest.mark.parametrize(
    ("number", "document", "lie"),
    [
        ("1", "deployments", lambda told: told["deployments"][0].update(version=9)),
        ("1", "contribution", lambda told: told["change_sets"][0].update(base="")),
        ("2", "contribution", lambda told: told["clock"].update(standing="not_running")),
        ("2", "contribution", lambda told: told["clock"].update(standing="exempt")),
        ("3", "contribution", lambda told: told["clock"].update(started_on="2026-03-20")),
        ("3", "deployments", lambda told: told["announced"].append("2026-01-01")),
        ("6", "contribution", lambda told: told["change_sets"][0].update(sha512="0" * 128)),
        ("6", "contribution", lambda told: told["change_sets"][0].update(has_file=False)),
        ("8", "contribution", lambda told: told.update(embargoed_until="2027-01-01")),
        (
            *("9", "contribution"),
            lambda told: told["waivers"].append(
                {"asked_on": "2026-03-01", "expires_on": "2028-01-01"}
            ),
        ),
    ],
)
def test_lie_is_found_by_its_promise(
    forge: Forge, number: str, document: str, lie: Callable[[Any], Any]
) -> None:
    assert of(number) in failing(forge(**{document: lie}))


def test_embargo_and_waiver_within_their_time_hold(forge: Forge) -> None:
    def within(told: Any) -> None:
        told["embargoed_until"] = "2026-06-08"
        waiver = {"asked_on": "2026-03-01", "expires_on": "2027-03-01", "granted_at": None}
        told["waivers"].append(waiver)

    assert failing(forge(contribution=within)) == []


@pytest.mark.parametrize(
    ("anchors", "expected"),
    [
        ([], False),
        ([OURS], False),
        ([THEIRS], False),
        ([OURS, OURS | {"address": "https://c.example"}], False),
        ([THEIRS, THEIRS], False),
        ([OURS, THEIRS], True),
        ([OURS, THEIRS | {"tree": "0" * 40}], False),
    ],
)
def test_what_is_public_stands_at_two_places(
    forge: Forge, source_tree: SourceTree, anchors: list[dict[str, Any]], expected: bool
) -> None:
    rows = [{"tree": source_tree.tree} | each for each in anchors]
    body = forge(
        contribution=lambda told: told.update(state="published"),
        publication=lambda told: told.update(anchors=rows),
    )
    assert (of("4") not in failing(body)) is expected


@pytest.mark.parametrize(
    ("state", "by", "expected"),
    [
        ("in_development", "c@x.example", True),
        ("ready", "c@x.example", False),
        ("ready", "b@x.example", True),
        ("ready", "a@x.example", True),
        ("published", "", False),
    ],
)
def test_author_signs_off_before_it_is_cleared(
    forge: Forge, state: str, by: str, expected: bool
) -> None:
    lines = f"version,position,author,aliases,signed_off\n1,1,a@x.example,b@x.example,{by}\n"
    body = forge({"dco.csv": lines.encode()}, contribution=lambda told: told.update(state=state))
    assert (of("5") not in failing(body)) is expected


def test_entry_that_was_left_out_fails(forge: Forge, evidence: bytes) -> None:
    chain = verify.Bundle(evidence).files["CHAIN"].splitlines(keepends=True)
    bodies = [b"".join(chain[:place] + chain[place + 1 :]) for place in range(len(chain) - 1)]
    assert [failing(forge({"CHAIN": each})) for each in bodies] == [[of("7")]] * len(bodies)


def test_entry_that_says_something_else_fails(forge: Forge, evidence: bytes) -> None:
    chain = [json.loads(each) for each in verify.Bundle(evidence).files["CHAIN"].splitlines()]
    chain[0]["kind"] = "published"
    lines = "".join(json.dumps(each) + "\n" for each in chain)
    assert failing(forge({"CHAIN": lines.encode()})) == [of("7")]


@pytest.mark.parametrize(
    ("upstream", "expected"),
    [
        ({"released": "5.1", "delta": 0}, True),
        ({"released": "5.1", "delta": 3}, False),
        ({"released": None, "delta": 0}, False),
        ({}, False),
    ],
)
def test_what_came_back_differs_in_nothing(
    forge: Forge, upstream: dict[str, Any], expected: bool
) -> None:
    body = forge(
        contribution=lambda told: told.update(state="adopted"),
        upstream=lambda told: told.update(upstream),
    )
    assert (of("10") not in failing(body)) is expected


def test_tree_of_an_archive_is_gits_own(repo: Repository) -> None:
    repo.commit({"a/b/c.txt": b"c", "a.txt": b"a", "a-b": b"", "bin/run": b"#!/bin/sh\n"}, "More")
    (repo.folder / "bin/run").chmod(0o755)
    (repo.folder / "a/link").symlink_to("b/c.txt")
    repo.commit({}, "Modes")
    archive = repo.git("archive", "--format=tar", "HEAD^{tree}")
    assert verify.tree_of(archive) == repo.tree()


@pytest.mark.parametrize("is_other", [False, True])
def test_source_is_the_tree_that_is_named(
    forge: Forge, repo: Repository, source_tree: SourceTree, is_other: bool
) -> None:
    archive = repo.git("archive", "--format=tar", "HEAD^{tree}")
    if is_other:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as made:
            made.addfile(tarfile.TarInfo("empty"))
        archive = out.getvalue()
    expected = ["The source is the named tree."] if is_other else []
    assert failing(forge({"source.tar": archive})) == expected


def test_what_cannot_be_read_is_a_finding(forge: Forge) -> None:
    found = failing(forge({"CHAIN": b"nothing\n", "dco.csv": b"\xff", "source.tar": b"no tar"}))
    assert found == ["The source is the named tree.", of("7")]
