# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing contrib report` and `badge`: how giving back went, for people and programs."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from tresen.sdk import Desk, Refused, _, number

from tresen_licensing.commands import CLEAN, FOUND, MakeCore, as_json, reading, tell
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments import states
from tresen_licensing.reports import badges, figures, queries
from tresen_licensing.reports.badges import Badge
from tresen_licensing.reports.figures import Figures, Line

YEAR = click.IntRange(1970, 9999)
of_customer = click.option("--customer", default="", help="The organisation's name.")


@click.command()
@click.option("--year", type=YEAR, help="By default this one.")
@of_customer
@as_json
@click.pass_obj
def report(make_core: MakeCore, year: int | None, customer: str, is_json: bool) -> None:
    """Tell how giving back went in a year; exits with 1 where something of it is overdue."""
    with reading(make_core) as desk:
        chosen = year or desk.today().year
        found = figures.lines(desk, chosen, _customer_id(desk, customer))
        total = figures.sum_up(found)
        lines = [*_sums(total), *(_line(each) for each in found)]
        facts = {
            "year": chosen,
            "customer": customer or None,
            "figures": asdict(total),
            "developments": [_facts(each) for each in found],
        }
    tell(facts, lines, is_json=is_json, status=FOUND if total.overdue else CLEAN)


@click.command()
@click.argument("reference", required=False, default="")
@click.option("--year", type=YEAR, help="By default every year.")
@of_customer
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@as_json
@click.pass_obj
def badge(make_core: MakeCore, /, reference: str, year: int | None, **given: Any) -> None:
    """Draw a badge (SVG) of all that was given back, or of one development."""
    if reference and (year or given["customer"]):
        raise click.UsageError("REFERENCE goes without --year and --customer.")
    with reading(make_core) as desk:
        if reference:
            made = badges.of_development(developments.development(desk, reference))
        else:
            made = _summed(desk, year, _customer_id(desk, given["customer"]))
        picture = badges.drawn(made)
        if given["out"]:
            _write(given["out"], picture)
    lines = [str(given["out"])] if given["out"] else [picture]
    tell(badges.facts(made), lines, is_json=given["is_json"])


COMMANDS = (report, badge)


def _customer_id(desk: Desk, name: str) -> int | None:
    return developments.customer_named(desk, name).id if name else None


def _summed(desk: Desk, year: int | None, organisation_id: int | None) -> Badge:
    years = [year] if year else queries.years(desk)
    found = [figures.lines(desk, each, organisation_id) for each in years]
    return badges.of_figures([figures.sum_up(each) for each in found])


def _write(path: Path, picture: str) -> None:
    try:
        path.write_text(picture + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused(str(error)) from error


def _sums(found: Figures) -> Iterator[str]:
    shares = {
        _("Given back"): found.published,
        _("In time"): found.in_time,
        _("Proposed upstream"): found.proposed,
        _("Merged upstream"): found.merged,
    }
    for title, part in shares.items():
        yield f"{title}: " + _("%(part)s of %(all)s") % {"part": part, "all": found.owed}
    days = number(found.median_days) if found.median_days is not None else "-"
    yield f"{_('Days until it was public')}: {days}"
    for title, count in (
        *((_("Overdue"), found.overdue), (_("Exempt"), found.exempt), (_("Drift"), found.drift)),
    ):
        yield f"{title}: {count}"


def _line(line: Line) -> str:
    days = f"{line.began_on} / {line.due_on} / {line.published_on or '-'}"
    return f"{line.row.reference} {states.TITLES[line.row.state]}: {days}"


def _facts(line: Line) -> dict[str, Any]:
    row = line.row
    return {
        "reference": row.reference,
        "title": row.title,
        "customer": row.organisation.name,
        "state": row.state,
        "standing": line.clock.standing,
        "began_on": line.began_on.isoformat(),
        "due_on": line.due_on.isoformat(),
        "published_on": line.published_on.isoformat() if line.published_on else None,
        "days": line.days,
        "is_in_time": line.is_in_time,
        "drift": line.drift,
    }
