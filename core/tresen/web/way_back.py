# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells what was done and offers the way back, for a moment (templates/macros/notices.html)."""

from flask import flash


def offer(text: str, url: str, seconds: int, fields: dict[str, str] | None = None) -> None:
    """Tell what was done with the way back at `url`; `fields` are sent with it.

    Where the operator lets nothing be undone, `seconds` is 0 and no way is offered.
    """
    if not seconds:
        flash(text)
        return
    notice = {"text": text, "url": url, "seconds": seconds, "fields": fields or {}}
    flash(notice, "undo")  # type: ignore[arg-type]  # kept as JSON
