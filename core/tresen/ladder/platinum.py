# SPDX-License-Identifier: AGPL-3.0-or-later
"""Platinum: what runs is what was published, typed, and kept by more than one person."""

import ast
from collections.abc import Iterator

from tresen.i18n import lazy
from tresen.ladder.records import Candidate, Rule
from tresen.ladder.silver import maintainers
from tresen.provenance import IN_PLACE, UNMODIFIED, provenance_of


def typed(candidate: Candidate) -> Iterator[str]:
    """Yield the functions whose signature leaves a type out."""
    if not (candidate.package / "py.typed").is_file():
        yield "py.typed"
    for source in candidate.sources:
        for function in source.functions():
            if function.returns is None or not all(each.annotation for each in _own(function)):
                yield f"{source.at(function)} {function.name}"


def _own(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    """Return the arguments that need a type: neither `self` nor `cls`."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    gathered = [each for each in (given.vararg, given.kwarg) if each]
    return [each for each in (*named, *gathered) if each.arg not in ("self", "cls")]


def unmodified(candidate: Candidate) -> Iterator[str]:
    """Compare the files with the hashes that came with them."""
    if candidate.installed is None:
        yield "RECORD"
        return
    origin = provenance_of(candidate.installed)
    if origin.state != UNMODIFIED:
        yield from origin.differing or (IN_PLACE,)


def two_maintainers(candidate: Candidate) -> Iterator[str]:
    """Ask for a second name."""
    if len(found := maintainers(candidate)) < 2:
        yield ", ".join(sorted(found)) or "Maintainer"


RULES = (
    Rule(
        "typed",
        lazy("Every function is typed"),
        lazy("Add py.typed and annotate arguments and results."),
        typed,
    ),
    Rule(
        "unmodified",
        lazy("Its files are those that were published"),
        lazy("Install it from a wheel; bring changes back to its source."),
        unmodified,
    ),
    Rule(
        "second_maintainer",
        lazy("More than one person answers for it"),
        lazy("Name a second maintainer, separated by a comma."),
        two_maintainers,
    ),
)
