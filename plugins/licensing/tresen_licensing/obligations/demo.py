# SPDX-License-Identifier: AGPL-3.0-or-later
"""Some duties of the demo's releases are met, others are open."""

from typing import Any

from tresen.sdk import Desk, _

from tresen_licensing.obligations import duties, queries, service
from tresen_licensing.portfolio import queries as portfolio

MIT_OF_TWO = "MIT OR GPL-3.0-or-later"


def fill(desk: Desk, world: dict[str, Any]) -> None:
    """Meet the duties that the file of notices meets, and choose a licence."""
    for product in world.get("products", ()):
        for row in portfolio.releases(desk, product.id)[:1]:
            standing = queries.standing(desk, row[0].id)
            for each in standing.duties if standing else ():
                if each.kind in (duties.NOTICE, duties.TEXT):
                    how = _("Stands in the third-party notices, which every customer gets.")
                    service.meet(desk, row[0], each, how, "")
            if standing and MIT_OF_TWO in {each.expression for each in standing.undecided}:
                service.choose(desk, row[0], MIT_OF_TWO, "MIT", "")
