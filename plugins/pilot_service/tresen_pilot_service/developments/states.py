# SPDX-License-Identifier: AGPL-3.0-or-later
"""The phases of a development up to its acceptance and return: one table, and its other words.

A deployed change is on a clock: only its return to the public, or a reason against it, ends that.
"""

from datetime import date, timedelta

from tresen.sdk import lazy

REQUESTED, SPECIFIED, AGREED = "requested", "specified", "agreed"
IN_DEVELOPMENT, IN_TEST, ACCEPTED = "in_development", "in_test", "accepted"
DEPLOYED, GIVEN_BACK, EXEMPT = "deployed", "given_back", "exempt"
DECLINED, ABANDONED = "declined", "abandoned"

TITLES = {
    REQUESTED: lazy("Requested"),
    SPECIFIED: lazy("Specified"),
    AGREED: lazy("Contractually agreed"),
    IN_DEVELOPMENT: lazy("In development"),
    IN_TEST: lazy("In test at the customer"),
    ACCEPTED: lazy("Accepted by the customer"),
    DEPLOYED: lazy("Deployed"),
    GIVEN_BACK: lazy("Given back"),
    EXEMPT: lazy("Not to be given back"),
    DECLINED: lazy("Declined by us"),
    ABANDONED: lazy("Abandoned"),
}

# What a customer reads; states of which it is no business read alike.
PLAIN = {
    REQUESTED: lazy("We know your request."),
    SPECIFIED: lazy("It is written down what will be developed."),
    AGREED: lazy("It is agreed and will be developed."),
    IN_DEVELOPMENT: lazy("We are developing it."),
    IN_TEST: lazy("It is yours to test now: we wait for your acceptance."),
    ACCEPTED: lazy("You accepted it; it will be deployed."),
    DEPLOYED: lazy("It is deployed at your place."),
    GIVEN_BACK: lazy("It is deployed at your place, and its source is public."),
    EXEMPT: lazy("It is deployed at your place."),
    DECLINED: lazy("We cannot develop it."),
    ABANDONED: lazy("It was abandoned."),
}

# What stands on the button that leads there.
VERBS = {
    REQUESTED: lazy("Take up again"),
    SPECIFIED: lazy("Specification is done"),
    AGREED: lazy("Record the contract"),
    IN_DEVELOPMENT: lazy("Begin development"),
    IN_TEST: lazy("Hand over for test"),
    ACCEPTED: lazy("Record the acceptance"),
    DEPLOYED: lazy("Record the deployment"),
    GIVEN_BACK: lazy("Give back"),
    EXEMPT: lazy("Do not give back"),
    DECLINED: lazy("Decline"),
    ABANDONED: lazy("Abandon the development"),
}

# From each state, where it may go; the way on stands first.
STEPS: dict[str, tuple[str, ...]] = {
    REQUESTED: (SPECIFIED, DECLINED, ABANDONED),
    SPECIFIED: (AGREED, DECLINED, ABANDONED),
    AGREED: (IN_DEVELOPMENT, SPECIFIED, ABANDONED),
    IN_DEVELOPMENT: (IN_TEST, ABANDONED),
    IN_TEST: (ACCEPTED, IN_DEVELOPMENT, ABANDONED),
    ACCEPTED: (DEPLOYED, IN_TEST, ABANDONED),
    DEPLOYED: (GIVEN_BACK, EXEMPT),
    GIVEN_BACK: (DEPLOYED,),
    EXEMPT: (DEPLOYED,),
    DECLINED: (REQUESTED,),
    ABANDONED: (REQUESTED,),
}

# Steps back say why.
BACK = {
    (AGREED, SPECIFIED): lazy("Back to the specification"),
    (IN_TEST, IN_DEVELOPMENT): lazy("Back to development"),
    (ACCEPTED, IN_TEST): lazy("Take the acceptance back"),
    (GIVEN_BACK, DEPLOYED): lazy("Take the return back"),
    (EXEMPT, DEPLOYED): lazy("To be given back after all"),
    (DECLINED, REQUESTED): lazy("Take up again"),
    (ABANDONED, REQUESTED): lazy("Take up again"),
}

# These say why, too.
REASONED = (DECLINED, ABANDONED, EXEMPT)
# What agents do in daily work; everything else is an administrator's.
WORK = (SPECIFIED, AGREED, IN_DEVELOPMENT, IN_TEST)
# Nothing is developed any more.
GIVEN_UP = (DECLINED, ABANDONED)
# The private change runs somewhere.
RUNNING = (DEPLOYED, GIVEN_BACK, EXEMPT)
ENDED = (GIVEN_BACK, EXEMPT, DECLINED, ABANDONED)

TONES = {IN_TEST: "amber", DEPLOYED: "accent", GIVEN_BACK: "green"}

FIX, FEATURE, INTEGRATION = "fix", "feature", "integration"
TRANSLATION, DOCUMENTATION = "translation", "documentation"

KINDS = {
    FIX: lazy("Fix"),
    FEATURE: lazy("New function"),
    INTEGRATION: lazy("Integration"),
    TRANSLATION: lazy("Translation"),
    DOCUMENTATION: lazy("Documentation"),
}

LEAD, DEVELOPER, REVIEWER = "lead", "developer", "reviewer"
CONTACT, ACCEPTOR = "contact", "acceptor"

PARTS = {
    LEAD: lazy("Lead developer"),
    DEVELOPER: lazy("Developer"),
    REVIEWER: lazy("Reviewer"),
    CONTACT: lazy("Customer's contact"),
    ACCEPTOR: lazy("Accepts for the customer"),
}
# The others are the customer's.
OURS = (LEAD, DEVELOPER, REVIEWER)

DUE, OVERDUE = "due", "overdue"


def may_go(old: str, new: str) -> bool:
    """Whether the step is in the table."""
    return new in STEPS.get(old, ())


def needs_reason(old: str, new: str) -> bool:
    """Whether the step has to say why: a step back, and one that ends without a result."""
    return new in REASONED or (old, new) in BACK


def verb(old: str, new: str) -> str:
    """Return what stands on the button of a step."""
    return str(BACK.get((old, new)) or VERBS[new])


def giveback_until(state: str, deployed_on: date | None, days: int) -> date | None:
    """Return the last day to give back what is deployed; None where nothing is owed."""
    if state != DEPLOYED or deployed_on is None:
        return None
    return deployed_on + timedelta(days=days)


def standing(until: date | None, today: date) -> str:
    """Return whether giving back is due or overdue, or nothing where it is not owed."""
    if until is None:
        return ""
    return OVERDUE if today > until else DUE
