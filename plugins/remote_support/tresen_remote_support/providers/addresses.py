# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks and fills the links of tools: few schemes, few placeholders, and nothing that runs.

What was checked when it was saved is checked again when it is used: the database is no proof.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from tresen.sdk import Refused, _

from tresen_remote_support.providers import passwords

SCHEMES = ("https", "anydesk", "rustdesk", "teamviewer10", "ms-quick-assist", "vnc", "rdp", "ssh")
# Their device is a network's name, whose signs keep their meaning.
OF_NETWORKS = ("vnc", "rdp", "ssh")
DEVICE = "device_id"
PLACEHOLDERS = (DEVICE, "reference", "ticket")

_SCHEME = re.compile(r"([a-z][a-z0-9-]*):")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# What RFC 3986 allows in an address.
_ADDRESS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
# A number, a name or an address, with a name before it and a port behind it; never an option (-x).
_NAME = r"[A-Za-z0-9_][A-Za-z0-9._\-]*"
_HOST = rf"(?:{_NAME}|\[[0-9A-Fa-f:]+\])"
_DEVICE = re.compile(rf"(?:{_NAME}@)?{_HOST}(?::[0-9]{{1,5}})?")


def check_pattern(pattern: str) -> None:
    """Raise Refused unless the pattern is a link that may be kept."""
    unknown = set(_PLACEHOLDER.findall(pattern)) - set(PLACEHOLDERS)
    if unknown or "{" in _PLACEHOLDER.sub("", pattern) or "}" in _PLACEHOLDER.sub("", pattern):
        known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
        raise Refused(_("The placeholders of a link are %(known)s.") % {"known": known})
    check_link(_PLACEHOLDER.sub("0", pattern))
    if pattern.startswith("https:") and "{" in urlsplit(pattern).netloc:
        raise Refused(_("The host of a link stands fast: no placeholder belongs in it."))


def check_link(link: str) -> None:
    """Raise Refused unless the link may be followed."""
    scheme = _SCHEME.match(link)
    if scheme is None or scheme[1] not in SCHEMES:
        told = {"schemes": ", ".join(SCHEMES)}
        raise Refused(_("A link begins with one of these and a colon: %(schemes)s.") % told)
    if not _ADDRESS.fullmatch(link):
        raise Refused(_("A link has no spaces and no signs that an address does not know."))
    if passwords.is_betrayed(link):
        raise Refused(_("No password belongs in a link: it would be kept and shown."))
    if scheme[1] == "https" and not _has_plain_host(link):
        raise Refused(_("A link with https needs a host, without a name before it."))


def filled(pattern: str, values: Mapping[str, str]) -> str:
    """Return the link of a pattern with its values, each encoded; raises Refused."""
    check_pattern(pattern)
    scheme = pattern.partition(":")[0]

    def encoded(found: re.Match[str]) -> str:
        value = values[found[1]]
        if found[1] == DEVICE:
            value = device(value)
        return quote(value, safe="@:[]" if scheme in OF_NETWORKS else "@")

    link = _PLACEHOLDER.sub(encoded, pattern)
    check_link(link)
    return link


def device(typed: str) -> str:
    """Return the number or address of a device without the spaces in it; raises Refused."""
    plain = "".join(typed.split())
    if not _DEVICE.fullmatch(plain):
        raise Refused(
            _("“%(device)s” is no device's number, name or address.") % {"device": typed.strip()}
        )
    return plain


def needs_device(pattern: str) -> bool:
    """Tell whether the link leads to a device that has to be named."""
    return f"{{{DEVICE}}}" in pattern


def server(address: str) -> str:
    """Return the address of an operator's server without its last slash; raises Refused.

    Without encryption it may lie on this machine alone.
    """
    parts = urlsplit(address)
    is_near = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    is_plain = not (parts.username or parts.query or parts.fragment)
    if not (parts.hostname and is_plain and (parts.scheme == "https" or is_near)):
        raise Refused(_("The address of a server begins with https:// and names its host."))
    return address.rstrip("/")


def _has_plain_host(link: str) -> bool:
    parts = urlsplit(link)
    return bool(parts.hostname) and "@" not in parts.netloc
