# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what runs here: Tresen, its plugins, and all that they require.

What an extra brings is left out: nothing tells which extras somebody installed on purpose.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from urllib.parse import urlsplit

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tresen.sdk import Core, Provenance, provenance_of

from tresen_licensing.sources import states

CORE = "tresen"
# Characters of a licence that is named and not quoted.
LONGEST = 200


@dataclass(frozen=True)
class Running:
    """A distribution that runs here; `is_own` for Tresen and its plugins."""

    distribution: Distribution
    origin: Provenance
    is_own: bool

    @property
    def is_owed(self) -> bool:
        """Whether its source is handed out from here, not only from where its maker offers it."""
        return self.is_own or self.origin.state == states.CHANGED

    @property
    def address(self) -> str:
        """Where its maker offers the source, else where its maker is found.

        Empty where nobody says so, and for a folder of this machine.
        """
        metadata = self.distribution.metadata
        labelled = [line.partition(",") for line in metadata.get_all("Project-URL") or ()]
        homes = [url.strip() for label, _comma, url in labelled if label.lower() == "homepage"]
        said = (self.origin.source_url, *homes, *(metadata.get_all("Home-page") or ()))
        return next((url for url in map(_public, said) if url), "")

    @property
    def licence(self) -> str:
        """The licence in one line: what the metadata says, else what its classifiers do.

        Of older distributions the field holds the whole text.
        """
        said = self.origin.licence.strip()
        if said and "\n" not in said and len(said) <= LONGEST:
            return said
        classified = self.distribution.metadata.get_all("Classifier") or ()
        parts = (line.split(" :: ") for line in classified if line.startswith("License ::"))
        return ", ".join(each[-1] for each in parts)[:LONGEST]


def _public(address: str) -> str:
    parts = urlsplit(address)
    if not parts.hostname or not parts.scheme.endswith(("http", "https", "ssh", "git")):
        return ""
    # Whoever installed it may have written a password into the address.
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def running(core: Core) -> list[Running]:
    """Return what runs in this process, Tresen and its plugins first; hashes every file of it."""
    own = own_names(core)
    found = installed(own)
    rows = [Running(each, provenance_of(each), name in own) for name, each in found.items()]
    return sorted(rows, key=lambda each: (not each.is_own, each.origin.name.lower()))


def own_names(core: Core) -> set[str]:
    """Return the names of Tresen's distribution and of those of the plugins that run."""
    brought = {info.distribution for info in core.plugins.taken_in.values()}
    return {canonicalize_name(name) for name in (CORE, *brought) if name}


def installed(names: Iterable[str]) -> Mapping[str, Distribution]:
    """Return the installed distributions of these names and all that they require, by name."""
    found: dict[str, Distribution] = {}
    waiting = [(name, frozenset[str]()) for name in sorted(names)]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        try:
            one = found.setdefault(name, distribution(name))
        except PackageNotFoundError:
            continue
        fresh = [each for each in required(one, extras) if each not in seen]
        seen.update(fresh)
        waiting += fresh
    return found


def required(one: Distribution, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what a distribution requires here: each by name, with the extras wanted of it."""
    for line in one.requires or ():
        wanted = Requirement(line)
        marker = wanted.marker
        if marker is None or any(marker.evaluate({"extra": each}) for each in ("", *extras)):
            yield canonicalize_name(wanted.name), frozenset(wanted.extras)
