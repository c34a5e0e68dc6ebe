# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the duties of a release stand, reckoned from its licences and what was written down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tresen.sdk import lazy

from tresen_licensing.components.models import Bom
from tresen_licensing.obligations import choices, conflicts, duties
from tresen_licensing.obligations.models import Choice, Obligation

OPEN, AGAIN, MET = "open", "again", "met"
STATES = {
    OPEN: lazy("open"),
    AGAIN: lazy("to be looked at again"),
    MET: lazy("met"),
}
TONES = {OPEN: "red", AGAIN: "amber", MET: "green"}


@dataclass(frozen=True)
class Duty:
    """One duty of one licence: its section, on how many components of which bill, how it is met."""

    kind: str
    licence: str
    section: str
    components: int
    state: str
    bom_id: int
    obligation: Obligation | None
    reason: object = ""


@dataclass(frozen=True)
class Undecided:
    """An expression with a choice, on how many components, the ways, and what was chosen."""

    expression: str
    components: int
    ways: Sequence[str]
    choice: Choice | None = None


@dataclass(frozen=True)
class Standing:
    """The duties of a release by weight and licence, and what keeps them from being known."""

    bom: Bom
    duties: Sequence[Duty]
    undecided: Sequence[Undecided]
    decided: Sequence[Undecided]
    # Components whose licence is not clear.
    unclear: int

    @property
    def open(self) -> Sequence[Duty]:
        """The duties that nobody met for this bill."""
        return [each for each in self.duties if each.state != MET]

    @property
    def choices(self) -> Sequence[Undecided]:
        """What leaves a choice, whether it was taken or not."""
        return [*self.undecided, *self.decided]

    @property
    def owed(self) -> int:
        """How many things somebody has to do: duties, choices, and licences to be clarified."""
        return len(self.open) + len(self.undecided) + (1 if self.unclear else 0)


Chosen = Mapping[str, Choice]
Met = Mapping[tuple[str, str], Obligation]


def reckon(bom: Bom, counts: Mapping[str, int], chosen: Chosen, met: Met, own: str) -> Standing:
    """Return where the duties stand.

    `counts` are components by expression, `own` is the licence of the product itself, which takes
    part in what does not fit together.
    """
    held: dict[str, int] = {}
    undecided: list[Undecided] = []
    decided: list[Undecided] = []
    for expression, count in counts.items():
        if not expression:
            continue
        ways = choices.ways(expression)
        said = chosen.get(expression)
        way = _way(ways, said)
        if len(ways) != 1:
            texts = [choices.text_of(each) for each in ways]
            place = undecided if way is None else decided
            place.append(Undecided(expression, count, texts, said))
        for licence in way or ():
            held[licence] = held.get(licence, 0) + count
    found = [*_conflicts(bom, held, own, met), *_duties(bom, held, met)]
    return Standing(bom, found, undecided, decided, counts.get("", 0))


def _way(ways: Sequence[choices.Way], said: Choice | None) -> choices.Way | None:
    """Return the way that holds: the only one, or the chosen one as long as there is such a way."""
    if len(ways) == 1:
        return ways[0]
    return next((way for way in ways if said and choices.text_of(way) == said.chosen), None)


def _conflicts(bom: Bom, held: Mapping[str, int], own: str, met: Met) -> Iterator[Duty]:
    mine = _way(choices.ways(own), None) if own else None
    for each in conflicts.conflicts({*held, *(mine or ())}):
        count = held.get(each.one, 0) + held.get(each.other, 0)
        found = Duty(duties.FIT, each.pair, "", count, OPEN, bom.id, None, each.reason)
        yield _as_met(found, met)


def _duties(bom: Bom, held: Mapping[str, int], met: Met) -> Iterator[Duty]:
    asked = [(duty, licence) for licence in sorted(held) for duty in duties.duties_of(licence)]
    places = {duty: place for place, duty in enumerate(duties.TITLES)}
    for kind, licence in sorted(asked, key=lambda each: (places[each[0]], each[1])):
        section, count = duties.duties_of(licence)[kind], held[licence]
        yield _as_met(Duty(kind, licence, section, count, OPEN, bom.id, None), met)


def _as_met(duty: Duty, met: Met) -> Duty:
    known = met.get((duty.kind, duty.licence))
    if known is None:
        return duty
    return replace(duty, obligation=known, state=MET if known.bom_id == duty.bom_id else AGAIN)
