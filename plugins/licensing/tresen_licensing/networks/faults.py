# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a host did not do what it was asked, and whether it may do it a while later."""

from http import HTTPStatus

from tresen.sdk import Refused

FIRST_OWN_FAULT = 500


class Fault(Refused):
    """A host did not do it; `status` is what it answered, `pause` the seconds it asks to wait."""

    def __init__(self, sentence: str, status: int = 0, pause: int = 0) -> None:
        """Keep what it answered."""
        super().__init__(sentence)
        self.status, self.pause = status, pause

    @property
    def may_pass(self) -> bool:
        """Whether it may be another answer a while later."""
        return self.status in (0, HTTPStatus.TOO_MANY_REQUESTS) or self.status >= FIRST_OWN_FAULT


class NotLetInError(Refused):
    """The host is not public, or has another port than the usual, and nobody let it in."""
