# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only reasons for which something may stay unpublished for a time."""

from tresen.sdk import lazy

SECRET, THIRD_PARTY = "secret", "third_party"
CUSTOMER_DATA, SECURITY = "customer_data", "security"

REASONS = {
    SECRET: lazy("Configuration or secrets alone"),
    THIRD_PARTY: lazy("The licence of a third party forbids it"),
    CUSTOMER_DATA: lazy("Data of the customer alone"),
    SECURITY: lazy("A fault of security that is not closed yet"),
}

# No waiver holds longer, so that somebody has to look again.
LONGEST_DAYS = 366
