# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every table of the plugin is made of; the tables themselves stand in the slices."""

from sqlalchemy.orm import DeclarativeBase
from tresen.sdk import PluginTables


class Base(PluginTables, DeclarativeBase):
    """The plugin's own tables."""

    plugin = "licensing"
