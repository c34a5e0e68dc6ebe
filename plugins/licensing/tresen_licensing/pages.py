# SPDX-License-Identifier: AGPL-3.0-or-later
"""The blueprint that every page of the plugin stands on, and the way to each."""

from flask import Blueprint, url_for
from tresen.sdk import Crumb, _

blueprint = Blueprint("licensing", __name__)


def crumbs() -> list[Crumb]:
    """Return the way to the list of what is given back."""
    return [Crumb(_("Giving back"), url_for("licensing.developments"))]
