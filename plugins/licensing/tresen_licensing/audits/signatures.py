# SPDX-License-Identifier: AGPL-3.0-or-later
"""C20: whether the evidence that can be taken along is whole and signed by the firm's key."""

from collections.abc import Iterator

from tresen.sdk import Desk, lazy

from tresen_licensing.audits.records import NOT_YET, Audit, Looked, ended
from tresen_licensing.bundles import packing, signing, verify
from tresen_licensing.clearances.checks.records import Found
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development

# What `verify.py` says of the file itself, before it comes to the promises.
OF_THE_FILE = (verify.container, verify.manifest, verify.signature)


def _look(desk: Desk, row: Development) -> Looked:
    if row.state not in states.PUBLIC:
        return NOT_YET
    key = signing.public_line(signing.key_from(desk.config.secret_key))
    return ended([*faults(packing.bundle(desk, row), key)])


def faults(body: bytes, key: bytes) -> Iterator[Found]:
    """Yield that a bundle was changed, or is not signed by the key."""
    try:
        bundle = verify.Bundle(body, key)
    except Exception:  # noqa: BLE001 - whoever lies chooses how it cannot be read
        yield Found("invalid")
        return
    if any(verify.faults_of(check, bundle) for check in OF_THE_FILE):
        yield Found("invalid")


SIGNED = Audit(
    "C20",
    lazy("The evidence is whole and signed"),
    lazy("Take the evidence along anew; keep the public key with what was handed out."),
    {"invalid": lazy("The signature of the evidence does not hold.")},
    _look,
)
