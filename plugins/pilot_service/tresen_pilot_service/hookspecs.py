# SPDX-License-Identifier: AGPL-3.0-or-later
"""What pilots tell and ask other plugins: what runs at a customer, and who keeps its duty.

They answer with dictionaries, and with `optionalhook=True`, so that nobody has to import anybody.
"""

from typing import Any

from tresen.sdk import Desk, hookspec


@hookspec(since="0.1", stability="provisional")
def pilot_service_deployed(desk: Desk, facts: dict[str, Any]) -> None:
    """Told that a development runs at a customer: at its first place, at each further one, and once
    a day while it has to be given back, so that who comes later learns of it, too.

    Being told twice must be harmless. Keys of `facts`: `id`, which stays the same; `title`; `kind`,
    one of "fix", "feature", "integration", "translation" and "documentation"; `description`;
    `organisation_id`; `product_id`; `base_version_id`, `owner_id`, or None; `deployed_on`, the day
    of the first place; `tickets`, the ids of those that it is about. Others may be added.
    Used by: licensing.
    """


@hookspec(since="0.1", stability="provisional", firstresult=True)
def pilot_service_duty(desk: Desk, development_id: int) -> dict[str, Any] | None:
    """Asked when a development's page is shown. Say where its duty to be given back is kept.

    Keys of the answer: `title`, how it is called there; `url`, where that is; `text`, a sentence
    that says how it stands; `tone`, "", "amber", "red" or "green". It stands on the page in place
    of the plain reminder.
    Used by: licensing.
    """
    return None
