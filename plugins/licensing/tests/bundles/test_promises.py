# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each promise of a bundle is judged by what the bundle itself says, down to the last day."""

import hashlib
import io
import json
import tarfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen_licensing.bundles import packing, signing, verify
from tresen_licensing.developments import clocks, states
from tresen_licensing.journals import sealing
from tresen_licensing.waivers.reasons import LONGEST_DAYS

KEY = signing.key_from("secret")
BASE, TREE = "4" * 40, "7" * 40
HEAD = "version,position,author,aliases,signed_off\n"
BODY = b"From: Dora\n"
DAYS = st.dates(min_value=verify.date(2020, 1, 1), max_value=verify.date(2030, 12, 31))
ANCHORS = [
    {"kind": "own_page", "address": "https://a.example", "ours": True, "tree": TREE},
    {"kind": "forge", "address": "https://b.example", "ours": False, "tree": TREE},
]


def change_set(version: int = 1, **more: Any) -> dict[str, Any]:
    """Return what is said of a version of the changes."""
    digest = hashlib.sha512(BODY).hexdigest()
    told = {"version": version, "base": BASE, "sha512": digest, "has_file": True, "tree": TREE}
    return told | {"archive_sha512": None} | more


def place(day: str = "2026-03-10", **more: Any) -> dict[str, Any]:
    """Return what is said of a place where the first version runs."""
    return {"version": 1, "outside": True, "first_seen_on": day, "tree": ""} | more


def bundle(
    files: dict[str, bytes] | None = None,
    rows: list[dict[str, Any]] | None = None,
    announced: tuple[str, ...] = (),
    clock: dict[str, Any] | None = None,
    **facts: Any,
) -> verify.Bundle:
    """Return the smallest bundle in which all holds, but for what is given."""
    stands = {"standing": "not_running", "started_on": None, "due_on": None}
    told = {"state": "draft", "clock": stands | (clock or {}), "change_sets": [change_set()]}
    told |= {"embargoed_until": None, "embargo_days": 90, "waivers": []}
    places = {"announced": [*announced], "deployments": rows or []}
    whole = {
        "contribution.json": json.dumps(told | facts).encode(),
        "deployments.json": json.dumps(places).encode(),
        "changes/v1.mbox": BODY,
        "dco.csv": HEAD.encode(),
        "CHAIN": b"",
    }
    return verify.Bundle(packing.closed(whole | (files or {}), KEY))


def chain(*facts: str) -> bytes:
    """Return a journal's chain with an entry for each of these facts."""
    lines, previous = [], sealing.NOTHING
    for number, each in enumerate(facts, start=1):
        sealed = {"number": number, "previous": previous, "facts": each, "kind": "changed"}
        previous = sealing.seal(sealed)
        lines.append(sealing.canonical(sealed | {"digest": previous}))
    return "".join(f"{line}\n" for line in lines).encode()


def test_smallest_bundle_keeps_every_promise() -> None:
    lines, holds = verify.verified(bundle().body)
    assert (holds, [each for each in lines if "FAIL" in each]) == (True, [])


def test_words_of_the_program_are_those_of_tresen() -> None:
    """It knows nothing of Tresen, so that its lists are others: they must say the same."""
    clocked = {clocks.RUNNING, clocks.EMBARGOED, clocks.OVERDUE, clocks.EXEMPT}
    longest = verify.LONGEST_WAIVER.days
    assert ({*verify.PUBLIC}, {*verify.ON_A_CLOCK}, longest) == (
        {*states.PUBLIC},
        clocked,
        LONGEST_DAYS,
    )


def test_promises_are_numbered_as_in_the_design() -> None:
    numbers = [number for number, _check, _title in verify.CHECKS if number]
    assert numbers == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize(
    ("sets", "version", "found"),
    [
        ([change_set()], 1, []),
        ([change_set()], 2, ["v2"]),
        ([], 1, ["v1"]),
        ([change_set(base="")], 1, ["v1"]),
        ([change_set(base="4" * 39)], 1, ["v1"]),
        ([change_set(), change_set(2, base="")], 1, []),
        ([change_set(), change_set(2, base="")], 2, ["v2"]),
    ],
)
def test_what_runs_has_changes_and_a_base(
    sets: list[dict[str, Any]], version: int, found: list[str]
) -> None:
    made = bundle(rows=[place(version=version)], change_sets=sets)
    assert verify.deployed(made) == found


@pytest.mark.parametrize("standing", [*clocks.TITLES])
@pytest.mark.parametrize(("is_outside", "is_owed"), [(True, True), (False, False)])
def test_what_runs_outside_is_on_a_clock(standing: str, is_outside: bool, is_owed: bool) -> None:
    granted = [{"granted_at": "2026-03-02T09:00:00.000000Z"}]
    rows = [place(outside=is_outside)]
    made = bundle(rows=rows, clock={"standing": standing}, waivers=granted)
    is_free = standing in verify.ON_A_CLOCK
    assert (verify.accounted(made) == []) is (is_free or not is_owed)


@pytest.mark.parametrize("waivers", [[], [{"granted_at": None}]])
def test_nothing_is_exempt_without_a_waiver_that_was_granted(waivers: list[Any]) -> None:
    made = bundle(rows=[place()], clock={"standing": "exempt"}, waivers=waivers)
    assert verify.accounted(made) == ["it runs outside on no clock"]


@pytest.mark.parametrize("state", [*states.TITLES])
def test_what_is_public_needs_no_clock(state: str) -> None:
    made = bundle(rows=[place()], clock={"standing": "met"}, state=state)
    assert (verify.accounted(made) == []) is (state in states.PUBLIC)


@pytest.mark.parametrize(("tree", "found"), [("", []), (TREE, []), ("8" * 40, ["8" * 40])])
def test_tree_that_runs_is_one_of_the_changes(tree: str, found: list[str]) -> None:
    made = bundle(rows=[place(tree=tree)], clock={"standing": "met"}, state="published")
    assert verify.accounted(made) == found


@settings(max_examples=40, deadline=None)
@given(outside=st.lists(DAYS, max_size=4), inside=st.lists(DAYS, max_size=2), said=st.lists(DAYS))
def test_clock_began_with_the_first_day_outside(
    outside: list[Any], inside: list[Any], said: list[Any]
) -> None:
    rows = [place(each.isoformat()) for each in outside]
    rows += [place(each.isoformat(), outside=False) for each in inside]
    first = min([*outside, *said], default=None)
    announced = tuple(each.isoformat() for each in said)
    clock = {"started_on": first.isoformat() if first else None}
    assert verify.started(bundle(rows=rows, announced=announced, clock=clock)) == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("2026-03-10", []),
        ("2026-03-11", ["2026-03-11 instead of 2026-03-10"]),
        (None, ["None instead of 2026-03-10"]),
    ],
)
def test_clock_that_began_on_another_day_is_named(said: str | None, found: list[str]) -> None:
    rows = [place("2026-04-01"), place()]
    assert verify.started(bundle(rows=rows, clock={"started_on": said})) == found


@pytest.mark.parametrize("state", [*states.TITLES])
def test_only_what_is_public_stands_anywhere(state: str) -> None:
    found = verify.anchored(bundle(state=state))
    expected = ["0 of 2 places", "all are the firm's own"] if state in states.PUBLIC else []
    assert found == expected


@pytest.mark.parametrize(
    ("anchors", "sets", "found"),
    [
        (ANCHORS, [change_set()], []),
        (ANCHORS[:1], [change_set()], ["1 of 2 places", "all are the firm's own"]),
        (ANCHORS[1:], [change_set()], ["1 of 2 places"]),
        (ANCHORS, [change_set(tree=None)], ["0 of 2 places", "all are the firm's own"]),
        (ANCHORS, [], ["0 of 2 places", "all are the firm's own"]),
        # The places show the version before.
        (
            ANCHORS,
            [change_set(), change_set(2, tree="8" * 40)],
            ["0 of 2 places", "all are the firm's own"],
        ),
    ],
)
def test_places_show_the_version_that_counts(
    anchors: list[dict[str, Any]], sets: list[dict[str, Any]], found: list[str]
) -> None:
    files = {"publication.json": json.dumps({"anchors": anchors}).encode()}
    assert verify.anchored(bundle(files, state="published", change_sets=sets)) == found


@pytest.mark.parametrize(
    ("version", "found"),
    [
        (1, []),
        (2, ["0 of 2 places", "all are the firm's own"]),
        (3, ["0 of 2 places", "all are the firm's own"]),
    ],
)
def test_places_show_the_published_version_while_another_is_to_follow(
    version: int, found: list[str]
) -> None:
    files = {"publication.json": json.dumps({"version": version, "anchors": ANCHORS}).encode()}
    sets = [change_set(), change_set(2, tree="8" * 40)]
    assert verify.anchored(bundle(files, state="published", change_sets=sets)) == found


@pytest.mark.parametrize("state", [*states.TITLES])
def test_patches_are_signed_off_once_cleared(state: str) -> None:
    made = bundle({"dco.csv": f"{HEAD}2,3,a@x.example,,\n".encode()}, state=state)
    expected = ["v2, 3"] if state in ("ready", *states.PUBLIC) else []
    assert verify.signed_off(made) == expected


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("1,1,a@x.example,,a@x.example", []),
        ("1,1,a@x.example,,b@x.example a@x.example", []),
        ("1,1,a@x.example,b@x.example c@x.example,c@x.example", []),
        ("1,1,a@x.example,,aa@x.example", ["v1, 1"]),
        ("1,1,,,", ["v1, 1"]),
        ('1,1,"o,r@x.example",,"o,r@x.example"', []),
    ],
)
def test_sign_off_is_by_an_address_of_the_author(line: str, found: list[str]) -> None:
    made = bundle({"dco.csv": f"{HEAD}{line}\n".encode()}, state="ready")
    assert verify.signed_off(made) == found


@pytest.mark.parametrize(
    ("sets", "found"),
    [
        ([change_set()], []),
        ([change_set(2)], ["v1"]),
        ([change_set(sha512="0" * 128)], ["v1"]),
        ([change_set(has_file=False)], ["v1"]),
        ([change_set(), change_set(3, has_file=False)], ["v2"]),
        ([change_set(), change_set(2)], ["v2"]),
        # The patches of the second were taken away with their author's data.
        ([change_set(), change_set(2, has_file=False, sha512="0" * 128)], []),
        ([], []),
    ],
)
def test_versions_are_as_they_came_in(sets: list[dict[str, Any]], found: list[str]) -> None:
    assert verify.unedited(bundle(change_sets=sets)) == found


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=5))
def test_chain_holds_whatever_stands_in_it(facts: list[str]) -> None:
    assert verify.chained(bundle({"CHAIN": chain(*facts)})) == []


@given(st.lists(st.text("ab", max_size=3), min_size=2, max_size=5), st.data())
def test_two_entries_cannot_change_places(facts: list[str], data: st.DataObject) -> None:
    lines = chain(*facts).splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 2))
    lines[place : place + 2] = lines[place + 1], lines[place]
    assert verify.chained(bundle({"CHAIN": b"".join(lines)})) != []


@pytest.mark.parametrize(
    ("until", "began", "days", "found"),
    [
        (None, "2026-03-01", 90, []),
        ("2026-05-30", "2026-03-01", 90, []),
        ("2026-05-31", "2026-03-01", 90, ["2026-05-31 is after 2026-05-30"]),
        ("2026-03-02", "2026-03-01", 0, ["2026-03-02 is after 2026-03-01"]),
        # Nothing runs outside yet, so that no time is counted.
        ("2027-01-01", None, 90, []),
    ],
)
def test_embargo_ends_with_its_last_day(
    until: str | None, began: str | None, days: int, found: list[str]
) -> None:
    made = bundle(embargoed_until=until, embargo_days=days, clock={"started_on": began})
    assert verify.embargoed(made) == found


@pytest.mark.parametrize(
    ("asked", "until", "found"),
    [
        ("2026-03-01", "2026-03-01", []),
        ("2026-03-01", "2027-03-02", []),
        ("2026-03-01", "2027-03-03", ["until 2027-03-03"]),
        # The year has a day more.
        ("2027-03-01", "2028-03-01", []),
        ("2027-03-01", "2028-03-02", ["until 2028-03-02"]),
    ],
)
def test_waiver_ends_within_a_year(asked: str, until: str, found: list[str]) -> None:
    assert verify.waived(bundle(waivers=[{"asked_on": asked, "expires_on": until}])) == found


@pytest.mark.parametrize("state", [*states.TITLES])
def test_only_what_came_back_names_a_release(state: str) -> None:
    found = verify.adopted(bundle(state=state))
    missing = ["no release of upstream is named", "a difference to upstream is left"]
    assert found == (missing if state == "adopted" else [])


@pytest.mark.parametrize("is_right", [True, False])
def test_source_is_that_of_the_last_version(is_right: bool) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        made.addfile(tarfile.TarInfo("file"))
    body = out.getvalue()
    digest, tree = hashlib.sha512(body).hexdigest(), verify.tree_of(body)
    right = change_set(2, archive_sha512=digest, tree=tree)
    sets = [change_set(), right] if is_right else [right, change_set()]
    found = verify.source(bundle({"source.tar": body}, change_sets=sets))
    assert found == ([] if is_right else ["SHA-512", "git's id of the tree"])


@pytest.mark.parametrize("name", ["README", "changes/v1.mbox", "signer.pub", "CHAIN"])
def test_file_that_is_not_as_listed_is_named(name: str) -> None:
    made = bundle({"README": b"Read me."})
    made.files[name] += b"more"
    assert verify.manifest(made) == [name]


def test_file_that_is_listed_and_gone_is_named() -> None:
    made = bundle({"README": b"Read me."})
    del made.files["README"]
    assert verify.manifest(made) == ["README"]


def test_list_of_another_bundle_is_not_signed() -> None:
    made, other = bundle(), bundle(state="ready")
    made.files["MANIFEST.sig"] = other.files["MANIFEST.sig"]
    assert verify.signature(made) == ["the signature is wrong"]


def test_bundle_signed_anew_by_somebody_else_is_found_by_the_firms_key() -> None:
    body = packing.closed(bundle().files, signing.key_from("somebody else"))
    line = signing.public_line(KEY)
    expected = ["signed with another key than " + verify.fingerprint(verify.key_of(line))]
    assert verify.signature(verify.Bundle(body, line)) == expected


@pytest.mark.parametrize("state", [*states.TITLES])
def test_no_state_makes_the_program_stumble(state: str) -> None:
    made = bundle(rows=[place()], clock={"started_on": "2026-03-10"}, state=state)
    found = [fault for _no, check, _title in verify.CHECKS for fault in check(made)]
    assert [fault for fault in found if "Error" in fault] == []
