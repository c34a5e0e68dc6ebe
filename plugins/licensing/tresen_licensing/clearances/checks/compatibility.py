# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which licence may go into a work under which other one.

Sources: Free Software Foundation, "Various Licenses and Comments about Them" and the matrix of its
FAQ (gpl-faq.html#AllCompatibility); the texts themselves, namely MPL-2.0 section 3.3, LGPL-2.1
section 3, AGPL-3.0 section 13, EUPL-1.2 article 5 with its appendix; Apache Software Foundation,
"Apache License v2.0 and GPL Compatibility"; Creative Commons, "ShareAlike compatibility: GPLv3".

What neither stands here nor is permissive is not judged: a person says so.
"""

from collections.abc import Iterable
from itertools import product

from tresen.sdk import Refused

from tresen_licensing.licences import demand_expression, licensing

FITS, CLASHES, UNJUDGED = "fits", "clashes", "unjudged"

_PERMISSIVE = frozenset(
    [
        "0BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "HPND",
        "ISC",
        "MIT",
        "MIT-0",
        "PostgreSQL",
        "Python-2.0",
        "PSF-2.0",
        "Unicode-3.0",
        "Unlicense",
        "X11",
        "Zlib",
    ]
)
_GPL2 = frozenset({"GPL-2.0-only", "GPL-2.0-or-later"})
_GPL3 = frozenset({"GPL-3.0-only", "GPL-3.0-or-later"})
_AGPL3 = frozenset({"AGPL-3.0-only", "AGPL-3.0-or-later"})
_LGPL2 = frozenset({"LGPL-2.1-only", "LGPL-2.1-or-later"})
_LGPL3 = frozenset({"LGPL-3.0-only", "LGPL-3.0-or-later"})
_COPYLEFT = _GPL2 | _GPL3 | _AGPL3
# Hold for their own files alone, so that beside permissive ones a person has to look.
_WEAK = _LGPL2 | _LGPL3 | {"MPL-2.0"}
_KNOWN = _PERMISSIVE | _COPYLEFT | _LGPL2 | _LGPL3 | {"Apache-2.0", "MPL-2.0", "EUPL-1.2"}

# By the licence of a part: the licences of a work that it may go into, beside its own.
_INTO = {
    "Apache-2.0": _GPL3 | _AGPL3 | _LGPL3 | {"MPL-2.0"},
    "MPL-2.0": _COPYLEFT | _LGPL2 | _LGPL3,
    "EUPL-1.2": frozenset(
        [
            "GPL-2.0-only",
            "GPL-3.0-only",
            "AGPL-3.0-only",
            "LGPL-2.1-only",
            "LGPL-3.0-only",
            "MPL-2.0",
        ]
    ),
    "LGPL-2.1-only": _LGPL2 | _COPYLEFT,
    "LGPL-2.1-or-later": _LGPL2 | _LGPL3 | _COPYLEFT,
    "LGPL-3.0-only": _LGPL3 | _GPL3 | _AGPL3,
    "LGPL-3.0-or-later": _LGPL3 | _GPL3 | _AGPL3,
    "GPL-2.0-only": frozenset({"GPL-2.0-only"}),
    "GPL-2.0-or-later": _COPYLEFT,
    "GPL-3.0-only": frozenset({"GPL-3.0-only", "AGPL-3.0-only"}),
    "GPL-3.0-or-later": _GPL3 | _AGPL3,
    "AGPL-3.0-only": frozenset({"AGPL-3.0-only"}),
    "AGPL-3.0-or-later": _AGPL3,
    "CC-BY-SA-4.0": _GPL3,
    "CC-BY-4.0": _COPYLEFT,
}
# Never into a work under a licence that is kept here: restricted in use, or with terms of its own.
_NEVER = frozenset(
    [
        "BUSL-1.1",
        "BSD-4-Clause",
        "CC-BY-NC-4.0",
        "CC-BY-NC-SA-4.0",
        "CC-BY-NC-ND-4.0",
        "CC-BY-ND-4.0",
        "CDDL-1.0",
        "CDDL-1.1",
        "CPL-1.0",
        "EPL-1.0",
        "Elastic-2.0",
        "JSON",
        "OpenSSL",
        "SSPL-1.0",
    ]
)


def judged(part: str, work: str) -> str:
    """Return whether code under one expression may go into a work under another.

    Of a choice (OR) in the part one has to fit, of a choice in the work all, since whoever gets it
    may choose. Raises Refused for what is no expression.
    """
    ours, theirs = _alternatives(work), _alternatives(part)
    return _worst(_best(_all_fit(each, one) for each in theirs) for one in ours)


def _all_fit(part: Iterable[str], work: Iterable[str]) -> str:
    """Judge licences that hold together: each of the part has to fit to one of the work."""
    return _worst(_best(_pair(each, one) for one in work) for each in part)


def _pair(part: str, work: str) -> str:
    if part == work or part in _PERMISSIVE:
        return FITS
    if part in _NEVER and work in _KNOWN:
        return CLASHES
    is_beside = part in _WEAK and work in _PERMISSIVE | {"Apache-2.0"}
    if part not in _INTO or work not in _KNOWN or is_beside:
        return UNJUDGED
    return FITS if work in _INTO[part] else CLASHES


def _worst(found: Iterable[str]) -> str:
    had = set(found)
    return next((each for each in (CLASHES, UNJUDGED) if each in had), FITS)


def _best(found: Iterable[str]) -> str:
    had = set(found)
    return next((each for each in (FITS, UNJUDGED) if each in had), CLASHES)


def _alternatives(text: str) -> list[frozenset[str]]:
    """Return the sets of licences that an expression leaves the choice between."""
    return _unfolded(licensing().parse(demand_expression(text)))


# More choices than these are judged by nobody.
_MOST = 64


def _unfolded(node: object) -> list[frozenset[str]]:
    from license_expression import AND, OR, LicenseWithExceptionSymbol  # noqa: PLC0415 - 3 MB of licences

    if isinstance(node, LicenseWithExceptionSymbol):
        # An exception only permits more.
        return [frozenset({node.license_symbol.key})]
    if isinstance(node, OR):
        return [each for arg in node.args for each in _unfolded(arg)][:_MOST]
    if isinstance(node, AND):
        parts = [_unfolded(arg) for arg in node.args]
        found = []
        for chosen in product(*parts):
            found.append(frozenset[str]().union(*chosen))
            if len(found) > _MOST:
                raise Refused(str(node))
        return found
    return [frozenset({str(node)})]
