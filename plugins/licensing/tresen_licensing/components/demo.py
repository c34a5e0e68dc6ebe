# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the latest version of each own product consists of, for the demo."""

import json
from typing import Any

from tresen.sdk import Desk

from tresen_licensing import licences
from tresen_licensing.components import service
from tresen_licensing.portfolio import queries, states
from tresen_licensing.portfolio.files import Upload

# Name, version, what is said of the licence, and whose it is.
PARTS = (
    ("chart.js", "4.5.0", "MIT", "npm", "2014-2024 Chart.js Contributors"),
    ("commons-lang3", "3.18.0", "Apache-2.0", "maven", "2001-2025 The Apache Software Foundation"),
    ("ghostscript", "10.05.1", "AGPLv3", "generic", "2001-2025 Artifex Software, Inc."),
    ("iconv", "1.18", "LGPL-2.1-or-later", "generic", ""),
    ("jszip", "3.10.1", "MIT OR GPL-3.0-or-later", "npm", "2009-2016 Stuart Knightley"),
    ("jquery", "3.7.1", "MIT", "npm", "OpenJS Foundation and other contributors"),
    ("label-font", "2.1", "OFL-1.1", "generic", ""),
    ("mysql-connector", "8.4.0", "GPL-2.0-only", "generic", ""),
    ("postgresql", "42.7.7", "BSD-2-Clause", "maven", "1997, PostgreSQL Global Development Group"),
    ("scanner-driver", "1.9", "Vendor licence 2019", "generic", ""),
    ("sqlite", "3.50.4", "blessing", "generic", ""),
    ("zlib", "1.3.1", "Zlib", "generic", "1995-2024 Jean-loup Gailly and Mark Adler"),
)


def fill(desk: Desk, world: dict[str, Any]) -> None:
    """Import a bill of materials for the latest version of each own product."""
    upload = Upload("sbom.cdx.json", json.dumps(_bill(), indent=2).encode())
    for product in world.get("products", ()):
        found = queries.releases(desk, product.id) if product.kind == states.OWN else ()
        for row in found[:1]:
            service.take_in(desk, row[0], upload)


def _bill() -> dict[str, Any]:
    names = [f"{each[0]}@{each[1]}" for each in PARTS]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "whole", "name": "Lager"}},
        "components": [_component(*each) for each in PARTS],
        "dependencies": [{"ref": "whole", "dependsOn": names}],
    }


def _component(name: str, version: str, said: str, kind: str, owner: str) -> dict[str, Any]:
    ref, group = f"{name}@{version}", "org.example/" if kind == "maven" else ""
    found = {"type": "library", "bom-ref": ref, "name": name, "version": version}
    more = {"purl": f"pkg:{kind}/{group}{ref}", "licenses": [_licence(said)]}
    return {**found, **more, **({"copyright": owner} if owner else {})}


def _licence(said: str) -> dict[str, Any]:
    if " OR " in said:
        return {"expression": said}
    return {"license": {"id" if licences.expression_of(said) else "name": said}}
