# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses that may stand in an SMTP dialogue or a header of ours.

Strangers choose addresses; a line break in one of them would be another recipient or header
(safety M14, M15).
"""

import re
from encodings.idna import nameprep

from tresen.errors import Refused
from tresen.i18n import _

# Dot-string and domain of RFC 5321 section 4.1.2; no quoted strings, no address literals.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MOST = 254
_ADDRESS = re.compile(rf"(?=.{{3,{_MOST}}}\Z){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*\Z")
_LOCAL_BYTES = 64
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
# IDNA 2008 (RFC 5894 section 7.2) made them letters of their own. The standard library still writes
# ss for the first: mail to straße.example would go to the owner of strasse.example.
_OWN_LETTERS = re.compile("([\u00df\u03c2])")


def sendable(address: str) -> str:
    """Return the address as it goes into an SMTP dialogue, an international domain in ASCII.

    Raises Refused for one that cannot.
    """
    local, _at, domain = address.strip().rpartition("@")
    try:
        # Cut, because punycode takes quadratic time; what is longer is refused below.
        ascii_domain = domain if domain.isascii() else _in_ascii(domain[:_MOST])
    except UnicodeError:
        ascii_domain = ""
    plain = f"{local}@{ascii_domain}"
    if len(local) > _LOCAL_BYTES or len(domain) > _MOST or not _ADDRESS.match(plain):
        raise Refused(_("%(address)s is no mail address.") % {"address": repr(address)[:100]})
    return plain


def is_sendable(address: str) -> bool:
    """Whether mail can go to the address."""
    try:
        sendable(address)
    except Refused:
        return False
    return True


def _in_ascii(domain: str) -> str:
    """The domain as the DNS has it; raises UnicodeError for letters that no domain may hold."""
    return ".".join(_label_in_ascii(label.lower()) for label in _DOTS.split(domain))


def _label_in_ascii(label: str) -> str:
    pieces = _OWN_LETTERS.split(label)
    if len(pieces) == 1:
        return label.encode("idna").decode("ascii")
    prepared = "".join(piece if _OWN_LETTERS.match(piece) else nameprep(piece) for piece in pieces)
    return "xn--" + prepared.encode("punycode").decode("ascii")
