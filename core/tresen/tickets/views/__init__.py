# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent's pages of tickets: list, ticket, writing, files; each module brings its routes."""

from tresen.tickets.views import (
    changing,
    export,
    files,
    inserting,
    lists,
    opening,
    page,
    quoting,
    requesting,
    undoing,
    writing,
)
from tresen.tickets.views.routes import blueprint

__all__ = [
    "blueprint",
    "changing",
    "export",
    "files",
    "inserting",
    "lists",
    "opening",
    "page",
    "quoting",
    "requesting",
    "undoing",
    "writing",
]
