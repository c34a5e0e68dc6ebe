# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licensing keeps what every plugin keeps."""

from tresen.testing.contract import *  # noqa: F403 - the tests of the kit

PLUGIN = "licensing"
