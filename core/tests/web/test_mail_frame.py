# SPDX-License-Identifier: AGPL-3.0-or-later
"""The frame's document brings its own strict policy and nothing that acts."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
import tresen
from tresen.web.mail_frame import SANDBOX, mail_frame
from tresen.web.sanitise import SafeHtml


def test_frame_allows_its_own_sheet_by_hash_alone() -> None:
    frame = mail_frame(SafeHtml("<p>x</p>"))
    sheets = re.findall("<style>(.*?)</style>", frame.body)
    digest = base64.b64encode(hashlib.sha256(sheets[0].encode()).digest()).decode()
    rules = dict(
        rule.split(" ", 1) for rule in frame.headers["Content-Security-Policy"].split("; ")
    )
    assert rules == {
        "default-src": "'none'",
        "img-src": "'self' data:",
        "style-src-elem": f"'sha256-{digest}'",
        "style-src-attr": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": SANDBOX,
    }


def test_frame_grants_no_scripts_and_no_origin() -> None:
    assert SANDBOX.split() == ["allow-popups", "allow-popups-to-escape-sandbox"]


def test_frame_in_the_ticket_page_is_sandboxed_alike() -> None:
    template = Path(tresen.__file__).with_name("templates") / "tickets" / "_message.html"
    assert re.findall(r' sandbox="([^"]*)"', template.read_text("utf-8")) == [SANDBOX]


def test_frame_escapes_its_title() -> None:
    assert (
        "<title>&lt;/title>&lt;script></title>" in mail_frame(SafeHtml(""), "</title><script>").body
    )


def test_frame_keeps_dollar_signs_of_the_mail() -> None:
    assert "<body>$title $html $$</body>" in mail_frame(SafeHtml("$title $html $$")).body


@pytest.mark.parametrize(
    ("safe", "notes"),
    [
        (SafeHtml("x"), []),
        (SafeHtml("x", blocked_images=1), ["1 remote image is not shown."]),
        (
            SafeHtml("x", blocked_images=2, revealed=1),
            [
                "This mail contained hidden text. It is shown here.",
                "2 remote images are not shown.",
            ],
        ),
        (
            SafeHtml("x", is_text_only=True),
            ["This mail was too large or too tangled to be shown. These are its words."],
        ),
    ],
)
def test_frame_says_what_the_reader_cannot_see(safe: SafeHtml, notes: list[str]) -> None:
    body = mail_frame(safe).body
    assert re.findall("<p class=note>(.*?)</p>", body) == notes
    assert body.endswith("x</body></html>")
