# SPDX-License-Identifier: AGPL-3.0-or-later
"""For how many days a recording is kept: as the consent told, and that tells what holds then."""

from tresen.sdk import Desk, read_settings

from tresen_remote_support import scopes
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles import queries as profiles

SETTINGS = "remote_support.recordings"
# The only tool whose picture Tresen gets to see, by its key.
OWN_TOOL = "browser"


def days(desk: Desk, row: RemoteSession) -> int:
    """Return the days of the session's profile, those of the settings where it names none."""
    profile = profiles.of_session(desk, row)
    own = profile.recording_days if profile else None
    return own or int(read_settings(desk, SETTINGS)["days"])


def days_told(desk: Desk, row: RemoteSession, scope: str) -> int | None:
    """Return the days that a consent to a scope tells; None where Tresen records nothing by it.

    Other tools keep recordings by themselves, by their own rules.
    """
    if row.provider != OWN_TOOL or scopes.RECORD not in scopes.kinds_in(scope):
        return None
    return days(desk, row)
