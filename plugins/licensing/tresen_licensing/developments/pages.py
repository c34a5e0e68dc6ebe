# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way to a development's page, and the parts that slices put on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from tresen.sdk import Crumb, Desk, current_desk

from tresen_licensing.developments import queries
from tresen_licensing.developments.models import Development
from tresen_licensing.pages import crumbs


@dataclass(frozen=True)
class Part:
    """What a slice shows on a development's page: its template, and the values for `part`."""

    template: str
    load: Callable[[Desk, Development], Mapping[str, Any]]


def address(row: Development) -> str:
    """Return where a development's page is."""
    return url_for("licensing.development", reference=row.reference)


def above(row: Development) -> list[Crumb]:
    """Return the way to a development's page."""
    return [*crumbs(), Crumb(row.reference, address(row))]


def wanted(reference: str) -> tuple[Desk, Development]:
    """Return the desk of the request and the development that its address names."""
    desk = current_desk()
    return desk, queries.development(desk, reference)
