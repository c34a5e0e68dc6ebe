# SPDX-License-Identifier: AGPL-3.0-or-later
"""What runs here is Tresen, its plugins and all that they require, with licence and address."""

from collections.abc import Callable
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from tresen.sdk import Core, provenance_of
from tresen_licensing.sources import distributions
from tresen_licensing.sources.distributions import Running

Install = Callable[..., Running]
WHOLE_TEXT = "License: Copyright 2010 Somebody\n        \n        Redistribution is permitted."


def test_own_distributions_are_tresen_and_its_plugins(core: Core) -> None:
    own = distributions.own_names(core)
    brought = {info.distribution for info in core.plugins.taken_in.values()}
    assert own == {"tresen", *brought}


def test_own_distributions_are_named_in_one_spelling(core: Core) -> None:
    assert {name for name in distributions.own_names(core) if "_" in name} == set()


def test_what_is_required_runs_too() -> None:
    found = distributions.installed(["tresen"])
    # Werkzeug is required by Flask alone, and that by Tresen.
    assert {"tresen", "flask", "werkzeug"} - set(found) == set()


def test_what_an_extra_brings_does_not_run() -> None:
    # What only the tests need is an extra of Tresen's, installed beside this test.
    assert {"pytest", "sphinx"} & set(distributions.installed(["tresen"])) == set()


def test_what_a_plugin_requires_runs_with_it() -> None:
    with_plugin, without = (
        "dulwich" in distributions.installed(names)
        for names in (["tresen", "tresen-licensing"], ["tresen"])
    )
    assert (with_plugin, without) == (True, False)


def test_what_is_not_installed_is_passed_over() -> None:
    assert distributions.installed(["no-such-distribution"]) == {}


def test_distribution_is_found_once_whoever_requires_it() -> None:
    names = list(distributions.installed(["tresen", "tresen-licensing", "flask"]))
    assert len(names) == len(set(names))


def test_own_ones_stand_first_and_all_by_name(core: Core) -> None:
    found = distributions.running(core)
    keys = [(not each.is_own, each.origin.name.lower()) for each in found]
    assert (keys == sorted(keys), found[0].origin.name) == (True, "tresen")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://forge.example/kettle", "https://forge.example/kettle"),
        ("http://forge.example/kettle", "http://forge.example/kettle"),
        ("git+https://forge.example/kettle.git", "git+https://forge.example/kettle.git"),
        ("ssh://git@forge.example/kettle.git", "ssh://forge.example/kettle.git"),
        ("https://ada:secret@forge.example/kettle", "https://forge.example/kettle"),
        ("https://ada@forge.example:8443/kettle", "https://forge.example:8443/kettle"),
        ("file:///srv/kettle", ""),
        ("/srv/kettle", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://", ""),
    ],
)
def test_address_is_shown_where_it_leads_elsewhere_and_without_secrets(
    install: Install, site: Path, address: str, shown: str
) -> None:
    install()
    metadata = site / "tresen_kettle-2.1.dist-info" / "METADATA"
    metadata.write_text(
        f"Metadata-Version: 2.4\nName: kettle\nVersion: 2.1\nProject-URL: Source, {address}\n"
    )
    assert reread(site).address == shown


def test_folder_of_this_machine_is_shown_to_nobody(install: Install, site: Path) -> None:
    install(url="file:///srv/kettle", dir_info={})
    metadata = site / "tresen_kettle-2.1.dist-info" / "METADATA"
    metadata.write_text("Metadata-Version: 2.4\nName: kettle\nVersion: 2.1\n")
    assert reread(site).address == ""


@pytest.mark.parametrize(
    "line",
    [
        "Home-page: https://kettle.example/",
        "Project-URL: Homepage, https://kettle.example/",
        "Project-URL: homepage, https://kettle.example/",
    ],
)
def test_home_stands_in_for_an_address_of_the_source(site: Path, line: str) -> None:
    assert bare(site, line).address == "https://kettle.example/"


def test_address_of_the_source_goes_before_home(install: Install) -> None:
    found = install("Project-URL: Homepage, https://kettle.example/")
    assert found.address == "https://forge.example/kettle"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["License-Expression: MIT"], "MIT"),
        (["License: BSD"], "BSD"),
        (["License-Expression: MIT", "License: BSD"], "MIT"),
        ([], ""),
        (["Classifier: License :: OSI Approved :: MIT License"], "MIT License"),
        ([WHOLE_TEXT], ""),
        ([WHOLE_TEXT, "Classifier: License :: OSI Approved :: BSD License"], "BSD License"),
        (["License: " + "x" * 201], ""),
        (["License: " + "x" * 200], "x" * 200),
        (
            [
                "Classifier: License :: OSI Approved :: MIT License",
                "Classifier: License :: OSI Approved :: Apache Software License",
            ],
            "MIT License, Apache Software License",
        ),
        (["Classifier: Framework :: Flask"], ""),
    ],
)
def test_licence_is_named_in_one_line(site: Path, lines: list[str], said: str) -> None:
    assert bare(site, *lines).licence == said


@pytest.mark.parametrize(
    ("is_own", "is_edited", "is_owed"),
    [(True, False, True), (True, True, True), (False, False, False), (False, True, True)],
)
def test_source_of_others_is_owed_once_it_was_changed(
    install: Install, site: Path, *, is_own: bool, is_edited: bool, is_owed: bool
) -> None:
    install(is_own=is_own)
    if is_edited:
        (site / "tresen_kettle" / "__init__.py").write_text("ANSWER = 43\n")
    assert reread(site, is_own=is_own).is_owed == is_owed


def bare(site: Path, *lines: str) -> Running:
    """Return a distribution whose metadata have these lines only."""
    info = site / "tresen_kettle-2.1.dist-info"
    info.mkdir()
    head = "Metadata-Version: 2.4\nName: kettle\nVersion: 2.1\n"
    (info / "METADATA").write_text(head + "".join(f"{line}\n" for line in lines))
    return reread(site)


def reread(site: Path, *, is_own: bool = True) -> Running:
    found = Distribution.at(site / "tresen_kettle-2.1.dist-info")
    return Running(found, provenance_of(found), is_own)
