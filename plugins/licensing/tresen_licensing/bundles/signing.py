# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signs as OpenSSH does (its PROTOCOL.sshsig), so that `ssh-keygen -Y verify` can check it, too.

The key is derived from the installation's secret key (HKDF, RFC 5869): no key lies anywhere else.
"""

import base64
import hashlib
import textwrap

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tresen_licensing.bundles.verify import NAMESPACE, key_of, string

_INFO = b"tresen licensing evidence"
_KIND = b"ssh-ed25519"


def key_from(secret: str) -> Ed25519PrivateKey:
    """Return the key that an installation signs its evidence with."""
    seed = HKDF(SHA256(), length=32, salt=None, info=_INFO).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_line(key: Ed25519PrivateKey) -> bytes:
    """Return the public key as a line of OpenSSH, for whoever checks a signature."""
    form = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    return key.public_key().public_bytes(*form) + b" tresen\n"


def signed(key: Ed25519PrivateKey, body: bytes) -> bytes:
    """Return the armored signature of some bytes; the same for the same bytes."""
    context = string(NAMESPACE) + string(b"") + string(b"sha512")
    message = b"SSHSIG" + context + string(hashlib.sha512(body).digest())
    signature = string(_KIND) + string(key.sign(message))
    whole = b"SSHSIG\0\0\0\1" + string(key_of(public_line(key))) + context + string(signature)
    lines = textwrap.wrap(base64.b64encode(whole).decode(), 70)
    armor = ("-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----")
    return "\n".join(armor).encode() + b"\n"
