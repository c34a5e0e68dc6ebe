# SPDX-License-Identifier: AGPL-3.0-or-later
"""How each ecosystem orders versions, by kept libraries.

What no library here orders stays without an order: its versions are unknown, never not affected.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

# Turns a version into something that can be compared; raises one of FAULTS.
Order = Callable[[str], Any]
SEMVER, ECOSYSTEM, GIT = "SEMVER", "ECOSYSTEM", "GIT"
# What the libraries raise for a version that is none, and where two cannot be compared.
FAULTS = (ValueError, TypeError, AttributeError, IndexError, RecursionError)
# Characters; a longer version is none.
LONGEST = 200
_NUMBER = re.compile(r"v?[0-9]", re.ASCII | re.IGNORECASE)


def semantic(text: str) -> Any:
    """Order by SemVer 2.0.0; a number that is left out is 0, and Go writes a `v` in front."""
    from semver import Version  # noqa: PLC0415 - a worker compares, no page does

    return Version.parse(_checked(text).removeprefix("v"), optional_minor_and_patch=True)


def python(text: str) -> Any:
    """Order by the version specifiers of Python packages (PEP 440)."""
    from packaging.version import Version  # noqa: PLC0415 - as above

    return Version(_checked(text))


def maven(text: str) -> Any:
    """Order as Maven's ComparableVersion does."""
    from univers.versions import MavenVersion  # noqa: PLC0415 - as above

    return MavenVersion(_checked(text))


def gem(text: str) -> Any:
    """Order as Gem::Version does."""
    from univers.versions import RubygemsVersion  # noqa: PLC0415 - as above

    return RubygemsVersion(_checked(text))


def nuget(text: str) -> Any:
    """Order as NuGet does: SemVer 2.0.0 with a fourth number."""
    from univers.nuget import InvalidNuGetVersion  # noqa: PLC0415 - as above
    from univers.versions import NugetVersion  # noqa: PLC0415

    try:
        return NugetVersion(_checked(text))
    except InvalidNuGetVersion as error:
        raise ValueError(text[:LONGEST]) from error


# Advisories about one package name the same versions over and over.
_known = lru_cache(maxsize=16384)
_SEMANTIC = _known(semantic)
ORDERS: Mapping[str, Order] = {
    "PyPI": _known(python),
    "Maven": _known(maven),
    "RubyGems": _known(gem),
    "NuGet": _known(nuget),
    **dict.fromkeys(("crates.io", "Go", "Hex", "npm", "Pub", "SwiftURL"), _SEMANTIC),
}


def order_of(kind: str, ecosystem: str) -> Order | None:
    """Return the order of a range of this kind in an ecosystem; None where nothing orders it."""
    if kind == SEMVER:
        return _SEMANTIC
    return ORDERS.get(ecosystem.partition(":")[0]) if kind == ECOSYSTEM else None


def _checked(text: str) -> str:
    """Return a version without space; raises ValueError for what begins with no number."""
    found = text.strip()
    if len(found) > LONGEST or not _NUMBER.match(found):
        raise ValueError(text[:LONGEST])
    return found
