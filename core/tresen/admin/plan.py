# SPDX-License-Identifier: AGPL-3.0-or-later
"""What update day will do to each plugin, said before anything is touched.

The loader's own checks decide, so that the plan is what then happens: there is no second truth
about who fits.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import Distribution, entry_points

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from sqlalchemy import Connection

from tresen import loader, needs, revisions
from tresen.admin import queries
from tresen.admin.records import OFF, SET_ASIDE, TAKEN_IN, PluginState
from tresen.admin.target import Target, Wheel
from tresen.desk import Core
from tresen.errors import Misconfigured

WORKS, PAUSED, UNKNOWN, STAYS_OFF = (
    "works",
    "will be paused",
    "unknown",
    "stays off",
)
CORE = "tresen"


@dataclass(frozen=True)
class Verdict:
    """What becomes of one plugin; `sentence` says why, and is empty where it just works.

    `update` is the version of its distribution that will run; `pending` are the revisions that
    `tresen upgrade` runs for it first, as far as the installed code knows.
    """

    plugin: str
    outcome: str
    version: str
    sentence: str = ""
    update: str = ""
    pending: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The core's version and pending revisions, and a verdict for each plugin, by name."""

    version: str
    pending: tuple[str, ...]
    verdicts: list[Verdict]


def make_plan(core: Core, target: Target, failing: dict[str, str]) -> Plan:
    """Return what happens once the target is installed and `tresen upgrade` has run.

    `failing` says why the revisions of a chain fail, by the chain's name. Raises Misconfigured
    where the core itself could not be upgraded.
    """
    with core.engine.connect() as connection:
        chains = {chain.name: chain for chain in revisions.chains_of(core.plugins)}
        pending = tuple(revisions.pending_revisions(connection, chains["core"]))
        if pending and "core" in failing:
            raise Misconfigured(f"The core's own revisions fail: {failing['core']}")
        verdicts = [
            _after_revisions(connection, chains.get(found.plugin), found, failing)
            for found in (_verdict(core, state, target) for state in queries.plugins(core))
        ]
    verdicts = _without_the_needed(verdicts, target)
    version = target.version_of(CORE)
    # Which revisions another version of the core brings, the installed code does not know.
    return Plan(version, pending if version == Target().version_of(CORE) else (), verdicts)


def verdicts_now(core: Core) -> dict[str, Verdict]:
    """Return what the next `tresen upgrade` and start make of what is installed now, by plugin."""
    return {found.plugin: found for found in make_plan(core, Target(), {}).verdicts}


def in_words(plan: Plan) -> Iterator[str]:
    """Yield the plan in lines: the core first, then the plugins by name."""
    yield f"{CORE:24} {plan.version:12} {_with_revisions(WORKS, plan.pending)}"
    for found in plan.verdicts:
        words = f"{found.outcome} after update to {found.update}" if found.update else found.outcome
        words = _with_revisions(words, found.pending)
        why = f": {found.sentence}" if found.sentence else ""
        yield f"{found.plugin:24} {found.version:12} {words}{why}"


def _with_revisions(outcome: str, pending: tuple[str, ...]) -> str:
    return f"{outcome}, runs {', '.join(pending)}" if pending else outcome


def _without_the_needed(verdicts: list[Verdict], target: Target) -> list[Verdict]:
    """Return the verdicts with those paused that need another which will not run."""
    points = list(entry_points(group=loader.GROUP))
    needed = {found.plugin: needs.needed_by(_requires(found, target), points) for found in verdicts}
    known = {found.plugin: found for found in verdicts}
    for found in sorted(verdicts, key=lambda each: needs.depth(needed, each.plugin)):
        gone = [
            known[name]
            for name in sorted(needed[found.plugin])
            if name in known and known[name].outcome in (PAUSED, STAYS_OFF)
        ]
        if gone and found.outcome in (WORKS, UNKNOWN):
            is_off = gone[0].outcome == STAYS_OFF
            sentence = needs.lacking(found.plugin, gone[0].plugin, is_off=is_off)
            known[found.plugin] = Verdict(
                found.plugin, PAUSED, found.version, sentence, found.update
            )
    return [known[found.plugin] for found in verdicts]


def _requires(found: Verdict, target: Target) -> Iterable[str]:
    """Return what the version of a plugin requires that will run."""
    dist = _distribution(found.plugin)
    if dist is None:
        return ()
    wheels = target.wheels_of(dist.name) if found.update else []
    planned = (each.requires for each in wheels if str(each.version) == found.update)
    return next(planned, tuple(dist.requires or ()))


def _verdict(core: Core, state: PluginState, target: Target) -> Verdict:
    dist = _distribution(state.name)
    if dist is None or state.state == OFF:
        outcome = STAYS_OFF if state.state == OFF else PAUSED
        return Verdict(state.name, outcome, state.version, state.sentence)
    pinned = target.version_of(dist.name)
    if pinned != dist.version:
        return _pinned(state, dist, pinned, target)
    if state.name in core.plugins.unmet:
        # Nothing is wrong with it but for another one, which has a verdict of its own.
        state = replace(state, state=TAKEN_IN)
    return _kept(state, dist, target)


def _kept(state: PluginState, dist: Distribution, target: Target) -> Verdict:
    """Return what becomes of a plugin whose version nobody changes."""
    requires = tuple(dist.requires or ())
    if sentence := _unfit(requires, target):
        return _rescued(state, dist, sentence, target)
    # What it needs is there today already, and still something else is wrong with it.
    if state.state == SET_ASIDE and not _unfit(requires, Target()):
        return Verdict(state.name, PAUSED, state.version, state.sentence)
    sentence = _untested(requires, target)
    return Verdict(state.name, UNKNOWN if sentence else WORKS, state.version, sentence)


def _pinned(state: PluginState, dist: Distribution, pinned: str, target: Target) -> Verdict:
    for wheel in target.wheels_of(dist.name):
        if wheel.version == Version(pinned):
            return _updated(state, wheel, target)
    sentence = f"What {dist.name} {pinned} needs is not known here: --wheelhouse with its wheel."
    return Verdict(state.name, UNKNOWN, state.version, sentence)


def _rescued(state: PluginState, dist: Distribution, sentence: str, target: Target) -> Verdict:
    """Return what a newer version at hand makes of a plugin that does not fit any more."""
    if canonicalize_name(dist.name) not in target.pins:
        for wheel in target.wheels_of(dist.name):
            if wheel.version > Version(dist.version) and not _unfit(wheel.requires, target):
                return _updated(state, wheel, target)
    return Verdict(state.name, PAUSED, state.version, sentence)


def _updated(state: PluginState, wheel: Wheel, target: Target) -> Verdict:
    if sentence := _unfit(wheel.requires, target):
        return Verdict(state.name, PAUSED, state.version, sentence, str(wheel.version))
    sentence = _untested(wheel.requires, target)
    outcome = UNKNOWN if sentence else WORKS
    return Verdict(state.name, outcome, state.version, sentence, str(wheel.version))


def _after_revisions(
    connection: Connection,
    chain: revisions.Chain | None,
    found: Verdict,
    failing: dict[str, str],
) -> Verdict:
    """Return the verdict with what the schema has to say to the installed code."""
    if chain is None or found.outcome not in (WORKS, UNKNOWN) or found.update:
        return found
    try:
        pending = tuple(revisions.pending_revisions(connection, chain))
    except Misconfigured as error:
        return Verdict(found.plugin, PAUSED, found.version, error.sentence)
    if pending and chain.name in failing:
        sentence = f"Its revisions fail: {failing[chain.name]}"
        return Verdict(found.plugin, PAUSED, found.version, sentence)
    return Verdict(found.plugin, found.outcome, found.version, found.sentence, "", pending)


def _unfit(requires: tuple[str, ...], target: Target) -> str:
    try:
        loader.check_requirements(requires, target.version_of)
    except Exception as error:  # noqa: BLE001 - the loader sets a plugin aside for whatever it is
        return loader.sentence_of(error)
    return ""


def _untested(requires: tuple[str, ...], target: Target) -> str:
    """Return why the planned core lies beyond what a plugin was tested with, empty if not.

    A range with an end is the author's word. Without one, nothing is known of a release in which
    hooks may go: another major number, before 1.0 another minor one (Semantic Versioning).
    """
    ranges = [each for each in map(Requirement, requires) if each.name.lower() == CORE]
    specifiers = [each for requirement in ranges for each in requirement.specifier]
    if any(each.operator in ("<", "<=", "==", "===", "~=") for each in specifiers):
        return ""
    named = [Version(each.version) for each in specifiers if each.operator in (">", ">=")]
    end = max([Version(Target().version_of(CORE)), *named])
    planned = Version(target.version_of(CORE))
    if _series(planned) <= _series(end):
        return ""
    return f"Its tested range ends at {CORE} {end}: it names no upper end of its own."


def _series(number: Version) -> tuple[int, int]:
    return (number.major, 0 if number.major else number.minor)


def _distribution(name: str) -> Distribution | None:
    return next((point.dist for point in entry_points(group=loader.GROUP, name=name)), None)
