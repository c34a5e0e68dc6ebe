# SPDX-License-Identifier: AGPL-3.0-or-later
"""Short addresses at the root that lead to pages of plugins: printed, or read over the phone."""

import re
from collections.abc import Callable, Collection
from typing import Any

from flask import Flask, redirect, request, url_for

from tresen.hooks.records import ShortAddress
from tresen.web.permissions import open_to_all

_WORD = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def mount(app: Flask, short: ShortAddress, own: Collection[str], taken: Collection[str]) -> None:
    """Mount an address that leads to a page of one of the blueprints `own`.

    Raises ValueError for a word that is none or among `taken`, and for an endpoint that is no page
    of theirs without parameters.
    """
    if not _WORD.fullmatch(short.word):
        raise ValueError(
            f"Its short address {short.word!r} is no word of lower-case letters, digits and "
            "hyphens."
        )
    if short.word in taken:
        raise ValueError(f"Its short address /{short.word} is taken.")
    blueprint = short.endpoint.partition(".")[0]
    if blueprint not in own or not _is_page(app, short.endpoint):
        raise ValueError(
            f"Its short address /{short.word} leads to {short.endpoint}, which is no page of its "
            "own without parameters."
        )
    endpoint = f"{blueprint}.short_{short.word.replace('-', '_')}"
    app.add_url_rule(f"/{short.word}", endpoint, _leading(short.endpoint), methods=["GET"])


def _is_page(app: Flask, endpoint: str) -> bool:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]
    return any(not rule.arguments and "GET" in (rule.methods or ()) for rule in rules)


def _leading(endpoint: str) -> Callable[[], Any]:
    @open_to_all("it leads on, and the page that it leads to says who may see it")
    def lead() -> Any:
        """Lead to the page, with what was asked of it."""
        asked = request.query_string.decode("ascii", "replace")
        return redirect(f"{url_for(endpoint)}{'?' if asked else ''}{asked}")

    return lead
