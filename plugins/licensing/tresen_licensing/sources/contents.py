# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the files that are the source of a running distribution, edited ones as they run.

An installed one is what its RECORD lists and what differs from it; one that runs in place is what
its working copy tracks, and what is new in its packages. What looks secret is left out and named.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from tresen_licensing.sources import states
from tresen_licensing.sources.distributions import Running
from tresen_licensing.sources.kept_away import is_below, looks_secret

# Written by the installer about this machine, not by the author.
INSTALLERS = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
# What lies beside the packages of a project that no working copy tracks.
BESIDE = ("pyproject.toml", "setup.*", "README*", "LICEN*", "COPYING*", "NOTICE*", "CHANGES*")


@dataclass(frozen=True)
class Contents:
    """The files of a source by the name that each has in it, and what is known of them."""

    files: Mapping[str, Path]
    commit: str
    differing: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def contents_of(one: Running, others: Iterable[Path], shut: Iterable[Path]) -> Contents:
    """Return the source of a distribution.

    `others` are folders of further distributions, which bring their own; `shut` are folders of
    which nothing may leave the machine.
    """
    folder = folder_of(one.distribution) if one.origin.state == states.IN_PLACE else None
    found = _installed(one) if folder is None else _in_place(one, folder)
    own = {name: file for name, file in found.files.items() if not is_below(file, others)}
    hidden = {name for name, file in own.items() if looks_secret(name) or is_below(file, shut)}
    files = {name: file for name, file in own.items() if name not in hidden and _is_plain(file)}
    # What was removed is no file any more, and differs all the same.
    elsewhere = hidden | (set(found.files) - set(own))
    shown = tuple(name for name in found.differing if name not in elsewhere)
    left_out = tuple(sorted(name for name in hidden if own[name].is_file()))
    return Contents(files, found.commit, shown, left_out)


def folder_of(one: Distribution) -> Path | None:
    """Return the folder that a distribution runs in place from; None for any other."""
    direct = json.loads(one.read_text("direct_url.json") or "{}")
    if not direct.get("dir_info", {}).get("editable"):
        return None
    return Path(unquote(urlsplit(direct["url"]).path))


def _installed(one: Running) -> Contents:
    differing = one.origin.differing
    names = set(_recorded(one.distribution)) | set(differing)
    if one.origin.state == states.UNKNOWN:
        names = set(_packaged(one.distribution))
        differing = ()
    files = {name: Path(str(one.distribution.locate_file(name))) for name in names}
    return Contents(files, one.origin.commit, differing)


def _recorded(one: Distribution) -> Iterator[str]:
    """Yield what the author shipped: scripts and the like are made anew at each installation."""
    for each in one.files or ():
        path = PurePosixPath(each.as_posix())
        is_note = path.parent.suffix == ".dist-info" and path.name in INSTALLERS
        if not is_note and path.suffix != ".pyc" and ".." not in path.parts:
            yield path.as_posix()


def _packaged(one: Distribution) -> Iterator[str]:
    """Yield what lies in the packages of a distribution without a RECORD."""
    for top in _tops(one):
        place = Path(str(one.locate_file(top)))
        root = place.parent
        found = place.rglob("*") if place.is_dir() else [place.with_suffix(".py")]
        yield from (each.relative_to(root).as_posix() for each in found if _is_written(each))


def _in_place(one: Running, folder: Path) -> Contents:
    # dulwich takes some 9 MB of memory, and web processes never look.
    from tresen_licensing.sources.working_copies import working_copy  # noqa: PLC0415 - as above

    packages = [each for each in map(_place_of, _tops(one.distribution)) if each is not None]
    inside = [each for each in packages if each.is_relative_to(folder)]
    copy = working_copy(folder, inside)
    if copy is not None:
        files = {name: folder / name for name in copy.names}
        return Contents(files, copy.commit, tuple(copy.differing()))
    found = [each for package in inside for each in package.rglob("*") if _is_written(each)]
    found += [each for pattern in BESIDE for each in folder.glob(pattern)]
    return Contents({each.relative_to(folder).as_posix(): each for each in found}, "", ())


def _tops(one: Distribution) -> list[str]:
    named = (one.read_text("top_level.txt") or "").split()
    return named or [one.name.replace("-", "_")]


def _place_of(top: str) -> Path | None:
    spec = find_spec(top)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def _is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def _is_written(file: Path) -> bool:
    return file.is_file() and file.suffix != ".pyc"
