# SPDX-License-Identifier: AGPL-3.0-or-later
"""A purl and an advisory that speak of one package have one key."""

import pytest
from tresen_licensing.advisories import packages


@pytest.mark.parametrize(
    ("purl", "ecosystem", "name"),
    [
        ("pkg:pypi/Flask_SQLAlchemy@3.0", "PyPI", "flask.sqlalchemy"),
        ("pkg:npm/chart.js@4.5.0", "npm", "chart.js"),
        ("pkg:npm/%40angular/core@17.0.0?arch=x#lib", "npm", "@angular/core"),
        ("pkg:maven/org.postgresql/postgresql@42.7.7", "Maven", "org.postgresql:postgresql"),
        ("pkg:maven/a/b@1", "Maven:https://maven.example", "a:b"),
        ("pkg:golang/github.com/BurntSushi/toml@v1.0.0", "Go", "github.com/BurntSushi/toml"),
        ("pkg:cargo/serde@1.0.0", "crates.io", "serde"),
        ("pkg:gem/rails@7.0.0", "RubyGems", "rails"),
        ("pkg:nuget/Newtonsoft.Json@13.0.1", "NuGet", "newtonsoft.json"),
        ("pkg:composer/Symfony/Http-Kernel@6.0.0", "Packagist", "symfony/http-kernel"),
        ("pkg:swift/github.com/a/b@1.0.0", "SwiftURL", "https://github.com/a/b.git"),
        ("pkg:hex/plug@1.0.0", "Hex", "plug"),
    ],
)
def test_both_speak_of_one_package(purl: str, ecosystem: str, name: str) -> None:
    key = packages.key_of(purl)
    assert key == packages.key_named(ecosystem, name)
    assert "@" not in key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pkg:npm/zlib@1", "pkg:pypi/zlib@1"),
        ("pkg:cargo/Serde@1", "pkg:cargo/serde@1"),
        ("pkg:maven/a/b@1", "pkg:maven/c/b@1"),
    ],
)
def test_two_packages_have_two_keys(one: str, other: str) -> None:
    assert packages.key_of(one) != packages.key_of(other)


@pytest.mark.parametrize(
    "purl",
    [
        *("", "crane", "pkg:", "pkg:npm", "pkg:npm/", f"pkg:npm/{'a' * 600}"),
        *("pkg:deb/debian/openssl@3.0", "pkg:rpm/fedora/curl@8", "pkg:apk/alpine/zlib@1"),
    ],
)
def test_what_no_advisory_names_has_no_key(purl: str) -> None:
    assert packages.key_of(purl) == ""


@pytest.mark.parametrize(
    ("ecosystem", "name"),
    [("Debian:12", "openssl"), ("Lager", "crane"), ("PyPI", ""), ("", "crane"), ("Maven", ":")],
)
def test_name_without_a_type_of_purl_has_no_key(ecosystem: str, name: str) -> None:
    assert packages.key_named(ecosystem, name) == ""


@pytest.mark.parametrize(
    ("purl", "named"),
    [
        ("pkg:npm/%40angular/core@1", ("npm", "@angular/core")),
        ("pkg:maven/a/b@1", ("Maven", "a:b")),
        ("pkg:golang/k8s.io/api@v1", ("Go", "k8s.io/api")),
        ("pkg:pypi/crane@2", ("PyPI", "crane")),
        ("pkg:generic/driver@1", ("", "")),
    ],
)
def test_key_is_named_as_osv_names_it(purl: str, named: tuple[str, str]) -> None:
    assert packages.named(packages.key_of(purl)) == named


@pytest.mark.parametrize(
    ("purl", "version"), [("pkg:npm/a@1.2", "1.2"), ("pkg:npm/a", ""), ("", "")]
)
def test_version_is_read_from_the_purl(purl: str, version: str) -> None:
    assert packages.version_of(purl) == version
