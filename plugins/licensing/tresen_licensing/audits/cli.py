# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing contrib check`: all twenty checks of a development, for people and programs."""

from collections.abc import Iterator

import click

from tresen_licensing.audits.telling import Told, plain, told
from tresen_licensing.clearances import service, states
from tresen_licensing.commands import CLEAN, FOUND, MakeCore, as_json, by_somebody, tell, writing
from tresen_licensing.developments import queries
from tresen_licensing.developments import states as way


@click.command()
@click.argument("reference")
@by_somebody
@as_json
@click.pass_obj
def check(make_core: MakeCore, reference: str, address: str, is_json: bool) -> None:
    """Look at the latest changes and at what came of them; exits with 1 where something is found.

    What is cleared keeps what was found when it was; what is not reached yet is not yet looked at.
    """
    with writing(make_core, address) as desk:
        row = queries.development(desk, reference)
        if row.state in way.OPEN:
            service.check(desk, row)
        found = told(desk, row)
        lines = [line for each in found for line in _lines(each)]
    is_open = any(each.is_open for each in found)
    facts = {"reference": reference, "is_open": is_open, "checks": plain(found)}
    tell(facts, lines, is_json=is_json, status=FOUND if is_open else CLEAN)


COMMANDS = (check,)


def _lines(found: Told) -> Iterator[str]:
    outcome, severity = states.OUTCOMES[found.outcome], states.SEVERITIES[found.severity]
    yield f"{found.id} {outcome} ({severity}): {found.title}"
    for each in found.findings:
        if not each.is_answered:
            place = f" [{each.place}]" if each.place else ""
            yield f"    {states.SEVERITIES[each.severity]}: {each.sentence}{place}"
    if found.is_open:
        yield f"    {found.hint}"
