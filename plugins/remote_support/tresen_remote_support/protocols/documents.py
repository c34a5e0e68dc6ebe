# SPDX-License-Identifier: AGPL-3.0-or-later
"""The protocol as a tagged PDF (PDF/UA-1), set by Typst from a template of ours.

Typst comes with fonts for Latin, Greek and Cyrillic and needs nothing of the system; see decision
0024. What people wrote goes in as data and is never read as markup.
"""

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from importlib import resources
from types import ModuleType

from tresen_remote_support.protocols.sheets import Sheet

# What a system needs for PDFs.
EXTRA = "tresen[pdf]"
TEMPLATE = "templates/protocols/protocol.typ"
# What is tried in turn: the same bytes everywhere with Typst's own fonts, then the system's help
# for other scripts; last without the standard, which forbids characters that no font has.
WAYS: tuple[tuple[bool, list[str]], ...] = ((True, ["ua-1"]), (False, ["ua-1"]), (False, []))


def is_possible() -> bool:
    """Tell whether this system can make PDFs."""
    return _typst() is not None


def pdf(sheet: Sheet, at: datetime) -> bytes | None:
    """Return the PDF, dated `at`: equal sheets give equal bytes. None where it cannot be made."""
    typst = _typst()
    if typst is None:
        return None
    template = (resources.files("tresen_remote_support") / TEMPLATE).read_bytes()
    given = {"sheet": json.dumps(asdict(sheet))}
    for is_own, standards in WAYS:
        compiler = typst.Compiler(template, ignore_system_fonts=is_own, sys_inputs=given)
        with suppress(typst.TypstError):
            stamp = int(at.timestamp())
            made = compiler.compile(format="pdf", pdf_standards=standards, timestamp=stamp)
            return bytes(made)
    return None


def _typst() -> ModuleType | None:
    # Eighty megabytes, which a process without protocols need not have.
    try:
        import typst  # noqa: PLC0415 - see above
    except ImportError:
        return None
    return typst
