# SPDX-License-Identifier: AGPL-3.0-or-later
"""Packs a source so that the same files give the same bytes, wherever and whenever it is done.

Names are sorted, owners and times are left out: https://reproducible-builds.org/docs/archives/.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
from pathlib import Path

from tresen_licensing.sources.contents import Contents
from tresen_licensing.sources.distributions import Running

# What is known of the source, beside it in the archive.
CARD = "SOURCE.json"
MEDIA_TYPE = "application/gzip"
# 1 January 1980 in seconds: the earliest moment that every packer takes.
MOMENT = 315_532_800
PLAIN, RUNNABLE = 0o644, 0o755


def file_name(name: str, version: str) -> str:
    """Return the name of a source's archive."""
    return f"{name}-{version}.tar.gz"


def card_of(one: Running, contents: Contents) -> bytes:
    """Return what is known of a source, as it stands in its archive."""
    facts = {
        "name": one.origin.name,
        "version": one.origin.version,
        "licence": one.licence,
        "source_url": one.address,
        "commit": contents.commit,
        "state": one.origin.state,
        "differing": list(contents.differing),
        "left_out": list(contents.left_out),
    }
    return json.dumps(facts, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def fingerprint(one: Running, contents: Contents) -> str:
    """Return the SHA-512 of all that would be packed, without packing it."""
    whole = hashlib.sha512(card_of(one, contents))
    for name, file in sorted(contents.files.items()):
        digest = hashlib.sha512(file.read_bytes()).hexdigest()
        whole.update(f"{name}\0{_mode(file):o}\0{digest}\n".encode(errors="surrogateescape"))
    return whole.hexdigest()


def packed(one: Running, contents: Contents) -> bytes:
    """Return the archive of a source: a tar of the POSIX form, compressed by gzip."""
    root = f"{one.origin.name}-{one.origin.version}"
    out = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as pressed,
        tarfile.open(fileobj=pressed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        _add(tar, f"{root}/{CARD}", card_of(one, contents), PLAIN)
        for name, file in sorted(contents.files.items()):
            _add(tar, f"{root}/{name}", file.read_bytes(), _mode(file))
    return out.getvalue()


def _add(tar: tarfile.TarFile, name: str, body: bytes, mode: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(body), mode, MOMENT
    tar.addfile(entry, io.BytesIO(body))


def _mode(file: Path) -> int:
    return RUNNABLE if os.access(file, os.X_OK) else PLAIN


def sha512(body: bytes) -> str:
    """Return the SHA-512 of an archive in hexadecimal, as it is shown beside it."""
    return hashlib.sha512(body).hexdigest()
