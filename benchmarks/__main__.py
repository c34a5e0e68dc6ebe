# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command: fills a database, measures what is named, prints a table, writes JSON."""

import argparse
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import mails, pages, plugins, processes, sessions
from benchmarks.ground import grounds
from benchmarks.timing import Result

# Mails and replies add rows, so they come last.
MEASURES = (
    processes.MEASURES | plugins.MEASURES | pages.MEASURES | sessions.MEASURES | mails.MEASURES
)


def main() -> None:
    """Measure and tell."""
    given = _arguments()
    with grounds(given.database, given.tickets) as ground:
        print(f"{given.tickets} tickets on {ground.core.engine.dialect.name}\n", flush=True)
        print(_line("", "ours", "floor", "ratio", "goal", ""), flush=True)
        results = []
        for name in given.names or MEASURES:
            results.append(MEASURES[name](ground))
            print(_told(results[-1]), flush=True)
    if given.json:
        _write(given.json, ground.core.engine.dialect.name, given.tickets, results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument(
        "--database", default="sqlite", help="sqlite, postgres, or the address of one that stays"
    )
    parser.add_argument("--json", type=Path, help="file for the results")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(MEASURES))
    given = parser.parse_args()
    if unknown := set(given.names) - set(MEASURES):
        parser.error(f"There is no measure {', '.join(sorted(unknown))}: {', '.join(MEASURES)}")
    return given


def _told(result: Result) -> str:
    met = {None: "", True: "met", False: "missed"}[result.is_met]
    goal = "" if result.goal is None else f"{result.goal:g}"
    ratio = "" if result.ratio is None else f"{result.ratio:.1f}"
    floor = "" if result.floor is None else f"{result.floor:.2f}"
    return _line(f"{result.name} {result.unit}", f"{result.ours:.2f}", floor, ratio, goal, met)


def _line(name: str, *cells: str) -> str:
    return f"{name:<20}" + "".join(f"{cell:>10}" for cell in cells)


def _write(file: Path, database: str, tickets: int, results: Sequence[Result]) -> None:
    machine = {"processors": os.cpu_count(), "python": platform.python_version()}
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": database,
        "tickets": tickets,
        "machine": machine | {"load": os.getloadavg()[0]},
        "results": [
            asdict(result) | {"ratio": result.ratio, "is_met": result.is_met} for result in results
        ],
    }
    file.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
