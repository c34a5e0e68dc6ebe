# SPDX-License-Identifier: AGPL-3.0-or-later
"""The blueprint that every page of the plugin stands on."""

from flask import Blueprint

blueprint = Blueprint("licensing", __name__)
