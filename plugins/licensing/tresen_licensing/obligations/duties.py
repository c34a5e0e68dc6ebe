# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each licence demands of who gives the software on, with the section that says so.

Source: the licences' own texts as SPDX lists them (https://spdx.org/licenses/); the numbers are
those of their sections. Where a licence has no sections, its duty has no number. For what the
Free Software Foundation says of a licence: https://www.gnu.org/licenses/license-list.html.
A licence that does not stand here has the one duty to be read, never none.
"""

from collections.abc import Iterable, Mapping

from tresen.sdk import lazy

NOTICE, TEXT, CHANGES = "notice", "text", "changes"
SOURCE, NETWORK = "source", "network"
FILES, WORK, RELINK = "copyleft_files", "copyleft_work", "relink"
PATENT, ENDORSEMENT, ADVERTISING, CREDIT = "patent", "endorsement", "advertising", "credit"
READ, FIT = "read", "fit"

TITLES = {
    READ: lazy("Read the licence"),
    FIT: lazy("Settle what does not fit together"),
    NETWORK: lazy("Offer the source to users over a network"),
    SOURCE: lazy("Offer the source"),
    WORK: lazy("Pass the whole work on under the same licence"),
    FILES: lazy("Pass its files on under the same licence"),
    RELINK: lazy("Let the library be replaced"),
    NOTICE: lazy("Keep copyright notices"),
    TEXT: lazy("Pass the licence's text on"),
    CHANGES: lazy("Say what was changed"),
    ENDORSEMENT: lazy("Do not advertise with the authors' names"),
    ADVERTISING: lazy("Name the authors in advertising"),
    CREDIT: lazy("Name the authors in the documentation"),
    PATENT: lazy("Heed what is said of patents"),
}
# What each asks for, in a sentence.
MEANINGS = {
    READ: lazy("Its duties stand in no table here: somebody has to read what it asks for."),
    FIT: lazy("Both cannot hold for one work: keep the parts apart, or replace one of them."),
    NETWORK: lazy("Whoever uses a changed version over a network can have its source."),
    SOURCE: lazy("Whoever receives the program can have its source, or a written offer of it."),
    WORK: lazy("What is made of it goes to others under this licence only."),
    FILES: lazy("Its own files, and what was changed in them, stay under this licence."),
    RELINK: lazy("Whoever receives the program can run it with a changed version of the library."),
    NOTICE: lazy("Copyright notices and disclaimers go along, such as in the third-party notices."),
    TEXT: lazy("The text of the licence goes along, such as in the third-party notices."),
    CHANGES: lazy("Changed files, or the work, say that and when they were changed."),
    ENDORSEMENT: lazy("The authors' names recommend nothing, unless they agreed."),
    ADVERTISING: lazy("Advertising that speaks of the software names its authors."),
    CREDIT: lazy("The documentation that goes along says that their software is in it."),
    PATENT: lazy(
        "It grants patents, and takes them back from who sues: tell who looks after ours."
    ),
}

Sections = Mapping[str, str]

_NOTHING: Sections = {}
_SHORT: Sections = {NOTICE: "", TEXT: ""}
_SILENT: Sections = {**_SHORT, ENDORSEMENT: ""}
_NAMED: Sections = {**_SHORT, ENDORSEMENT: "3"}
_APACHE: Sections = {TEXT: "4a", CHANGES: "4b", NOTICE: "4c, 4d", PATENT: "3"}
_PYTHON: Sections = {NOTICE: "2", TEXT: "2", CHANGES: "3"}
_GPL1: Sections = {NOTICE: "1", TEXT: "1", CHANGES: "2a", WORK: "2b", SOURCE: "3"}
_GPL2: Sections = {**_GPL1}
_GPL3: Sections = {NOTICE: "4", TEXT: "4", CHANGES: "5a", WORK: "5c", SOURCE: "6", PATENT: "11"}
_LGPL2: Sections = {
    NOTICE: "1",
    TEXT: "1",
    CHANGES: "2b",
    FILES: "2c",
    SOURCE: "4",
    RELINK: "6",
}
_LGPL3: Sections = {
    NOTICE: "4a",
    TEXT: "4b",
    FILES: "2",
    RELINK: "4d",
    SOURCE: "4d",
    CHANGES: "GPL 5a",
    PATENT: "GPL 11",
}
_MPL1: Sections = {FILES: "3.1", TEXT: "3.1", SOURCE: "3.2", CHANGES: "3.3", NOTICE: "3.5"}
_MPL2: Sections = {SOURCE: "3.2", FILES: "3.1", NOTICE: "3.4", TEXT: "3.1", PATENT: "5.2"}
_EPL1: Sections = {SOURCE: "3", FILES: "3", NOTICE: "3", TEXT: "3", PATENT: "7"}
_EPL2: Sections = {SOURCE: "3.1", FILES: "3.2", NOTICE: "3.3", TEXT: "3.2", PATENT: "7"}
_CDDL: Sections = {
    SOURCE: "3.1",
    TEXT: "3.1",
    FILES: "3.2",
    CHANGES: "3.3",
    NOTICE: "3.3",
    PATENT: "6.2",
}
_EUPL: Sections = {
    NOTICE: "5",
    TEXT: "5",
    CHANGES: "5",
    WORK: "5",
    SOURCE: "5",
    NETWORK: "1",
}
_OSL: Sections = {
    NOTICE: "6",
    CHANGES: "6",
    WORK: "1c",
    SOURCE: "3",
    NETWORK: "5",
    ENDORSEMENT: "4",
    PATENT: "10",
}
_CC_BY: Sections = {NOTICE: "3a", TEXT: "3a", CHANGES: "3a"}
_CC_BY_3: Sections = {NOTICE: "4", TEXT: "4", CHANGES: "3b"}


def _each(names: str, sections: Sections) -> dict[str, Sections]:
    return dict.fromkeys(names.split(), sections)


def _or_later(names: str, sections: Sections) -> dict[str, Sections]:
    ends = ("-only", "-or-later")
    return {f"{name}{end}": sections for name in names.split() for end in ends}


TABLE: Mapping[str, Sections] = {
    **_each("0BSD MIT-0 CC0-1.0 Unlicense WTFPL blessing CC-PDDC PDDL-1.0 NIST-PD", _NOTHING),
    **_each("MIT ISC MIT-Modern-Variant PostgreSQL TCL libtiff Xnet bzip2-1.0.6", _SHORT),
    **_each("BSD-1-Clause BSD-2-Clause BSD-2-Clause-Views BSD-Source-Code", _SHORT),
    **_each("BSL-1.0 UPL-1.0 BlueOak-1.0.0 JSON Zed SSH-OpenSSH", _SHORT),
    **_each("X11 NTP HPND MIT-CMU curl ICU", _SILENT),
    **_each("Unicode-3.0 Unicode-DFS-2015 Unicode-DFS-2016", _SILENT),
    **_each("W3C W3C-20150513", {**_SILENT, CHANGES: "3"}),
    **_each("FTL", {NOTICE: "2", TEXT: "2", CHANGES: "2", CREDIT: "2", ENDORSEMENT: "3"}),
    **_each("IJG", {NOTICE: "1", CHANGES: "1", CREDIT: "2", ENDORSEMENT: ""}),
    **_each("Info-ZIP", {**_SHORT, CHANGES: "3"}),
    **_each("BSD-2-Clause-Patent", {**_SHORT, PATENT: ""}),
    **_each("Zlib libpng-2.0", {NOTICE: "3", CHANGES: "2"}),
    **_each("zlib-acknowledgement", {NOTICE: "3", CHANGES: "2", CREDIT: "1"}),
    **_each("BSD-3-Clause BSD-3-Clause-Clear BSD-3-Clause-LBNL NCSA", _NAMED),
    **_each("BSD-4-Clause BSD-4-Clause-UC", {**_SHORT, ADVERTISING: "3", ENDORSEMENT: "4"}),
    **_each("OpenSSL Apache-1.0", {**_SHORT, ADVERTISING: "3", ENDORSEMENT: "4", CREDIT: "6"}),
    **_each("Apache-1.1", {**_SHORT, CREDIT: "3", ENDORSEMENT: "4"}),
    **_each("Apache-2.0 ECL-2.0", _APACHE),
    **_each("MulanPSL-2.0", {NOTICE: "4", TEXT: "4", PATENT: "2"}),
    **_each("MS-PL", {FILES: "3D", NOTICE: "3C", TEXT: "3D", PATENT: "3B"}),
    **_each("AFL-2.1 AFL-3.0", {NOTICE: "6", CHANGES: "6", ENDORSEMENT: "4", PATENT: "10"}),
    **_each("PSF-2.0 Python-2.0 Python-2.0.1", _PYTHON),
    **_each("CNRI-Python", _PYTHON),
    **_each("ZPL-2.0 ZPL-2.1", {NOTICE: "1", TEXT: "2", ENDORSEMENT: "3", CHANGES: "5"}),
    **_each("Artistic-1.0-Perl", {NOTICE: "1", CHANGES: "3", SOURCE: "4", ENDORSEMENT: "9"}),
    **_each("Artistic-2.0", {NOTICE: "4", CHANGES: "4a", TEXT: "4", SOURCE: "5", PATENT: "13"}),
    **_each("Ruby", {NOTICE: "1", CHANGES: "2", SOURCE: "3"}),
    **_each("OFL-1.1 OFL-1.0", {NOTICE: "2", TEXT: "2", ENDORSEMENT: "4", FILES: "5"}),
    **_or_later("GPL-1.0", _GPL1),
    **_or_later("GPL-2.0", _GPL2),
    **_or_later("GPL-3.0", _GPL3),
    **_or_later("AGPL-3.0", {**_GPL3, NETWORK: "13"}),
    **_or_later("AGPL-1.0", {**_GPL2, NETWORK: "2d"}),
    **_or_later("LGPL-2.0 LGPL-2.1", _LGPL2),
    **_or_later("LGPL-3.0", _LGPL3),
    **_each("MPL-1.0", _MPL1),
    **_each("MPL-1.1", {**_MPL1, PATENT: "8.2"}),
    **_each("MPL-2.0", _MPL2),
    **_each("EPL-1.0 CPL-1.0 IPL-1.0", _EPL1),
    **_each("EPL-2.0", _EPL2),
    **_each("CDDL-1.0 CDDL-1.1", _CDDL),
    **_each("EUPL-1.1 EUPL-1.2", _EUPL),
    **_each("OSL-3.0", _OSL),
    **_each("SSPL-1.0", {**_GPL3, NETWORK: "13"}),
    **_each("CC-BY-4.0", _CC_BY),
    **_each("CC-BY-SA-4.0", {**_CC_BY, WORK: "3b"}),
    **_each("CC-BY-3.0", _CC_BY_3),
    **_each("CC-BY-SA-3.0", {**_CC_BY_3, WORK: "4b"}),
}
# Of these exceptions the work around the library is free: copyleft ends at its own files.
LINKING = {
    *("Classpath-exception-2.0", "GCC-exception-2.0", "GCC-exception-3.1", "Bootloader-exception"),
    *(
        "GNU-compiler-exception",
        "Libtool-exception",
        "eCos-exception-2.0",
        "WxWindows-exception-3.1",
    ),
    *("LGPL-3.0-linking-exception", "OCaml-LGPL-linking-exception", "GPL-3.0-linking-exception"),
    *("Linux-syscall-note", "u-boot-exception-2.0", "Font-exception-2.0", "Autoconf-exception-3.0"),
}


def duties_of(licence: str) -> Sections:
    """Return the duties of a licence, which may bear an exception (`… WITH …`), with sections."""
    name, _with, exception = licence.partition(" WITH ")
    found = TABLE.get(name)
    if found is None:
        return {READ: ""}
    if exception in LINKING and WORK in found:
        return {FILES if duty == WORK else duty: section for duty, section in found.items()}
    return found


def in_order(duties: Iterable[str]) -> list[str]:
    """Return duties with the weightiest first."""
    places = {duty: place for place, duty in enumerate(TITLES)}
    return sorted(duties, key=places.__getitem__)
