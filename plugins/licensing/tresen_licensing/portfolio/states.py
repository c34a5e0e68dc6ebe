# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a product stands in its life, and where the support of anything stands on a day."""

from datetime import date, timedelta

from tresen.sdk import Product, lazy

from tresen_licensing.portfolio.models import Offering

OWN, THIRD_PARTY, SERVICE = "own", "third_party", "service"
KINDS = {
    OWN: lazy("Own product"),
    THIRD_PARTY: lazy("Third-party product"),
    SERVICE: lazy("Service"),
}

PLANNED, PILOT, ACTIVE, MAINTENANCE = "planned", "pilot", "active", "maintenance"
END_OF_SALE, END_OF_SUPPORT, RETIRED = "end_of_sale", "end_of_support", "retired"
LIFECYCLES = {
    PLANNED: lazy("Planned"),
    PILOT: lazy("Pilot"),
    ACTIVE: lazy("Active"),
    MAINTENANCE: lazy("Maintenance only"),
    END_OF_SALE: lazy("No longer sold"),
    END_OF_SUPPORT: lazy("No longer supported"),
    RETIRED: lazy("Retired"),
}
LIFECYCLE_TONES = {
    PILOT: "accent",
    ACTIVE: "green",
    MAINTENANCE: "amber",
    END_OF_SALE: "amber",
    END_OF_SUPPORT: "red",
}
# Nobody has to be told that the support of these ends.
OVER = (END_OF_SUPPORT, RETIRED)

CHANNELS = {"pilot": lazy("Pilot"), "stable": lazy("Stable"), "lts": lazy("Long-term support")}
CRITICALITIES = {
    "normal": lazy("Normal"),
    "important": lazy("Important"),
    "critical": lazy("Critical to the business"),
}

UNKNOWN, SUPPORTED, ENDING, UNSUPPORTED = "unknown", "supported", "ending", "unsupported"
SUPPORTS = {
    UNKNOWN: lazy("End of support not known"),
    SUPPORTED: lazy("Supported"),
    ENDING: lazy("Support ends soon"),
    UNSUPPORTED: lazy("Unsupported"),
}
SUPPORT_TONES = {SUPPORTED: "green", ENDING: "amber", UNSUPPORTED: "red"}
SOON = timedelta(days=90)


def lifecycle(product: Product, offering: Offering | None) -> str:
    """Return where the product stands, of which nobody may have said anything yet."""
    if offering is not None:
        return offering.lifecycle
    return ACTIVE if product.is_active else RETIRED


def support(until: date | None, day: date) -> str:
    """Return where support stands that ends with the day `until`, which counts in full."""
    if until is None:
        return UNKNOWN
    if day > until:
        return UNSUPPORTED
    return ENDING if until - day <= SOON else SUPPORTED


def since(until: date) -> date:
    """Return the first day without support."""
    return until + timedelta(days=1)


def lines(text: str) -> list[str]:
    """Return what stands one a line in a text."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def end_of(*ends: date | None) -> date | None:
    """Return the first of several ends of support, such as a version's and its product's."""
    return min((each for each in ends if each is not None), default=None)
