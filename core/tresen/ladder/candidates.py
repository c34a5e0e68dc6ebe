# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what is to be judged: an installed plugin by its name, a source folder, or a wheel.

Nothing is imported, built or fetched: metadata are read from where they already stand.
"""

import ast
import json
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser, Error
from contextlib import contextmanager
from dataclasses import replace
from email.message import Message
from email.parser import Parser
from importlib.metadata import Distribution, entry_points
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from urllib.request import url2pathname
from zipfile import BadZipFile, ZipFile

from tresen.errors import Missing, Refused
from tresen.i18n import _
from tresen.ladder.records import Candidate
from tresen.loader import GROUP
from tresen.manifest import FILE_NAME, Manifest, parse_manifest


@contextmanager
def candidate(subject: str) -> Iterator[Candidate]:
    """Yield the plugin of this name, in this folder, or in this wheel, while the block runs.

    Raises Missing where there is none, Refused for a folder or a wheel that holds no plugin, and
    Misconfigured for a manifest that cannot be understood.
    """
    path = Path(subject)
    if path.suffix == ".whl" and path.is_file():
        with TemporaryDirectory() as folder:
            yield _from_wheel(path, Path(folder))
    elif subject.isidentifier() and not path.is_dir():
        yield installed(subject)
    elif path.is_dir():
        yield _from_folder(path)
    else:
        raise Missing(_("There is no plugin called %(name)s.") % {"name": subject})


def installed(name: str) -> Candidate:
    """Return an installed plugin; raises Missing and Misconfigured."""
    for point in entry_points(group=GROUP, name=name):
        spec = find_spec(point.module.partition(".")[0])
        places = (spec and spec.submodule_search_locations) or ()
        for place in places if point.dist else ():
            if folder := _working_copy(point.dist):
                # What pip wrote down when it was linked is older than what now runs.
                return replace(_from_folder(folder), installed=point.dist)
            return _described(name, Path(place), _core_metadata(point.dist), point.dist)
    raise Missing(_("There is no plugin called %(name)s.") % {"name": name})


def _working_copy(distribution: Distribution | None) -> Path | None:
    """Return the folder that a distribution is installed from in place, if it is."""
    direct = json.loads((distribution and distribution.read_text("direct_url.json")) or "{}")
    if not direct.get("dir_info", {}).get("editable"):
        return None
    folder = Path(url2pathname(urlsplit(direct["url"]).path))
    return folder if folder.is_dir() else None


def _from_wheel(wheel: Path, folder: Path) -> Candidate:
    try:
        with ZipFile(wheel) as archive:
            archive.extractall(folder)
    except BadZipFile:
        raise Refused(_("%(file)s is no wheel.") % {"file": wheel.name}) from None
    for info in folder.glob("*.dist-info"):
        distribution = Distribution.at(info)
        for point in distribution.entry_points.select(group=GROUP):
            package = folder / point.module.partition(".")[0]
            return _described(point.name, package, _core_metadata(distribution), distribution)
    raise Refused(_("%(file)s holds no plugin of Tresen.") % {"file": wheel.name})


def _from_folder(folder: Path) -> Candidate:
    for make in (_from_setup_cfg, _from_pyproject):
        found = make(folder)
        if found is not None:
            return found
    raise Refused(_("%(file)s holds no plugin of Tresen.") % {"file": folder.name})


def _from_setup_cfg(folder: Path) -> Candidate | None:
    setup = ConfigParser(interpolation=None)
    try:
        setup.read(folder / "setup.cfg", encoding="utf-8")
    except Error:
        return None
    points = setup.get("options.entry_points", GROUP, fallback="").strip()
    if not points:
        return None
    name, _equals, module = (part.strip() for part in points.splitlines()[0].partition("="))
    package = folder / module.partition(".")[0]
    said = dict(setup["metadata"])
    metadata = Message()
    for field, key in (("Name", "name"), ("Author", "author"), ("Maintainer", "maintainer")):
        _add(metadata, field, said.get(key))
    for field, key in (("Author-email", "author_email"), ("Maintainer-email", "maintainer_email")):
        _add(metadata, field, said.get(key))
    _add(metadata, "License-Expression", said.get("license"))
    _add(metadata, "Version", _version(said.get("version", ""), package))
    for line in said.get("project_urls", "").strip().splitlines():
        label, _equals, url = line.partition("=")
        _add(metadata, "Project-URL", f"{label.strip()}, {url.strip()}")
    for line in setup.get("options", "install_requires", fallback="").strip().splitlines():
        _add(metadata, "Requires-Dist", line.strip())
    metadata.set_payload(
        _text(folder / said.get("long_description", "").removeprefix("file:").strip())
    )
    return _described(name, package, metadata)


def _from_pyproject(folder: Path) -> Candidate | None:
    try:
        project = tomllib.loads(_text(folder / "pyproject.toml")).get("project", {})
    except tomllib.TOMLDecodeError:
        return None
    for name, value in project.get("entry-points", {}).get(GROUP, {}).items():
        package = next(folder.rglob(f"{value.partition('.')[0]}/__init__.py"), folder).parent
        licence = project.get("license", "")
        metadata = Message()
        _add(metadata, "Name", project.get("name"))
        _add(metadata, "Version", project.get("version") or _version("attr:", package))
        _add(metadata, "License-Expression", licence if isinstance(licence, str) else None)
        for field, key in (("Author", "authors"), ("Maintainer", "maintainers")):
            for person in project.get(key, ()):
                _add(metadata, field, person.get("name"))
        for label, url in project.get("urls", {}).items():
            _add(metadata, "Project-URL", f"{label}, {url}")
        for line in project.get("dependencies", ()):
            _add(metadata, "Requires-Dist", line)
        readme = project.get("readme", "")
        metadata.set_payload(_text(folder / readme) if isinstance(readme, str) else "")
        return _described(name, package, metadata)
    return None


def _described(
    name: str, package: Path, metadata: Message, distribution: Distribution | None = None
) -> Candidate:
    return Candidate(name, package, metadata, _manifest(package), distribution)


def _manifest(package: Path) -> Manifest | None:
    file = package / FILE_NAME
    return parse_manifest(file.read_bytes()) if file.is_file() else None


def _core_metadata(distribution: Distribution | None) -> Message:
    # PKG-INFO stands where an older setuptools left an egg.
    read = distribution.read_text if distribution else lambda _name: None
    return Parser().parsestr(read("METADATA") or read("PKG-INFO") or "")


def _version(said: str, package: Path) -> str:
    """Return a version; `attr:` leads to the one that the package assigns to itself."""
    if not said.startswith("attr:"):
        return said.strip()
    for node in ast.parse(_text(package / "__init__.py")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__":
            return str(ast.literal_eval(node.value))
    return ""


def _text(file: Path) -> str:
    return file.read_text("utf-8") if file.is_file() else ""


def _add(metadata: Message, field: str, value: str | None) -> None:
    if value:
        metadata[field] = value
