# SPDX-License-Identifier: AGPL-3.0-or-later
"""A licence is what SPDX calls one."""

import pytest
from tresen.sdk import Refused
from tresen_licensing.licences import demand_expression


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("AGPL-3.0-or-later", "AGPL-3.0-or-later"),
        ("  mit ", "MIT"),
        ("MIT or Apache-2.0", "MIT OR Apache-2.0"),
        ("(MIT  AND BSD-3-Clause)", "MIT AND BSD-3-Clause"),
        (
            "GPL-2.0-or-later WITH Classpath-exception-2.0",
            "GPL-2.0-or-later WITH Classpath-exception-2.0",
        ),
        ("LicenseRef-House", "LicenseRef-House"),
    ],
)
def test_expression_is_written_as_spdx_does(typed: str, kept: str) -> None:
    assert demand_expression(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "   ", "MIT AND", "(MIT", "MIT MIT", "MIT WITH", "MIT AND OR X"]
)
def test_what_is_no_expression_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        demand_expression(typed)
    said = "A licence is an SPDX expression, such as AGPL-3.0-or-later."
    assert refusal.value.sentence == said


@pytest.mark.parametrize(
    ("typed", "named"), [("AGPLv3", "AGPLv3"), ("MIT OR Foo-1.0 AND Bar", "Foo-1.0, Bar")]
)
def test_licence_that_spdx_does_not_know_is_named(typed: str, named: str) -> None:
    with pytest.raises(Refused) as refusal:
        demand_expression(typed)
    assert refusal.value.sentence == (f"SPDX knows no licence {named}, such as AGPL-3.0-or-later.")
