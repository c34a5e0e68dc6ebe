# SPDX-License-Identifier: AGPL-3.0-or-later
"""How grave a finding is, how a check ended, and whose word an approval is."""

from tresen.sdk import lazy

BLOCKING, WARNING = "blocking", "warning"
SEVERITIES = {BLOCKING: lazy("blocks"), WARNING: lazy("needs an answer")}

PASSED, FOUND, ANSWERED, NOT_APPLICABLE = "passed", "found", "answered", "not_applicable"
# Of what its time has not come for: never kept, only told.
NOT_YET = "not_yet"
OUTCOMES = {
    PASSED: lazy("passed"),
    FOUND: lazy("finding"),
    ANSWERED: lazy("answered"),
    NOT_APPLICABLE: lazy("not applicable"),
    NOT_YET: lazy("not yet"),
}
TONES = {PASSED: "green", FOUND: "red", ANSWERED: "accent"}

COMPANY, CUSTOMER = "company", "customer"
SIDES = {COMPANY: lazy("Our house"), CUSTOMER: lazy("The customer")}

# On what ground an approval stands.
BY_HAND, PORTAL, AGREED, DOCUMENT = "by_hand", "portal", "agreed", "document"
GROUNDS = {
    BY_HAND: lazy("looked at by hand"),
    PORTAL: lazy("agreed in the portal"),
    AGREED: lazy("agreed in the contract"),
    DOCUMENT: lazy("agreed in a signed document"),
}
