# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be asked for, by which way it arrives, and where a request stands."""

from tresen.sdk import lazy

SOURCE, LICENCES = "source", "licences"
KINDS = {
    SOURCE: lazy("The source of a version"),
    LICENCES: lazy("A question about licences"),
}

DOWNLOAD, CARRIER = "download", "carrier"
# What somebody may wish.
WISHES = {
    DOWNLOAD: lazy("By download"),
    CARRIER: lazy("On a data carrier by post"),
}
WORDS, NOTHING = "words", "nothing"
# How it was answered.
MEDIA = {
    **WISHES,
    WORDS: lazy("In words"),
    NOTHING: lazy("Nothing was owed"),
}

OPEN, OVERDUE, ANSWERED = "open", "overdue", "answered"
STATES = {
    OPEN: lazy("Open"),
    OVERDUE: lazy("Overdue"),
    ANSWERED: lazy("Answered"),
}
