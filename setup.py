# SPDX-License-Identifier: AGPL-3.0-or-later
"""Brings the browser files into a wheel, or refuses to build it: its pages would be bare.

All else about the distribution stands in `setup.cfg`.
"""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
ASSETS = ROOT / "core" / "tresen" / "assets.py"
VENDOR = ROOT / "core" / "tresen" / "static" / "vendor"


class BuildWithBrowserFiles(build_py):
    """Builds the package with `static/vendor/`; in place, `desk.py` brings the files later."""

    def run(self) -> None:
        """Bring the browser files, then build."""
        if not self.editable_mode:
            bring_browser_files()
        super().run()


def bring_browser_files() -> None:
    """Build `static/vendor/` from the lock file; an archive of sources holds it already.

    Ends with a sentence where neither is possible.
    """
    if not (ROOT / "package-lock.json").exists():
        if not (VENDOR / "manifest.json").exists():
            raise SystemExit(
                "The browser files are missing and there is no package-lock.json to fetch them by: "
                "build the wheel in a clone, or from a released archive."
            )
        return
    spec = spec_from_file_location("assets", ASSETS)
    assets = module_from_spec(spec)
    spec.loader.exec_module(assets)
    try:
        assets.build(ROOT, VENDOR)
    except assets.AssetError as error:
        raise SystemExit(f"The wheel would lack its browser files. {error}") from error


setup(cmdclass={"build_py": BuildWithBrowserFiles})
