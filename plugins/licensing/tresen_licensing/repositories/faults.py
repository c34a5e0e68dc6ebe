# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a repository did not do, though it may do it a while later."""

from typing import ClassVar

from tresen.sdk import Refused


class Unreached(Refused):
    """Only the network, or a server that is down, kept it from being fetched."""

    may_pass: ClassVar[bool] = True
