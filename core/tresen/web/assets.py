# SPDX-License-Identifier: AGPL-3.0-or-later
"""Serves style sheets, scripts and pictures of the core and the plugins from memory.

The address holds a hash over all of them, so a browser may keep each file for good, and modules
that import one another by relative address always come from the same version.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, current_app, g, request

ENDPOINT = "static"
FOREVER = "public, max-age=31536000, immutable"
PACKED_TYPES = re.compile(r"text/|image/svg\+xml|application/(json|javascript)")
# a packet carries about this much anyway
PACK_FROM_BYTES = 1000
_IMPORT = re.compile(r'@import "([a-z_]+\.css)";')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AROUND_MARKS = re.compile(r"\s*([{};,])\s*|(:)\s+")


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: `packed` is None where packing would not make it smaller."""

    kind: str
    body: bytes
    packed: bytes | None


class Assets:
    """All static files, found at the start and read when first asked for."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        """`folders`: "" is the core's folder, a plugin's name the plugin's."""
        self._paths = dict(_walk(folders))
        self._loaded: dict[str, Asset] = {}
        self.version = self._hash()

    def get(self, name: str) -> Asset:
        """The file of that name; raises KeyError when there is none."""
        if name not in self._loaded:
            self._loaded[name] = _load(self._paths[name])
        return self._loaded[name]

    def _hash(self) -> str:
        state = hashlib.sha256()
        for name, path in sorted(self._paths.items()):
            state.update(f"{name}\0".encode())
            state.update(path.read_bytes())
        return state.hexdigest()[:12]


def install(app: Flask, folders: Mapping[str, Path]) -> None:
    """Mount the files of `folders` at `/static/` and give templates `asset_url()`."""
    assets = Assets(folders)
    app.extensions[ENDPOINT] = assets
    app.add_url_rule("/static/<version>/<path:name>", ENDPOINT, _serve)
    app.jinja_env.globals["asset_url"] = asset_url
    if app.debug:
        app.before_request(lambda: app.extensions.update({ENDPOINT: Assets(folders)}))


def asset_url(name: str) -> str:
    """The address of a static file, such as `css/tresen.css` or `pilot_service/map.js`."""
    return f"{asset_base()}/{name}"


def asset_base() -> str:
    """What the address of every static file begins with."""
    # put together by hand, once: a page asks some hundred times, for its icons alone
    found: str | None = g.get("asset_base")
    if found is None:
        found = g.asset_base = f"{request.script_root}/static/{_assets().version}"
    return found


def _assets() -> Assets:
    assets = current_app.extensions[ENDPOINT]
    if not isinstance(assets, Assets):
        raise TypeError("another extension took the place of the static files")
    return assets


def _serve(version: str, name: str) -> Response:
    assets = _assets()
    try:
        asset = assets.get(name)
    except KeyError:
        abort(404)
    answer = Response(asset.body, mimetype=asset.kind)
    if asset.packed is not None and request.accept_encodings.quality("gzip") > 0:
        answer.set_data(asset.packed)
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    # a page from before an update may still ask for the old address: it gets today's file
    answer.headers["Cache-Control"] = FOREVER if version == assets.version else "no-cache"
    return answer


def _walk(folders: Mapping[str, Path]) -> list[tuple[str, Path]]:
    found = []
    for prefix, folder in folders.items():
        for path in folder.rglob("*"):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                found.append((f"{prefix}/{name}" if prefix else name, path))
    return found


def _load(path: Path) -> Asset:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    body = _style(path).encode() if path.suffix == ".css" else path.read_bytes()
    packed = gzip.compress(body, mtime=0) if _is_worth_packing(kind, body) else None
    return Asset(kind, body, packed)


def _is_worth_packing(kind: str, body: bytes) -> bool:
    return PACKED_TYPES.match(kind) is not None and len(body) >= PACK_FROM_BYTES


def _style(path: Path) -> str:
    """A style sheet with its imports put in place, without comments and needless space."""
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    text = _IMPORT.sub(lambda found: _style(path.parent / found[1]), text)
    text = _AROUND_MARKS.sub(r"\1\2", re.sub(r"\s+", " ", text))
    return text.replace(";}", "}").strip()
