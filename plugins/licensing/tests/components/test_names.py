# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a licence is often called leads to what it most likely is, and what is vague to nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen_licensing import licences
from tresen_licensing.components import names


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("MIT", "MIT"),
        ("mit", "MIT"),
        ("MIT License", "MIT"),
        ("The MIT License", "MIT"),
        ("Apache 2.0", "Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache Software License", "Apache-2.0"),
        ("New BSD License", "BSD-3-Clause"),
        ("Simplified BSD", "BSD-2-Clause"),
        ("ISC License (ISCL)", "ISC"),
        ("Python Software Foundation License", "PSF-2.0"),
        ("PSFL", "PSF-2.0"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("AGPLv3", "AGPL-3.0-only"),
        ("AGPLv3+", "AGPL-3.0-or-later"),
        ("GPL v2", "GPL-2.0-only"),
        ("gpl-2.0 or later", "GPL-2.0-or-later"),
        ("LGPL 2.1", "LGPL-2.1-only"),
        ("LGPLv2+", "LGPL-2.0-or-later"),
        ("GNU General Public License v3 (GPLv3)", "GPL-3.0-only"),
        ("GNU Affero General Public License v3 or later (AGPLv3+)", "AGPL-3.0-or-later"),
        ("GNU Lesser General Public License v3", "LGPL-3.0-only"),
        ("Apache", "Apache-2.0"),
        ("apache v2", "Apache-2.0"),
        ("Apache Software License 2.0", "Apache-2.0"),
        ("ASL 2.0", "Apache-2.0"),
        ("Expat", "MIT"),
        ("Expat License", "MIT"),
        ("3-Clause BSD License", "BSD-3-Clause"),
        ("BSD 3-Clause", "BSD-3-Clause"),
        ("BSD 2-Clause License", "BSD-2-Clause"),
        ("FreeBSD License", "BSD-2-Clause"),
        ("Modified BSD License", "BSD-3-Clause"),
        ("MPL 2.0", "MPL-2.0"),
        ("MPL2", "MPL-2.0"),
        ("Eclipse Public License 2.0", "EPL-2.0"),
        ("EUPL v1.2", "EUPL-1.2"),
        ("CC0", "CC0-1.0"),
        ("The Unlicense", "Unlicense"),
        ("zlib/libpng License", "Zlib"),
        ("Public Domain", "LicenseRef-public-domain"),
        ("GPL 3", "GPL-3.0-only"),
        ("GPL-3", "GPL-3.0-only"),
        ("GPLv3 or later", "GPL-3.0-or-later"),
        ("GPL version 2", "GPL-2.0-only"),
        ("LGPL-2.1+", "LGPL-2.1-or-later"),
        ("LGPL 3", "LGPL-3.0-only"),
        ("AGPL 3", "AGPL-3.0-only"),
        ("GNU GPL v2", "GPL-2.0-only"),
        ("GNU AGPLv3", "AGPL-3.0-only"),
        ("AGPL v2", ""),
        ("LGPL 1.0", ""),
        ("Custom", ""),
        ("see LICENSE", ""),
        ("MIT-like", ""),
        ("(c) 2024", ""),
        ("BSD", ""),
        ("BSD License", ""),
        ("GPL", ""),
        ("Dual License", ""),
        ("Proprietary", ""),
        ("GPL v7", ""),
        ("", ""),
    ],
)
def test_words_lead_to_the_licence_that_they_most_likely_mean(said: str, meant: str) -> None:
    assert names.suggestion(said) == meant


@given(st.text(max_size=60))
def test_suggestion_is_an_expression_or_nothing(said: str) -> None:
    found = names.suggestion(said)
    assert licences.expression_of(found) == found


def test_table_of_names_holds_expressions_alone() -> None:
    wrong = [each for each in names._NAMES.values() if licences.expression_of(each) != each]
    assert wrong == []
