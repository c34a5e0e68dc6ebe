# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way of a development back to the public: which state follows which.

What is computed (overdue, drifted, orphaned, stale) is no state: nobody types it.
"""

from collections.abc import Mapping

from tresen.sdk import lazy

DRAFT, IN_DEVELOPMENT, PILOTING = "draft", "in_development", "piloting"
CLEARANCE, READY, PUBLISHED = "clearance", "ready", "published"
PROPOSED, CHANGES_REQUESTED = "proposed", "changes_requested"
MERGED, DECLINED, RELEASED = "merged", "declined", "released"
ADOPTED, CLOSED = "adopted", "closed"
EXEMPT, WITHDRAWN = "exempt", "withdrawn"

TITLES = {
    DRAFT: lazy("Draft"),
    IN_DEVELOPMENT: lazy("In development"),
    PILOTING: lazy("On trial"),
    CLEARANCE: lazy("In clearance"),
    READY: lazy("Cleared"),
    PUBLISHED: lazy("Published"),
    PROPOSED: lazy("Proposed upstream"),
    CHANGES_REQUESTED: lazy("Changes requested"),
    MERGED: lazy("Merged upstream"),
    DECLINED: lazy("Declined upstream"),
    RELEASED: lazy("Released upstream"),
    ADOPTED: lazy("In use from upstream"),
    CLOSED: lazy("Closed"),
    EXEMPT: lazy("Exempt"),
    WITHDRAWN: lazy("Withdrawn"),
}

# What stands on the button of a step that is taken by hand.
VERBS = {
    DRAFT: lazy("Take up again"),
    IN_DEVELOPMENT: lazy("Begin development"),
    PILOTING: lazy("Try it at the customer"),
    CLEARANCE: lazy("Begin the clearance"),
    WITHDRAWN: lazy("Withdraw"),
}

# The same, of steps back.
BACK = {
    (PILOTING, IN_DEVELOPMENT): lazy("Back to development"),
    (CLEARANCE, IN_DEVELOPMENT): lazy("Back to development"),
    (READY, CLEARANCE): lazy("Back into clearance"),
    (EXEMPT, CLEARANCE): lazy("Back into clearance"),
}

# Every step there is; the way on stands first. What is not named here is refused.
STEPS: Mapping[str, tuple[str, ...]] = {
    DRAFT: (IN_DEVELOPMENT, WITHDRAWN),
    IN_DEVELOPMENT: (CLEARANCE, PILOTING, EXEMPT, WITHDRAWN),
    PILOTING: (CLEARANCE, IN_DEVELOPMENT, EXEMPT, WITHDRAWN),
    CLEARANCE: (READY, IN_DEVELOPMENT, EXEMPT, WITHDRAWN),
    READY: (PUBLISHED, CLEARANCE, EXEMPT, WITHDRAWN),
    PUBLISHED: (PROPOSED, CLOSED),
    PROPOSED: (MERGED, CHANGES_REQUESTED, DECLINED),
    CHANGES_REQUESTED: (PROPOSED, DECLINED),
    MERGED: (RELEASED,),
    # No failure of the duty: the public branch stays, and another proposal may follow.
    DECLINED: (PROPOSED, CLOSED),
    RELEASED: (ADOPTED,),
    # Back, where it runs with patches of its own again.
    ADOPTED: (CLOSED, RELEASED),
    CLOSED: (),
    # Not closed: every waiver ends, and then the clock runs again. What is closed is public.
    EXEMPT: (CLEARANCE,),
    WITHDRAWN: (DRAFT,),
}

# Steps back, and those that end it without a result, say why.
REASONED = {
    *((PILOTING, IN_DEVELOPMENT), (CLEARANCE, IN_DEVELOPMENT), (READY, CLEARANCE)),
    *((PROPOSED, CHANGES_REQUESTED), (PROPOSED, DECLINED), (CHANGES_REQUESTED, DECLINED)),
    *((PUBLISHED, CLOSED), (EXEMPT, CLEARANCE), (WITHDRAWN, DRAFT), (ADOPTED, RELEASED)),
}

# Whose source the public can have.
PUBLIC = (
    *(PUBLISHED, PROPOSED, CHANGES_REQUESTED, MERGED, DECLINED, RELEASED, ADOPTED),
    *(CLOSED,),
)
# Public, and upstream has not taken it: a new version may follow, which is cleared and published
# while the state stays.
REWORKED = (PUBLISHED, PROPOSED, CHANGES_REQUESTED, DECLINED)
# Nothing more is expected of them.
ENDED = (CLOSED, WITHDRAWN)
# Where upstream has the word.
WITH_UPSTREAM = (PROPOSED, CHANGES_REQUESTED)
# Where the facts of a development can still be changed.
OPEN = (DRAFT, IN_DEVELOPMENT, PILOTING, CLEARANCE)

TONES = {
    CLEARANCE: "amber",
    READY: "accent",
    PUBLISHED: "green",
    PROPOSED: "accent",
    CHANGES_REQUESTED: "amber",
    MERGED: "green",
    RELEASED: "green",
    ADOPTED: "green",
}

FIX, FEATURE, INTEGRATION, TEMPLATE = "fix", "feature", "integration", "template"
TRANSLATION, DOCUMENTATION, CONFIGURATION = "translation", "documentation", "configuration"

KINDS = {
    FIX: lazy("Fix"),
    FEATURE: lazy("New function"),
    INTEGRATION: lazy("Integration"),
    TEMPLATE: lazy("Template"),
    TRANSLATION: lazy("Translation"),
    DOCUMENTATION: lazy("Documentation"),
    CONFIGURATION: lazy("Configuration alone"),
}


def may_follow(state: str, wanted: str) -> bool:
    """Tell whether the step from one state to another exists."""
    return wanted in STEPS.get(state, ())


def verb(state: str, wanted: str) -> str:
    """Return what stands on the button of a step that is taken by hand."""
    return str(BACK.get((state, wanted)) or VERBS[wanted])


def needs_reason(state: str, wanted: str) -> bool:
    """Tell whether a step has to say why."""
    return (state, wanted) in REASONED or wanted in (WITHDRAWN, EXEMPT)
