# SPDX-License-Identifier: AGPL-3.0-or-later
"""The security headers that every response carries, errors included.

Why: they are the second fence. What slips through an escape still finds no script source, no frame
around the page and no other host to talk to (OWASP ASVS 5.0, V3.4).
"""

from werkzeug.wrappers import Response

_POLICY = (
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",  # data: for the small icons inside style sheets
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-src 'self'",
    "frame-ancestors 'none'",
)
# What no page may ask of the visitor's device.
_ABILITIES = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
_HEADERS = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{ability}=()" for ability in _ABILITIES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TWO_YEARS = 63_072_000  # seconds


def secure(response: Response, *, is_https: bool) -> Response:
    """Add the headers that the view has not set itself; `is_https` when visitors come by https.

    A view that needs another policy (the mail frame, a file, one that shares the screen) sets its
    own header beforehand.
    """
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if is_https:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_TWO_YEARS}")
    return response
