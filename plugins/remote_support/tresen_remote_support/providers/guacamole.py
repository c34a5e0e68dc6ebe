# SPDX-License-Identifier: AGPL-3.0-or-later
"""Apache Guacamole: servers that run RDP, VNC or SSH, seen in the agent's browser.

Its JSON authentication takes a connection that was made for one session: signed with HMAC-SHA256,
then encrypted with AES-128-CBC under a vector of zeros, by one key of 128 bits that both sides
hold (guacamole-auth-json). The device's own sign-in Guacamole asks of the agent.
"""

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from tresen.sdk import Refused, _

from tresen_remote_support import scopes
from tresen_remote_support.providers import addresses, vault
from tresen_remote_support.providers.interface import Links, Provider
from tresen_remote_support.providers.models import Tool
from tresen_remote_support.providers.records import Asked

KEY = "guacamole"
# Long enough to follow the link; a connection that stands outlives it.
LIFE = timedelta(minutes=5)
BLOCK = 128
ZEROS = bytes(BLOCK // 8)
KINDS = (
    *(scopes.VIEW, scopes.CONTROL, scopes.CLIPBOARD),
    *(scopes.TERMINAL, scopes.RECORD, scopes.UNATTENDED),
)
PORTS = {"rdp": "3389", "vnc": "5900", "ssh": "22"}

_KEY = re.compile(r"[0-9A-Fa-f]{32}")
_TARGET = re.compile(r"(rdp|vnc|ssh)://([A-Za-z0-9][A-Za-z0-9.\-]*)(?::([0-9]{1,5}))?")


class Guacamole(Provider):
    """A Guacamole of the operator's, as `Tool` says where it is."""

    key, title, scopes = KEY, "Apache Guacamole", KINDS
    needs_target = True

    def __init__(self, tool: Tool) -> None:
        self._tool = tool

    def open(self, asked: Asked) -> Links:
        """Return the agent's link to a connection for this session alone."""
        expires = asked.moment + LIFE
        said = {
            # No name: the session's reference leads back to who it was.
            "username": _name(asked),
            "expires": int(expires.timestamp() * 1000),
            "connections": {_name(asked): self._connection(asked)},
        }
        token = sealed(json.dumps(said).encode(), key_of(vault.secret(self._tool.secret_name)))
        # Behind the #, so that no server on the way and no log sees it.
        link = f"{addresses.server(self._tool.address)}/#/?data={quote(token, safe='')}"
        return Links(agent=link, instruction=self.instruction(), valid_until=expires)

    def instruction(self) -> str:
        """Return what the customer does."""
        return _("You need not do anything. Our agent connects to the agreed device.")

    def recording(self, asked: Asked) -> str:
        """Return where Guacamole keeps its recording."""
        return f"{self._tool.recording_path}/{_name(asked)}" if _is_recorded(asked) else ""

    def _connection(self, asked: Asked) -> dict[str, Any]:
        protocol, host, port = _target(asked.device_id)
        acts = scopes.TERMINAL if protocol == "ssh" else scopes.CONTROL
        given = {"hostname": host, "port": port}
        if acts not in asked.kinds:
            given["read-only"] = "true"
        if scopes.CLIPBOARD not in asked.kinds:
            given |= {"disable-copy": "true", "disable-paste": "true"}
        return {"protocol": protocol, "parameters": given | self._recorded(asked)}

    def _recorded(self, asked: Asked) -> dict[str, str]:
        """Return the parameters of a recording, without keys: they would hold passwords."""
        if not _is_recorded(asked):
            return {}
        if not self._tool.recording_path:
            raise Refused(_("It is not set where Guacamole keeps recordings."))
        return {
            "recording-path": self._tool.recording_path,
            "recording-name": _name(asked),
            "create-recording-path": "true",
        }


def key_of(written: str) -> bytes:
    """Return the key of 32 hexadecimal digits; raises Refused, without saying what was read."""
    if not _KEY.fullmatch(written):
        raise Refused(_("The key of Guacamole has 32 hexadecimal digits; what is set has not."))
    return bytes.fromhex(written)


def sealed(said: bytes, key: bytes) -> str:
    """Return what Guacamole takes as `data`: the signature before the words, encrypted."""
    signed = hmac.new(key, said, hashlib.sha256).digest() + said
    padder = PKCS7(BLOCK).padder()
    padded = padder.update(signed) + padder.finalize()
    # The format wants zeros; that equal beginnings do not show, the signature before them sees to.
    encryptor = Cipher(algorithms.AES(key), modes.CBC(ZEROS)).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def _target(device_id: str) -> tuple[str, str, str]:
    found = _TARGET.fullmatch(device_id)
    if found is None:
        raise Refused(
            _("A device of Guacamole is named by protocol and host: rdp://, vnc:// or ssh://host.")
        )
    return found[1], found[2], found[3] or PORTS[found[1]]


def _name(asked: Asked) -> str:
    return f"tresen-{asked.reference}"


def _is_recorded(asked: Asked) -> bool:
    return scopes.RECORD in asked.kinds
