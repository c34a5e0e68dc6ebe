# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the one file of a bundle: the same state of a development gives the same bytes."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tresen.sdk import Desk, StoredFile, read_file

from tresen_licensing.bundles import facts, outcomes, signing, verify
from tresen_licensing.bundles.materials import SOURCE, mailbox, materials
from tresen_licensing.changes import queries as changes
from tresen_licensing.clearances.gathering import aliases_of
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import entries_of, sealed
from tresen_licensing.journals.sealing import canonical
from tresen_licensing.repositories.queries import source_tree

# The JSON files by their names.
DOCUMENTS: Mapping[str, Callable[[Desk, Development], Any]] = {
    "contribution.json": facts.contribution,
    "deployments.json": facts.deployments,
    "clearance.json": outcomes.clearance,
    "publication.json": outcomes.publication,
    "upstream.json": outcomes.upstream,
}
COLUMNS = ("version", "position", "author", "aliases", "signed_off")
README = """\
{reference}: {title}

This file holds what proves how this development was given back, and verify.py, which checks it.
Have verify.py from somebody you trust, and compare the key with what the firm told you:

    python3 verify.py {reference}.zip --signer key.pub

Diese Datei enthält die Belege, wie diese Entwicklung zurückgegeben wurde, und verify.py, das sie
prüft. Beziehen Sie verify.py von einer Stelle, der Sie vertrauen, und vergleichen Sie den Schlüssel
mit der Angabe der Firma.
"""


def bundle(desk: Desk, row: Development) -> bytes:
    """Return the bundle of a development, which must be loaded whole."""
    return closed(_files(desk, row), signing.key_from(desk.config.secret_key))


def closed(files: Mapping[str, bytes], key: Ed25519PrivateKey) -> bytes:
    """Return the files with the key, their list and its signature as one zip."""
    whole = {name: body for name, body in files.items() if not name.startswith("MANIFEST.")}
    whole["signer.pub"] = signing.public_line(key)
    listed = "".join(f"{sha512(whole[name])}  {name}\n" for name in sorted(whole)).encode()
    whole |= {"MANIFEST.sha512": listed, "MANIFEST.sig": signing.signed(key, listed)}
    return verify.packed(whole)


def sha512(body: bytes) -> str:
    """Return the SHA-512 of a file in 128 hexadecimal digits."""
    return hashlib.sha512(body).hexdigest()


def _files(desk: Desk, row: Development) -> dict[str, bytes]:
    words = {"reference": row.reference, "title": row.title}
    return {
        **{name: _json(load(desk, row)) for name, load in DOCUMENTS.items()},
        **_mailboxes(desk, row),
        **_source(desk, row),
        **_materials(desk, row),
        "dco.csv": _sign_offs(desk, row),
        "CHAIN": _chain(desk, row),
        "README": README.format(**words).encode(),
        "verify.py": Path(verify.__file__).read_bytes(),
    }


def _mailboxes(desk: Desk, row: Development) -> dict[str, bytes]:
    found = changes.change_sets_of(desk, row.id)
    return {mailbox(each): read_file(desk, each.file) for each in found if each.file}


def _source(desk: Desk, row: Development) -> dict[str, bytes]:
    """Return the source that the changes give, where upstream's history is known."""
    last = changes.latest(desk, row.id)
    made = source_tree(desk, last.id) if last else None
    file = desk.session.get(StoredFile, made.archive_id) if made and made.archive_id else None
    return {SOURCE: gzip.decompress(read_file(desk, file))} if file else {}


def _materials(desk: Desk, row: Development) -> dict[str, bytes]:
    bill = materials(desk, row)
    return {"sbom.cdx.json": bill.encode()} if bill else {}


def _sign_offs(desk: Desk, row: Development) -> bytes:
    """Return a line for each patch of the version that counts: its author, and who signed it."""
    out = io.StringIO()
    written = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    written.writeheader()
    last = changes.latest(desk, row.id)
    patches = changes.patches_of(desk, last.id) if last else ()
    aliases = aliases_of(desk, {each.author_address for each in patches})
    for each in patches:
        signed_off = each.signed_off.lower().split()
        # No other address of a person than one that they signed by becomes known.
        own = sorted(aliases.get(each.author_address, frozenset()) & set(signed_off))
        line = (last.version if last else 0, each.position, each.author_address.lower())
        cells = (*line, " ".join(own), " ".join(signed_off))
        written.writerow(dict(zip(COLUMNS, cells, strict=True)))
    return out.getvalue().encode()


def _chain(desk: Desk, row: Development) -> bytes:
    lines = [canonical(sealed(row.reference, each)) for each in entries_of(desk, row.id)]
    return "".join(f"{line}\n" for line in lines).encode()


def _json(found: Any) -> bytes:
    return json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"
