# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where every process begins: the garbage collector rests while all the others are imported."""

from typing import TYPE_CHECKING

from tresen.heap import undisturbed

if TYPE_CHECKING:
    from flask import Flask


def main() -> None:
    """Run the command `tresen`."""
    with undisturbed():
        from tresen import cli  # noqa: PLC0415 - this import is what the rest is for
    cli.main()


def wsgi() -> "Flask":
    """Return the application for a WSGI server: `gunicorn 'tresen.start:wsgi()'`."""
    with undisturbed():
        from tresen import app  # noqa: PLC0415 - as above

        return app.wsgi()
