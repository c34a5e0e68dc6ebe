# SPDX-License-Identifier: AGPL-3.0-or-later
"""Builds the document in which one mail's HTML is shown, and the headers it is served with.

Why: even cleaned HTML is a stranger's. It lives in a sandboxed frame without scripts, forms, the
reader's session or a way to the page around it, so that a hole in the cleaning opens nothing.

The page embeds it with an ``iframe`` whose ``sandbox`` is `SANDBOX`. The ``sandbox`` of the policy
holds as well when the address is opened in a tab of its own.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from string import Template

from tresen.i18n import _, ngettext
from tresen.web.mail_folds import fold
from tresen.web.sanitise import SafeHtml

SANDBOX = "allow-popups allow-popups-to-escape-sandbox"

# A sheet of paper: mails are written for a white ground, so the frame stays light in dark mode too.
# Fixed sizes for small, big, sub and sup: nested, their own sizes would shrink text to nothing.
_SHEET = (
    ":root{color-scheme:light only}"
    "body{margin:0;padding:12px 16px;background:#fff;color:#000;overflow-wrap:anywhere;"
    "font:15px/1.5 system-ui,sans-serif}"
    "a{color:#0b57d0}"
    "img{max-width:100%;height:auto}"
    "img:not([src]){display:inline-block;min-width:16px;min-height:16px;padding:2px 6px;"
    "border:1px dashed #8a8a8a;color:#595959;font-size:12px}"
    "table{max-width:100%;border-spacing:0;font-size:inherit}"
    "blockquote{margin:8px 0;padding:0 0 0 12px;border-left:3px solid #c8c8c8}"
    "pre{white-space:pre-wrap}"
    "small,sub,sup{font-size:12px}big{font-size:18px}"
    ".MsoNormal{margin:0}"
    "summary{width:fit-content;padding:4px 0;color:#595959;font-size:13px;cursor:pointer}"
    ".note{margin:-12px -16px 12px;padding:6px 16px;border-bottom:1px solid #c8c8c8;"
    "background:#fff8e1;font-size:13px}"
    ".note+.note{margin-top:-12px}"
)
_SHEET_HASH = base64.b64encode(hashlib.sha256(_SHEET.encode()).digest()).decode()
_DOCUMENT = Template(
    '<!doctype html><html lang="und"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>$title</title>'
    f"<style>{_SHEET}</style></head><body>$html</body></html>"
)

# `style-src-attr 'unsafe-inline'` allows style attributes only. They come from `mail_style`, have
# no selectors, and whatever they could name is stopped by `img-src` and `default-src 'none'`. Style
# elements stay forbidden but for the one above, by its hash.
_POLICY = (
    "default-src 'none'",
    "img-src 'self' data:",
    f"style-src-elem 'sha256-{_SHEET_HASH}'",
    "style-src-attr 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    f"sandbox {SANDBOX}",
)
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "; ".join(_POLICY),
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}


@dataclass(frozen=True, slots=True)
class MailFrame:
    """The body and headers of the frame's response."""

    body: str
    headers: dict[str, str]


def mail_frame(safe: SafeHtml, title: str = "") -> MailFrame:
    """Return the response that shows `safe`; `title` is read out by screen readers.

    Addresses of images in it must need no cookie (the frame's origin is opaque, so the browser
    sends none) and must be served with ``Cross-Origin-Resource-Policy: cross-origin``.
    """
    notes = "".join(f"<p class=note>{_escaped(note)}</p>" for note in _notes(safe))
    shown = fold(safe.html, quote=_escaped(_("Quoted text")), signature=_escaped(_("Signature")))
    body = _DOCUMENT.substitute(title=_escaped(title), html=notes + shown)
    return MailFrame(body, dict(HEADERS))


def _notes(safe: SafeHtml) -> Iterator[str]:
    """Say what the reader cannot see: that this is not quite the mail as it came."""
    if safe.is_text_only:
        yield _("This mail was too large or too tangled to be shown. These are its words.")
    if safe.revealed:
        yield _("This mail contained hidden text. It is shown here.")
    if safe.blocked_images:
        yield ngettext(
            "%(number)d remote image is not shown.",
            "%(number)d remote images are not shown.",
            safe.blocked_images,
        ) % {"number": safe.blocked_images}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
