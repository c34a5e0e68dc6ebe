# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which servers help two browsers to find a way, and what they are let in with.

TURN servers take credentials that hold for ten minutes and for one session: the name is the moment
of their end with the session's reference, the password an HMAC of it under a secret that the server
shares (draft-uberti-behave-turn-rest, `use-auth-secret` of coturn). The database holds no secret.
"""

import base64
import hashlib
import hmac
import os
import re
from datetime import timedelta
from typing import Any

from tresen.sdk import Desk, read_settings

from tresen_remote_support.live import queries

LIFE = timedelta(minutes=10)
FOLDER = "secrets"
_URL = re.compile(r"(stun|turns?):[A-Za-z0-9.:\[\]-]{1,250}(\?transport=(udp|tcp))?\Z")
# Only places of our own, so that whoever may write settings cannot have another secret sent out.
_REF = re.compile(r"env:(TRESEN_TURN_[A-Z0-9_]+)\Z|file:([A-Za-z0-9][A-Za-z0-9._-]{0,100})\Z")


def servers(desk: Desk, reference: str) -> dict[str, Any]:
    """Return what a browser connects with; without settings nothing leaves the house."""
    settings = read_settings(desk, queries.SETTINGS)
    urls = urls_in(settings["ice_urls"])
    plain = [{"urls": url} for url in urls if url.startswith("stun:")]
    relays = [url for url in urls if not url.startswith("stun:")]
    secret = _secret(desk, settings["turn_secret_ref"])
    if relays and secret:
        plain.append({"urls": relays, **credentials(desk, secret, reference)})  # type: ignore[dict-item] # a list for one server
    return {"servers": plain, "relay": bool(settings["relay_only"])}


def credentials(desk: Desk, secret: str, reference: str) -> dict[str, str]:
    """Return a name and a password that hold for ten minutes."""
    username = f"{int((desk.now() + LIFE).timestamp())}:{reference}"
    # SHA-1 is what the servers expect; an HMAC with it is sound.
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return {"username": username, "credential": base64.b64encode(digest).decode()}


def urls_in(text: str) -> list[str]:
    """Return the addresses of a setting, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def is_url(line: str) -> bool:
    """Tell whether a line is an address of a STUN or TURN server."""
    return bool(_URL.match(line))


def is_secret_ref(ref: str) -> bool:
    """Tell whether it names a place of a secret: `env:TRESEN_TURN_…` or `file:name`."""
    return bool(_REF.match(ref))


def _secret(desk: Desk, ref: str) -> str:
    """Return the secret, read anew each time; nothing where there is none."""
    found = _REF.match(ref)
    if found is None:
        return ""
    if variable := found[1]:
        return os.environ.get(variable, "")
    try:
        return (desk.config.data_dir / FOLDER / found[2]).read_text(encoding="utf-8").strip()
    except OSError:
        return ""
