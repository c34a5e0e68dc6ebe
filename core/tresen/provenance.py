# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where an installed distribution comes from, and whether somebody changed it since.

pip writes both down beside the code: the hash of every file in ``RECORD`` (packaging
specification "Recording installed projects"), the address and commit in ``direct_url.json``
(PEP 610). Who runs changed AGPL software owes its source, so a change has to be seen.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackagePath
from pathlib import Path

UNMODIFIED, CHANGED, IN_PLACE, UNKNOWN = "unmodified", "changed", "in_place", "unknown"

# The names under which projects give the address of their source (PEP 753, well-known labels).
SOURCE_LABELS = ("source", "repository", "sourcecode", "github")
# The SPDX expression of metadata 2.4, else the older field of free text.
LICENCE_FIELDS = ("License-Expression", "License")
# Written by the interpreter, not by the author.
_COMPILED = ".pyc"


@dataclass(frozen=True)
class Provenance:
    """What the metadata of one installed distribution says of its origin.

    `licence` is an SPDX expression, `source_url` and `commit` are empty where nobody said them.
    `differing` are the paths below the installation that were changed, added or removed; with
    the state `in_place` nothing can be compared, because the working copy itself runs, and with
    `unknown` neither, because the installer left no RECORD.
    """

    name: str
    version: str
    licence: str
    source_url: str
    commit: str
    state: str
    differing: tuple[str, ...] = ()


def provenance_of(distribution: Distribution) -> Provenance:
    """Return the origin of an installed distribution; hashes each of its files."""
    direct = json.loads(distribution.read_text("direct_url.json") or "{}")
    metadata = distribution.metadata
    in_place = bool(direct.get("dir_info", {}).get("editable"))
    differing = () if in_place else tuple(sorted(_differing(distribution)))
    return Provenance(
        name=distribution.name,
        version=distribution.version,
        licence=next((metadata[name] for name in LICENCE_FIELDS if name in metadata), ""),
        source_url=source_url(metadata.get_all("Project-URL") or [], distribution),
        commit=direct.get("vcs_info", {}).get("commit_id", ""),
        state=_state(distribution, in_place=in_place, differing=differing),
        differing=differing,
    )


def _state(distribution: Distribution, *, in_place: bool, differing: tuple[str, ...]) -> str:
    if in_place:
        return IN_PLACE
    if not distribution.read_text("RECORD"):
        return UNKNOWN
    return CHANGED if differing else UNMODIFIED


def source_url(lines: list[str], distribution: Distribution | None) -> str:
    """Return where the source is: that of the commit, else what `Project-URL` lines say.

    Where neither is known it is the address that pip took it from.
    """
    direct = json.loads((distribution and distribution.read_text("direct_url.json")) or "{}")
    installed_from: str = direct.get("url", "")
    if "vcs_info" in direct:
        return installed_from
    urls = {
        "".join(char for char in label.lower() if char.isalnum()): url.strip()
        for label, _comma, url in (line.partition(",") for line in lines)
    }
    return next((urls[label] for label in SOURCE_LABELS if label in urls), installed_from)


def _differing(distribution: Distribution) -> Iterator[str]:
    recorded = {path.as_posix(): path for path in distribution.files or ()}
    for name, path in recorded.items():
        if path.hash and not _is_as_recorded(path):
            yield name
    for package in _packages(recorded):
        folder = Path(str(distribution.locate_file(package)))
        for file in folder.rglob("*"):
            name = f"{package}/{file.relative_to(folder).as_posix()}"
            if file.is_file() and file.suffix != _COMPILED and name not in recorded:
                yield name


def _packages(names: dict[str, PackagePath]) -> set[str]:
    tops = {name.partition("/")[0] for name in names if "/" in name}
    return {top for top in tops if not top.endswith((".dist-info", ".data")) and top != ".."}


def _is_as_recorded(path: PackagePath) -> bool:
    file = Path(str(path.locate()))
    if not file.is_file() or path.hash is None:
        return False
    digest = hashlib.new(path.hash.mode, file.read_bytes()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == path.hash.value
