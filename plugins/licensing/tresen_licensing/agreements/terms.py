# SPDX-License-Identifier: AGPL-3.0-or-later
"""The few things that an agreement decides by choosing: whether to publish, and whom to name."""

from tresen.sdk import lazy

YES, AFTER_ACCEPTANCE, NO = "yes", "after_acceptance", "no"

PUBLISHING = {
    YES: lazy("May be published"),
    AFTER_ACCEPTANCE: lazy("May be published after acceptance"),
    NO: lazy("May not be published"),
}

NAMED, FUNDER, ANONYMOUS = "named", "funder", "anonymous"

CREDITS = {
    NAMED: lazy("Name the customer"),
    FUNDER: lazy("Name the customer as funder"),
    ANONYMOUS: lazy("Do not name the customer"),
}
