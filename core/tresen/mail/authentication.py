# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads what the operator's own mail server found out about a sender (RFC 8601).

Only the first field of a server that the configuration names counts; anybody can write the others.
"""

import re
from collections.abc import Collection

from tresen.mail.records import Mail

_QUOTED_OR_COMMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|\([^()]*\)')
_STRUCTURE = re.compile(r"[;=()\s\"]")
_RESULT = re.compile(r"^\s*([a-z-]+)\s*=\s*([a-z]+)(.*)$", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"\b(header\.(?:d|i)|smtp\.mailfrom)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


def is_authenticated(mail: Mail, trusted: Collection[str]) -> bool | None:
    """Whether the From address is proven; None when no trusted server said anything.

    DMARC decides where it was judged; otherwise DKIM or SPF for the From domain itself.
    """
    results = _results(mail, {name.lower() for name in trusted})
    domain = (mail.sender.email if mail.sender else "").rpartition("@")[2].lower()
    dmarc = [verdict for method, verdict, _ in results if method == "dmarc"]
    if "pass" in dmarc:
        return True
    if "fail" in dmarc:
        return False
    judged = [(v, _is_for(rest, domain)) for m, v, rest in results if m in ("dkim", "spf")]
    if any(verdict == "pass" and fits for verdict, fits in judged):
        return True
    return False if any(v in ("fail", "softfail") for v, _ in judged) else None


def _results(mail: Mail, trusted: set[str]) -> list[tuple[str, str, str]]:
    """The (method, verdict, properties) of the first field that a trusted server wrote."""
    for header in mail.headers:
        if header.name != "authentication-results":
            continue
        server, *parts = _QUOTED_OR_COMMENT.sub(_flat, header.value).split(";")
        if server.split()[:1] and server.split()[0].lower() in trusted:
            found = [match for part in parts if (match := _RESULT.match(part))]
            return [(m[1].lower(), m[2].lower(), m[3]) for m in found]
    return []


def _flat(found: re.Match[str]) -> str:
    """A comment as a space; a quoted text as one word, for strangers choose what stands in it.

    The address in MAIL FROM may be "x; dmarc=pass"@example.org (RFC 5321 section 4.1.2).
    """
    return " " if found[1] is None else _STRUCTURE.sub("_", found[1])


def _is_for(properties: str, domain: str) -> bool:
    """Whether the judged domain is the From domain or one above it (relaxed alignment)."""
    judged = [value.rpartition("@")[2].lower() for _, value in _PROPERTY.findall(properties)]
    return any(
        bool(name) and (domain == name or ("." in name and domain.endswith(f".{name}")))
        for name in judged
    )
