# SPDX-License-Identifier: AGPL-3.0-or-later
"""The kinds of anchors, and what a look at one can find."""

from tresen.sdk import lazy

FORGE, OPENCODE, OWN_PAGE = "forge", "opencode", "own_page"
PACKAGE_INDEX, SOFTWARE_HERITAGE = "package_index", "software_heritage"
COUNTERSIGNATURE = "countersignature"

TITLES = {
    OWN_PAGE: lazy("Our own page"),
    FORGE: lazy("Repository on a forge"),
    OPENCODE: lazy("Repository on openCode"),
    PACKAGE_INDEX: lazy("Archive in a package index"),
    SOFTWARE_HERITAGE: lazy("Software Heritage"),
    COUNTERSIGNATURE: lazy("Countersignature of the customer"),
}
# What stands at an address, and is looked at again every week.
ADDRESSED = (FORGE, OPENCODE, PACKAGE_INDEX, SOFTWARE_HERITAGE)
# Where a commit is asked for, over git's own protocol.
REPOSITORIES = (FORGE, OPENCODE)
# Whoever says so, the company cannot take these back.
NEVER_OURS = (SOFTWARE_HERITAGE, COUNTERSIGNATURE)

PENDING, HELD, OTHER = "pending", "held", "other"
GONE, SILENT, UNREADABLE = "gone", "silent", "unreadable"
REFUSED = "refused"

OUTCOMES = {
    PENDING: lazy("Not looked at yet"),
    HELD: lazy("The same source"),
    OTHER: lazy("Another source"),
    GONE: lazy("Gone"),
    SILENT: lazy("No answer"),
    UNREADABLE: lazy("Not readable"),
    REFUSED: lazy("Not asked: a private address"),
}
TONES = {HELD: "green", OTHER: "red", GONE: "red", REFUSED: "red"} | dict.fromkeys(
    (SILENT, UNREADABLE), "amber"
)

TREE, ARCHIVE, PATCHES, WORDS = "tree", "archive", "patches", "words"

# What was compared with what came out of the changes.
COMPARED = {
    TREE: lazy("git's tree"),
    ARCHIVE: lazy("the archive, byte for byte (SHA-512)"),
    PATCHES: lazy("the patches, byte for byte (SHA-512)"),
    WORDS: lazy("the words that were signed"),
}
