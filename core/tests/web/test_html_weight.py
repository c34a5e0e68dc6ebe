# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each way known to us of making a parser slow or hungry is seen before the parser runs."""

import pytest
from tresen.web.html_weight import is_too_heavy

HEAVY = {
    "nested div": "<div>" * 200_000,
    "nested div that is closed": "<div>" * 20_000 + "</div>" * 20_000,
    "open formatting in paragraphs": "".join(f"<p><font color={n}>" for n in range(1_500)),
    "ends inside comments": "<div><!--</div>-->" * 1_000,
    "ends inside attributes": '<div><i title="</div>"></i>' * 1_000,
    "ends inside raw text": "<div><style></div></style>" * 1_000,
    "ends inside foreign content": "<div><svg><![CDATA[></div>]]></svg>" * 1_000,
    "starts inside quotes that are none": '<div x"><div x">' * 1_000,
    "links": '<a href="https://example.com/">x</a>' * 50_001,
    "references": "&" * 1_000_000,
    "attributes": "<a " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
    "attributes parted by slashes": "<a " + "/".join(f"a{n}" for n in range(100_000)) + ">",
    "characters": "x" * 2_000_001,
}
LIGHT = {
    "nothing": "",
    "text": "x" * 1_000_000,
    "long sheet": "<style>" + "a{color:red}" * 20_000 + "</style>x",
    "long style": '<p style="' + "color:red;" * 20_000 + '">x',
    "long table": "<table>" + "<tr><td>x<td>y" * 9_000 + "</table>",
    "open paragraphs": "<p>x" * 30_000,
    "closed spans": '<p><span style="color:red">x</span></p>' * 9_000,
    "deep answer": "<blockquote><div>" * 100 + "x" + "</div></blockquote>" * 100,
    "embedded picture": '<img src="data:image/png;base64,' + "a/" * 500_000 + '">',
    "conditional comments": "<!--[if mso]><table><tr><td><![endif]-->x" * 2_000,
}


@pytest.mark.parametrize("html", HEAVY.values(), ids=HEAVY)
def test_html_too_heavy_is_seen(html: str) -> None:
    assert is_too_heavy(html) is True


@pytest.mark.parametrize("html", LIGHT.values(), ids=LIGHT)
def test_html_of_ordinary_mail_passes(html: str) -> None:
    assert is_too_heavy(html) is False
