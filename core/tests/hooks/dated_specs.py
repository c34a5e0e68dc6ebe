# SPDX-License-Identifier: AGPL-3.0-or-later
"""Specifications of which two end: no hook of Tresen is deprecated, and tests need some."""

from typing import Any

from tresen.hooks.stability import Deprecated, hookspec

SOON = Deprecated("0.1", "0.3", "tide_tables")


@hookspec(since="0.1", stability="stable", deprecated=SOON)
def moon_tables(desk: Any, coast: str) -> "list[str]":
    """Asked for the moon. Ends as a whole."""
    return []


@hookspec(
    since="0.1",
    stability="provisional",
    arguments={
        "port": Deprecated("0.2", "1.1", "coast"),
        "pier": Deprecated("0.1", "0.4", "coast"),
    },
)
def tide_tables(desk: Any, coast: str, port: str, pier: str) -> "list[str]":
    """Asked for the tide. Two of its arguments end."""
    return []


@hookspec(since="0.1", stability="stable", firstresult=True)
def tide_limit(desk: Any) -> "str | None":
    """Asked for the limit. Stays as it is."""
    return None
