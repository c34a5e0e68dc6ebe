# SPDX-License-Identifier: AGPL-3.0-or-later
"""An advisory is read field by field, and refused by a sentence for what is none."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_of_osv import VECTOR, affected, record
from tresen.sdk import Refused
from tresen_licensing.advisories import osv, scores, states

V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
LOW = "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


def test_record_is_read_whole() -> None:
    found = osv.read(
        record(withdrawn="2026-03-02T00:00:00+02:00", published="2026-02-01T00:00:00Z")
    )
    assert (found.osv_id, found.aliases, found.summary) == (
        *("TEST-1", ("CVE-2026-1",), "The crane drops what it lifts"),
    )
    assert (found.modified, found.published, found.withdrawn) == (
        datetime(2026, 3, 1, 10, tzinfo=UTC),
        datetime(2026, 2, 1, tzinfo=UTC),
        datetime(2026, 3, 1, 22, tzinfo=UTC),
    )
    assert found.keys == {"pkg:pypi/crane"}


def test_purl_of_a_package_counts_beside_its_name() -> None:
    package = {"ecosystem": "PyPI", "name": "crane", "purl": "pkg:generic/crane"}
    found = osv.read(record(affected=[{"package": package, "versions": ["1"]}]))
    assert found.keys == {"pkg:pypi/crane", "pkg:generic/crane"}


def test_what_is_kept_is_read_alike_again() -> None:
    more = {"credits": [{"name": "Anna"}], "database_specific": {"severity": "HIGH", "x": 1}}
    found = osv.read(record(details="Long.", **more))
    again = osv.read(found.kept)
    assert again == found
    assert ("credits" in found.kept, found.kept["database_specific"]) == (
        False,
        {"severity": "HIGH"},
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"id": ""}, "It has no id, as every advisory of OSV has."),
        ({"id": "a b"}, "It has no id, as every advisory of OSV has."),
        ({"id": "a" * 201}, "It has no id, as every advisory of OSV has."),
        ({"id": 7}, "“id” is not what the OSV schema asks for."),
        ({"modified": None}, "It does not say when it was modified."),
        ({"modified": "yesterday"}, "“modified” is not what the OSV schema asks for."),
        (
            {"modified": "0001-01-01T00:00:00+10:00"},
            "“modified” is not what the OSV schema asks for.",
        ),
        ({"aliases": "CVE-1"}, "“aliases” is not what the OSV schema asks for."),
        ({"aliases": [1]}, "“aliases” is not what the OSV schema asks for."),
        ({"affected": {}}, "“affected” is not what the OSV schema asks for."),
        ({"affected": [1]}, "“affected” is not what the OSV schema asks for."),
        ({"affected": [{"package": "x"}]}, "“package” is not what the OSV schema asks for."),
        ({"aliases": ["a"] * 50_001}, "“aliases” lists more than 50000 things."),
        ({"summary": "\x00"}, "The file holds control characters, which stand for no text."),
        (
            {"affected": [affected({"fixed": "1"})]},
            "One of its ranges does not say where it begins.",
        ),
        (
            {"affected": [affected({"introduced": "0", "fixed": "1"})]},
            "An event of its ranges is none: each names one thing and its version.",
        ),
        (
            {"affected": [affected({"introduced": 0})]},  # type: ignore[dict-item]
            "An event of its ranges is none: each names one thing and its version.",
        ),
        (
            {"affected": [affected({})]},
            "An event of its ranges is none: each names one thing and its version.",
        ),
    ],
)
def test_what_is_no_advisory_is_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        osv.read(record(**given))
    assert refusal.value.sentence == sentence


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(record())), VALUES)
def test_any_value_is_read_or_refused(name: str, value: Any) -> None:
    try:
        found = osv.read(record(**{name: value}))
    except Refused:
        return
    assert osv.read(found.kept) == found


@pytest.mark.parametrize(
    ("given", "gravity"),
    [
        ({}, scores.Gravity(9.8, VECTOR, states.CRITICAL)),
        (
            {"severity": [{"type": "CVSS_V4", "score": V4}, {"type": "CVSS_V3", "score": LOW}]},
            scores.Gravity(1.6, LOW, states.LOW),
        ),
        ({"severity": [{"type": "CVSS_V4", "score": V4}]}, scores.Gravity(9.3, V4, "critical")),
        (
            {"severity": [{"type": "CVSS_V3", "score": each} for each in (LOW, VECTOR)]},
            scores.Gravity(9.8, VECTOR, states.CRITICAL),
        ),
        ({"severity": [{"type": "CVSS_V3", "score": "nonsense"}]}, scores.Gravity(None, "", "")),
        (
            {"severity": [], "database_specific": {"severity": "MODERATE"}},
            scores.Gravity(None, "", states.MEDIUM),
        ),
        (
            {"severity": [{"type": "Ubuntu", "score": "high"}]},
            scores.Gravity(None, "", states.HIGH),
        ),
        ({"severity": None}, scores.Gravity(None, "", "")),
        (
            {"severity": [], "affected": [affected(severity=[{"type": "CVSS_V3", "score": LOW}])]},
            scores.Gravity(1.6, LOW, states.LOW),
        ),
    ],
)
def test_gravity_is_the_vectors_or_the_sources_word(
    given: dict[str, Any], gravity: scores.Gravity
) -> None:
    assert scores.gravity(osv.read(record(**given))) == gravity


@pytest.mark.parametrize(
    ("score", "word"),
    [(0.0, "none"), (0.1, "low"), (3.9, "low"), (4.0, "medium"), (7.0, "high"), (9.0, "critical")],
)
def test_score_has_a_word(score: float, word: str) -> None:
    assert states.rating(score) == word
