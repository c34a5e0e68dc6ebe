# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of duties again, one licence a line: a fact is changed in two places, on purpose."""

import pytest
from tresen_licensing.obligations import duties

GPL_3 = "notice:4 text:4 changes:5a copyleft_work:5c source:6 patent:11"
LGPL_3 = "notice:4a text:4b copyleft_files:2 relink:4d source:4d changes:GPL5a patent:GPL11"
FACTS = [
    ("0BSD", ""),
    ("AFL-2.1", "notice:6 changes:6 endorsement:4 patent:10"),
    ("AFL-3.0", "notice:6 changes:6 endorsement:4 patent:10"),
    ("AGPL-1.0-only", "notice:1 text:1 changes:2a copyleft_work:2b source:3 network:2d"),
    ("AGPL-1.0-or-later", "notice:1 text:1 changes:2a copyleft_work:2b source:3 network:2d"),
    ("AGPL-3.0-only", f"{GPL_3} network:13"),
    (
        "AGPL-3.0-or-later",
        "notice:4 text:4 changes:5a copyleft_work:5c source:6 patent:11 network:13",
    ),
    ("Apache-1.0", "notice: text: advertising:3 endorsement:4 credit:6"),
    ("Apache-1.1", "notice: text: credit:3 endorsement:4"),
    ("Apache-2.0", "text:4a changes:4b notice:4c,4d patent:3"),
    ("Artistic-1.0-Perl", "notice:1 changes:3 source:4 endorsement:9"),
    ("Artistic-2.0", "notice:4 changes:4a text:4 source:5 patent:13"),
    ("BSD-1-Clause", "notice: text:"),
    ("BSD-2-Clause", "notice: text:"),
    ("BSD-2-Clause-Patent", "notice: text: patent:"),
    ("BSD-2-Clause-Views", "notice: text:"),
    ("BSD-3-Clause", "notice: text: endorsement:3"),
    ("BSD-3-Clause-Clear", "notice: text: endorsement:3"),
    ("BSD-3-Clause-LBNL", "notice: text: endorsement:3"),
    ("BSD-4-Clause", "notice: text: advertising:3 endorsement:4"),
    ("BSD-4-Clause-UC", "notice: text: advertising:3 endorsement:4"),
    ("BSD-Source-Code", "notice: text:"),
    ("BSL-1.0", "notice: text:"),
    ("BlueOak-1.0.0", "notice: text:"),
    ("CC-BY-3.0", "notice:4 text:4 changes:3b"),
    ("CC-BY-4.0", "notice:3a text:3a changes:3a"),
    ("CC-BY-SA-3.0", "notice:4 text:4 changes:3b copyleft_work:4b"),
    ("CC-BY-SA-4.0", "notice:3a text:3a changes:3a copyleft_work:3b"),
    ("CC-PDDC", ""),
    ("CC0-1.0", ""),
    ("CDDL-1.0", "source:3.1 text:3.1 copyleft_files:3.2 changes:3.3 notice:3.3 patent:6.2"),
    ("CDDL-1.1", "source:3.1 text:3.1 copyleft_files:3.2 changes:3.3 notice:3.3 patent:6.2"),
    ("CNRI-Python", "notice:2 text:2 changes:3"),
    ("CPL-1.0", "source:3 copyleft_files:3 notice:3 text:3 patent:7"),
    ("ECL-2.0", "text:4a changes:4b notice:4c,4d patent:3"),
    ("EPL-1.0", "source:3 copyleft_files:3 notice:3 text:3 patent:7"),
    ("EPL-2.0", "source:3.1 copyleft_files:3.2 notice:3.3 text:3.2 patent:7"),
    ("EUPL-1.1", "notice:5 text:5 changes:5 copyleft_work:5 source:5 network:1"),
    ("EUPL-1.2", "notice:5 text:5 changes:5 copyleft_work:5 source:5 network:1"),
    ("FTL", "notice:2 text:2 changes:2 credit:2 endorsement:3"),
    ("GPL-1.0-only", "notice:1 text:1 changes:2a copyleft_work:2b source:3"),
    ("GPL-1.0-or-later", "notice:1 text:1 changes:2a copyleft_work:2b source:3"),
    ("GPL-2.0-only", "notice:1 text:1 changes:2a copyleft_work:2b source:3"),
    ("GPL-2.0-or-later", "notice:1 text:1 changes:2a copyleft_work:2b source:3"),
    ("GPL-3.0-only", "notice:4 text:4 changes:5a copyleft_work:5c source:6 patent:11"),
    ("GPL-3.0-or-later", "notice:4 text:4 changes:5a copyleft_work:5c source:6 patent:11"),
    ("HPND", "notice: text: endorsement:"),
    ("ICU", "notice: text: endorsement:"),
    ("IJG", "notice:1 changes:1 credit:2 endorsement:"),
    ("IPL-1.0", "source:3 copyleft_files:3 notice:3 text:3 patent:7"),
    ("ISC", "notice: text:"),
    ("Info-ZIP", "notice: text: changes:3"),
    ("JSON", "notice: text:"),
    ("LGPL-2.0-only", "notice:1 text:1 changes:2b copyleft_files:2c source:4 relink:6"),
    ("LGPL-2.0-or-later", "notice:1 text:1 changes:2b copyleft_files:2c source:4 relink:6"),
    ("LGPL-2.1-only", "notice:1 text:1 changes:2b copyleft_files:2c source:4 relink:6"),
    ("LGPL-2.1-or-later", "notice:1 text:1 changes:2b copyleft_files:2c source:4 relink:6"),
    (
        "LGPL-3.0-only",
        "notice:4a text:4b copyleft_files:2 relink:4d source:4d changes:GPL5a patent:GPL11",
    ),
    (
        "LGPL-3.0-or-later",
        "notice:4a text:4b copyleft_files:2 relink:4d source:4d changes:GPL5a patent:GPL11",
    ),
    ("MIT", "notice: text:"),
    ("MIT-0", ""),
    ("MIT-CMU", "notice: text: endorsement:"),
    ("MIT-Modern-Variant", "notice: text:"),
    ("MPL-1.0", "copyleft_files:3.1 text:3.1 source:3.2 changes:3.3 notice:3.5"),
    ("MPL-1.1", "copyleft_files:3.1 text:3.1 source:3.2 changes:3.3 notice:3.5 patent:8.2"),
    ("MPL-2.0", "source:3.2 copyleft_files:3.1 notice:3.4 text:3.1 patent:5.2"),
    ("MS-PL", "copyleft_files:3D notice:3C text:3D patent:3B"),
    ("MulanPSL-2.0", "notice:4 text:4 patent:2"),
    ("NCSA", "notice: text: endorsement:3"),
    ("NIST-PD", ""),
    ("NTP", "notice: text: endorsement:"),
    ("OFL-1.0", "notice:2 text:2 endorsement:4 copyleft_files:5"),
    ("OFL-1.1", "notice:2 text:2 endorsement:4 copyleft_files:5"),
    ("OSL-3.0", "notice:6 changes:6 copyleft_work:1c source:3 network:5 endorsement:4 patent:10"),
    ("OpenSSL", "notice: text: advertising:3 endorsement:4 credit:6"),
    ("PDDL-1.0", ""),
    ("PSF-2.0", "notice:2 text:2 changes:3"),
    ("PostgreSQL", "notice: text:"),
    ("Python-2.0", "notice:2 text:2 changes:3"),
    ("Python-2.0.1", "notice:2 text:2 changes:3"),
    ("Ruby", "notice:1 changes:2 source:3"),
    ("SSH-OpenSSH", "notice: text:"),
    ("SSPL-1.0", "notice:4 text:4 changes:5a copyleft_work:5c source:6 patent:11 network:13"),
    ("TCL", "notice: text:"),
    ("UPL-1.0", "notice: text:"),
    ("Unicode-3.0", "notice: text: endorsement:"),
    ("Unicode-DFS-2015", "notice: text: endorsement:"),
    ("Unicode-DFS-2016", "notice: text: endorsement:"),
    ("Unlicense", ""),
    ("W3C", "notice: text: endorsement: changes:3"),
    ("W3C-20150513", "notice: text: endorsement: changes:3"),
    ("WTFPL", ""),
    ("X11", "notice: text: endorsement:"),
    ("Xnet", "notice: text:"),
    ("ZPL-2.0", "notice:1 text:2 endorsement:3 changes:5"),
    ("ZPL-2.1", "notice:1 text:2 endorsement:3 changes:5"),
    ("Zed", "notice: text:"),
    ("Zlib", "notice:3 changes:2"),
    ("blessing", ""),
    ("bzip2-1.0.6", "notice: text:"),
    ("curl", "notice: text: endorsement:"),
    ("libpng-2.0", "notice:3 changes:2"),
    ("libtiff", "notice: text:"),
    ("zlib-acknowledgement", "notice:3 changes:2 credit:1"),
]


@pytest.mark.parametrize(("licence", "asked"), FACTS, ids=[each[0] for each in FACTS])
def test_licence_asks_for_what_its_text_says(licence: str, asked: str) -> None:
    found = duties.duties_of(licence)
    told = " ".join(f"{duty}:{section.replace(' ', '')}" for duty, section in found.items())
    assert told == asked


def test_every_licence_of_the_table_has_its_line() -> None:
    assert [each[0] for each in FACTS] == sorted(duties.TABLE)


@pytest.mark.parametrize("exception", sorted(duties.LINKING))
def test_exception_for_linking_ends_copyleft_at_the_own_files(exception: str) -> None:
    found = duties.duties_of(f"GPL-2.0-or-later WITH {exception}")
    assert ("copyleft_files" in found, "copyleft_work" in found, found["source"]) == (
        *(True, False, "3"),
    )


def test_exception_changes_nothing_where_there_is_no_copyleft_of_the_work() -> None:
    assert duties.duties_of("MIT WITH Classpath-exception-2.0") == duties.duties_of("MIT")
