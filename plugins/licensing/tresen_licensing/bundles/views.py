# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bundle to take along, the key that it is signed by, and what checks it."""

from pathlib import Path

from flask import Response
from tresen.sdk import current_desk, file_headers, needs, open_to_all

from tresen_licensing.bundles import packing, signing, verify
from tresen_licensing.developments.pages import wanted
from tresen_licensing.pages import blueprint


@blueprint.get("/developments/<reference>/evidence.zip")
@needs("licensing.read")
def evidence(reference: str) -> Response:
    """Return the bundle of a development as it stands now."""
    desk, row = wanted(reference)
    return _file(f"{row.reference}.zip", "application/zip", packing.bundle(desk, row))


@blueprint.get("/evidence/<any('key.pub', 'verify.py'):name>")
@open_to_all("who checks a bundle has no account, and needs the key and what checks it")
def evidence_check(name: str) -> Response:
    """Return the public key that bundles are signed by, or the program that checks them."""
    if name == "verify.py":
        return _file(name, "text/x-python", Path(verify.__file__).read_bytes())
    key = signing.key_from(current_desk().config.secret_key)
    return _file(name, "text/plain", signing.public_line(key))


def _file(name: str, media_type: str, body: bytes) -> Response:
    return Response(body, headers=file_headers(name, media_type, body, may_show=False))
