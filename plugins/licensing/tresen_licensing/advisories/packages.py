# SPDX-License-Identifier: AGPL-3.0-or-later
"""Says by one key which package a purl and an advisory speak of.

The key is the purl without version, qualifiers and subpath, written as the ecosystem compares
names. Source: the purl types (https://github.com/package-url/purl-spec) and the ecosystems of the
OSV schema (https://ossf.github.io/osv-schema/#defined-ecosystems).
"""

import re
from functools import lru_cache

# Types of purls and the ecosystems whose packages they name.
ECOSYSTEMS = {
    "cargo": "crates.io",
    "composer": "Packagist",
    "conan": "ConanCenter",
    "cran": "CRAN",
    "gem": "RubyGems",
    "githubactions": "GitHub Actions",
    "golang": "Go",
    "hackage": "Hackage",
    "hex": "Hex",
    "maven": "Maven",
    "npm": "npm",
    "nuget": "NuGet",
    "opam": "opam",
    "pub": "Pub",
    "pypi": "PyPI",
    "swift": "SwiftURL",
}
_TYPES = {ecosystem: kind for kind, ecosystem in ECOSYSTEMS.items()}
# An advisory names source packages of a release of a distribution, a bill binary ones: no key
# would say the same of both.
DISTRIBUTIONS = ("alpm", "apk", "deb", "rpm")
# Names that differ in case alone are one package there.
_CASELESS = ("composer", "githubactions", "golang", "nuget", "pypi")
# Characters; a longer key is no package, and no index holds it.
LONGEST = 500


@lru_cache(maxsize=65536)
def key_of(purl: str) -> str:
    """Return the key of a purl; empty for what is none, and for packages of distributions."""
    # Read by a worker and where a file comes in, not in every web process.
    from packageurl import PackageURL  # noqa: PLC0415 - as above

    try:
        found = PackageURL.from_string(purl)
    except ValueError:
        return ""
    return _key(found.type, found.namespace or "", found.name)


@lru_cache(maxsize=65536)
def key_named(ecosystem: str, name: str) -> str:
    """Return the key of a package as OSV names it; empty where no type of purl names it.

    What follows a colon in the ecosystem, such as the address of a repository, is left out.
    """
    kind = _TYPES.get(ecosystem.partition(":")[0], "")
    if not kind or not name:
        return ""
    mark = ":" if kind == "maven" else "/"
    plain = name.partition("://")[2].removesuffix(".git") if "://" in name else name
    namespace, _mark, last = plain.rpartition(mark)
    return _key(kind, namespace, last)


def named(key: str) -> tuple[str, str]:
    """Return ecosystem and name of a key as OSV writes them; two empty texts where it has none."""
    from packageurl import PackageURL  # noqa: PLC0415 - as above

    found = PackageURL.from_string(key)
    ecosystem = ECOSYSTEMS.get(found.type, "")
    mark = ":" if found.type == "maven" else "/"
    name = f"{found.namespace}{mark}{found.name}" if found.namespace else found.name
    return (ecosystem, name) if ecosystem else ("", "")


def version_of(purl: str) -> str:
    """Return the version that a purl names; empty for none."""
    from packageurl import PackageURL  # noqa: PLC0415 - as above

    try:
        return PackageURL.from_string(purl).version or ""
    except ValueError:
        return ""


def _key(kind: str, namespace: str, name: str) -> str:
    from packageurl import PackageURL  # noqa: PLC0415 - as above

    if kind in DISTRIBUTIONS or not name:
        return ""
    if kind in _CASELESS:
        namespace, name = namespace.lower(), name.lower()
    if kind == "pypi":
        # Source: PEP 503, "Normalized Names".
        name = re.sub(r"[-_.]+", "-", name)
    try:
        found = PackageURL(kind, namespace or None, name).to_string()
    except ValueError:
        return ""
    return found if len(found) <= LONGEST else ""
