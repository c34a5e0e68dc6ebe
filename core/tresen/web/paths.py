# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of pages that take no value, put together once in a process.

Flask takes as long for one as a template does for ten lines, and the frame of each page names
two dozen of them.
"""

from collections.abc import Callable

from flask import current_app, request, url_for

# Each address is kept for each root that the application is reached below; there is one.
MOST = 1_000


def paths_here() -> Callable[[str], str]:
    """Return a function that gives the addresses of pages for the request in hand."""
    known: dict[tuple[str, str], str] = current_app.extensions.setdefault("tresen.paths", {})
    root = request.script_root

    def find(endpoint: str) -> str:
        if (root, endpoint) not in known:
            if len(known) >= MOST:
                known.clear()
            known[root, endpoint] = url_for(endpoint)
        return known[root, endpoint]

    return find


def path_of(endpoint: str) -> str:
    """Return the address of the page; raises BuildError where there is none."""
    return paths_here()(endpoint)
