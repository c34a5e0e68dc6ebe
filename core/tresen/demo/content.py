# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads the demo's content files into records; a mistake in a file is named with its place.

Content is text that anybody may improve, so it lies in TOML files and not in code.
"""

import re
import tomllib
import unicodedata
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tresen.demo.records import (
    Agent,
    Case,
    Contact,
    Content,
    Customer,
    Installed,
    Language,
    ProductText,
    Scenario,
    SnippetText,
    Step,
    TeamText,
)

FOLDER = Path(__file__).with_name("content")
LEVELS = {"low": 1, "medium": 2, "high": 3, "critical": 4}
# Working time: a working day is nine hours long.
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(hours=9)}
SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "\u0131": "i", "'": "", "&": " "}
)
LIMITS = ("sectors", "countries", "only")


@cache
def read_content(folder: Path = FOLDER) -> Content:
    """Return everything in the folder; raises ValueError that names a faulty scenario."""
    firm = _toml(folder / "firm.toml")
    customers = _toml(folder / "organisations.toml")["organisation"]
    return Content(
        name=firm["name"],
        city=firm["city"],
        support=firm["support"],
        teams=tuple(TeamText(**row) for row in firm["team"]),
        agents=tuple(_agent(row, firm["domain"]) for row in firm["agent"]),
        products=tuple(ProductText(**_tuples(row)) for row in firm["product"]),
        customers=tuple(map(_customer, customers)),
        scenarios=tuple(
            scenario
            for file in sorted((folder / "scenarios").glob("*.toml"))
            for scenario in read_scenarios(file)
        ),
        snippets=tuple(map(_snippet, _toml(folder / "snippets.toml")["snippet"])),
    )


def read_scenarios(file: Path) -> tuple[Scenario, ...]:
    """Return the scenarios of one file; raises ValueError that names a faulty one."""
    return tuple(map(_scenario, _toml(file)["scenario"]))


def address_of(name: str, domain: str) -> str:
    """Return first.last@domain in plain letters: Miriam Özdemir is miriam.oezdemir."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(SPELT))
    words = re.findall(r"[a-z-]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return f"{'.'.join(words)}@{domain}"


def read_duration(text: str) -> timedelta:
    """Return `35m`, `3h` or `2d` as working time; raises ValueError for anything else."""
    found = re.fullmatch(r"(\d+)([mhd])", text)
    if found is None:
        raise ValueError(f"{text!r} is no duration such as 35m, 3h or 2d.")
    return int(found[1]) * UNITS[found[2]]


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _agent(row: dict[str, Any], domain: str) -> Agent:
    return Agent(**_tuples(row), address=address_of(row["name"], domain))


def _snippet(row: dict[str, Any]) -> SnippetText:
    return SnippetText(**row | {"body": row["body"].strip()})


def _customer(row: dict[str, Any]) -> Customer:
    language: Language = row.pop("language", "de") if "language" in row else "de"
    domain = f"{row['key']}.example"
    contacts = tuple(_contact(found, domain, language) for found in row["contacts"])
    installed = tuple(Installed(**found) for found in row["installed"])
    return Customer(**row | {"contacts": contacts, "installed": installed}, domain=domain)


def _contact(row: dict[str, Any], domain: str, language: Language) -> Contact:
    return Contact(**{"language": language} | row, address=address_of(row["name"], domain))


def _scenario(row: dict[str, Any]) -> Scenario:
    try:
        return Scenario(
            key=row["key"],
            language=row["language"],
            impact=LEVELS[row["impact"]],
            urgency=LEVELS[row["urgency"]],
            tags=tuple(row["tags"]),
            channels=tuple(row.get("channels", ("mail",))),
            cases=tuple(_case(case, row) for case in row["cases"]),
            steps=tuple(map(_step, row["step"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"The scenario {row.get('key')!r} is faulty: {error!r}") from error


def _case(row: dict[str, Any], scenario: dict[str, Any]) -> Case:
    limits = {name: tuple(row.get(name, scenario.get(name, ()))) for name in LIMITS}
    known = {"subject", "product", *LIMITS}
    slots = {name: value for name, value in row.items() if name not in known}
    product = row.get("product", scenario.get("product", ""))
    return Case(row["subject"], slots, product, **limits)


def _step(row: dict[str, Any]) -> Step:
    given = {key: value for key, value in row.items() if key not in {"after", "text", "channel"}}
    after = read_duration(row["after"]) if "after" in row else timedelta(0)
    return Step(**given, text=row["text"].strip("\n"), after=after)
