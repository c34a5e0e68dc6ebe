# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one refusal of its own that the plugin knows: a way in that leads nowhere any more."""

from tresen.sdk import Refused


class Gone(Refused):
    """A link or PIN that was used, has expired or never was: the three must look alike (410)."""
