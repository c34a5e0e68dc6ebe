# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a licence is often called, and the SPDX expression that it most likely means.

A suggestion and no more: "BSD" and "GPL" name several licences, so nothing is suggested for them.
"""

import re

from tresen_licensing import licences

_GNU = re.compile(
    r"(?:gnu )?(?P<kind>a|l)?gpl[ -]?(?:v(?:ersion)? ?)?(?P<number>[123](?:\.[01])?)"
    r"(?P<later>\+| ?or[ -]later|-or-later| and later)?"
)
_LONG = {
    "gnu affero general public license": "agpl",
    "gnu lesser general public license": "lgpl",
    "gnu library or lesser general public license": "lgpl",
    "gnu general public license": "gpl",
}
# Without case, "the", "licence" and punctuation.
_NAMES = {
    "mit": "MIT",
    "expat": "MIT",
    "apache": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache v2": "Apache-2.0",
    "apache version 2.0": "Apache-2.0",
    "apache software": "Apache-2.0",
    "apache software 2.0": "Apache-2.0",
    "asl 2.0": "Apache-2.0",
    "new bsd": "BSD-3-Clause",
    "modified bsd": "BSD-3-Clause",
    "revised bsd": "BSD-3-Clause",
    "3-clause bsd": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd-3": "BSD-3-Clause",
    "2-clause bsd": "BSD-2-Clause",
    "simplified bsd": "BSD-2-Clause",
    "freebsd": "BSD-2-Clause",
    "bsd 2-clause": "BSD-2-Clause",
    "isc (iscl)": "ISC",
    "python software foundation": "PSF-2.0",
    "psf": "PSF-2.0",
    "psfl": "PSF-2.0",
    "mozilla public 2.0 (mpl 2.0)": "MPL-2.0",
    "mozilla public version 2.0": "MPL-2.0",
    "mpl 2.0": "MPL-2.0",
    "mpl2": "MPL-2.0",
    "eclipse public 2.0": "EPL-2.0",
    "epl 2.0": "EPL-2.0",
    "cc0": "CC0-1.0",
    "cc0 1.0": "CC0-1.0",
    "public domain": "LicenseRef-public-domain",
    "unlicense": "Unlicense",
    "zlib/libpng": "Zlib",
    "boost software 1.0 (bsl-1.0)": "BSL-1.0",
    "eupl 1.2": "EUPL-1.2",
    "eupl v1.2": "EUPL-1.2",
}


def suggestion(said: str) -> str:
    """Return the expression that the words most likely mean; empty where several are as likely."""
    if exact := licences.expression_of(said):
        return exact
    plain = " ".join(re.sub(r"\b(the|licen[cs]e|osi approved)\b|[,:]", " ", said.lower()).split())
    if named := _NAMES.get(plain):
        return named
    # As the classifiers of Python packages write it: "… v3 or later (AGPLv3+)".
    short = plain.rpartition("(")[2].rstrip(")") if plain.endswith(")") else plain
    for long, brief in _LONG.items():
        short = short.replace(long.replace(" license", ""), brief).replace(long, brief)
    found = _GNU.fullmatch(short.strip())
    return _gnu(found) if found else ""


def _gnu(found: re.Match[str]) -> str:
    number = found["number"] if "." in found["number"] else f"{found['number']}.0"
    kind = (found["kind"] or "").upper()
    end = "or-later" if found["later"] else "only"
    return licences.expression_of(f"{kind}GPL-{number}-{end}")
