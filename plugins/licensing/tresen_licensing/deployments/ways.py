# SPDX-License-Identifier: AGPL-3.0-or-later
"""How it became known that something runs somewhere."""

from tresen.sdk import lazy

MANUAL, AGENT_REPORT, SUPPORT_BUNDLE = "manual", "agent_report", "support_bundle"

METHODS = {
    MANUAL: lazy("Written down by hand"),
    AGENT_REPORT: lazy("Reported by the system itself"),
    SUPPORT_BUNDLE: lazy("Read from a support bundle"),
}
