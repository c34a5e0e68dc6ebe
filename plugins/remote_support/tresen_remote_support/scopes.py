# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a session may do at the customer's: each kind is asked for by name, none includes another.

To be guided by phone, where nothing is seen, is a kind of its own, so that it needs the same
consent as the others. A set of kinds is kept as one line in a fixed order, so that equal sets are
equal in the database.
"""

from collections.abc import Iterable

from tresen.sdk import lazy

TALK = "talk"
VIEW, CONTROL, FILES, CLIPBOARD = "view", "control", "files", "clipboard"
TERMINAL, RECORD, UNATTENDED = "terminal", "record", "unattended"

# In the order in which they are named, from the least to the most.
TITLES = {
    TALK: lazy("Guide you by phone"),
    VIEW: lazy("See the screen"),
    CONTROL: lazy("Use mouse and keyboard"),
    FILES: lazy("Move files"),
    CLIPBOARD: lazy("Share the clipboard"),
    TERMINAL: lazy("Use a command line"),
    RECORD: lazy("Record the picture"),
    UNATTENDED: lazy("Work while nobody is there"),
}
# What can be ticked; to be guided by phone comes with the phone.
CHOICES = [(kind, title) for kind, title in TITLES.items() if kind != TALK]


def line(kinds: Iterable[str]) -> str:
    """Return the kinds as they are kept: in their order, with spaces between."""
    wanted = set(kinds)
    return " ".join(kind for kind in TITLES if kind in wanted)


def kinds_in(kept: str) -> tuple[str, ...]:
    """Return the kinds of a kept line."""
    return tuple(kept.split())


def covers(consented: str, wanted: str) -> bool:
    """Tell whether a consent to one set allows all of another; the empty set allows nothing."""
    return bool(wanted) and set(kinds_in(wanted)) <= set(kinds_in(consented))
