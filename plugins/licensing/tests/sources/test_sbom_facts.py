# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the bill of this installation says of a distribution is what its metadata says."""

from collections.abc import Callable
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from tresen.sdk import Desk
from tresen_licensing.sources import queries, sbom
from tresen_licensing.sources.distributions import Running
from tresen_licensing.sources.models import RunningDistribution
from tresen_licensing.sources.sbom import Piece

Install = Callable[..., Running]
Look = Callable[..., int]


@pytest.fixture
def shipped(tmp_path: Path) -> Callable[..., Distribution]:
    """Return a function that makes a distribution with these lines of metadata."""

    def go(*lines: str) -> Distribution:
        info = tmp_path / "teapot-1.dist-info"
        info.mkdir()
        head = ("Metadata-Version: 2.4", "Name: teapot", "Version: 1", *lines)
        (info / "METADATA").write_text("\n".join(head) + "\n")
        return Distribution.at(info)

    return go


@pytest.mark.parametrize(
    ("lines", "maker"),
    [
        ([], ""),
        (["Author: Ada"], "Ada"),
        (["Author-email: Ada <ada@x.example>"], "Ada"),
        (['Author-email: "Ada L." <ada@x.example>'], "Ada L."),
        (["Author-email: ada@x.example"], "ada@x.example"),
        (["Maintainer: Bob"], "Bob"),
        (["Maintainer-email: Bob <bob@x.example>"], "Bob"),
        (["Author: Ada", "Maintainer: Bob"], "Ada"),
        (["Author-email: <ada@x.example>", "Maintainer: Bob"], "Bob"),
        ([f"Author: {'x' * 500}"], "x" * 200),
    ],
)
def test_maker_is_who_the_metadata_names(
    shipped: Callable[..., Distribution], lines: list[str], maker: str
) -> None:
    assert sbom._maker(shipped(*lines)) == maker


@pytest.mark.parametrize(("lines", "is_complete"), [([], True), (["Provides-Extra: pdf"], False)])
def test_dependencies_are_complete_where_nobody_can_want_more(
    shipped: Callable[..., Distribution], lines: list[str], is_complete: bool
) -> None:
    piece = Piece(RunningDistribution(name="teapot", version="1"), shipped(*lines), ())
    gone = Piece(RunningDistribution(name="teapot", version="1"), None, ())
    assert (sbom._is_complete(piece), sbom._is_complete(gone)) == (is_complete, False)


@pytest.mark.parametrize(("version", "is_same"), [("1", True), ("2", False)])
def test_other_version_than_was_looked_at_says_nothing(
    shipped: Callable[..., Distribution], version: str, is_same: bool
) -> None:
    row, one = RunningDistribution(name="teapot", version=version), shipped()
    assert (sbom._same(one, row) is one, sbom._same(None, row)) == (is_same, None)


def test_distribution_without_a_record_has_no_hash(
    shipped: Callable[..., Distribution],
) -> None:
    assert (sbom._record_sha512(shipped()), sbom._record_sha512(None)) == ("", "")


@pytest.mark.parametrize(
    ("name", "ref"),
    [
        ("Flask", "pkg:pypi/flask@1"),
        ("zope.interface", "pkg:pypi/zope.interface@1"),
        ("a_b", "pkg:pypi/a-b@1"),
    ],
)
def test_reference_is_the_package_url(name: str, ref: str) -> None:
    assert Piece(RunningDistribution(name=name, version="1"), None, ()).ref == ref


def test_installation_that_nobody_looked_at_has_an_empty_bill(desk: Desk) -> None:
    text = sbom.own_bill(desk, "json")
    assert ('"components"' in text, '"Tresen"' in text) == (False, True)


def test_notes_name_no_more_than_anybody_reads(look: Look, install: Install, fresh: Desk) -> None:
    look(install())
    (row,) = queries.running(fresh)
    row.differing = [f"file{number}.py" for number in range(80)]
    notes = "\n".join(sbom._notes(Piece(row, None, ())))
    assert (notes.startswith("80 files are not as"), notes.count("file"), "file50" in notes) == (
        *(True, 51, False),
    )


@pytest.mark.parametrize("differing", [[], ["a.py"]])
def test_pedigree_stands_only_where_something_differs(
    shipped: Callable[..., Distribution], differing: list[str]
) -> None:
    row = RunningDistribution(name="teapot", version="1", commit="", differing=differing)
    found = sbom._pedigree(Piece(row, shipped(), ()))
    assert (found is not None) == bool(differing)
