# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what is installed, in which state, and what it declares."""

from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, TemplateSyntaxError
from sqlalchemy import select

from tresen.admin import ledger
from tresen.admin.models import PluginFault, PluginRest
from tresen.admin.records import (
    FAULTY,
    MUTED,
    OFF,
    SET_ASIDE,
    TAKEN_IN,
    Declared,
    HookCost,
    PluginState,
)
from tresen.desk import Core, Desk
from tresen.errors import Misconfigured, Missing
from tresen.hooks import specs
from tresen.hooks.meter import BUDGET, Tally
from tresen.hooks.records import Check
from tresen.hooks.stability import Notice, answered, notices_of
from tresen.hooks.trace import Trace, TracingPlugins
from tresen.i18n import _, current, ngettext
from tresen.loader import GROUP, manifest_of
from tresen.manifest import Manifest
from tresen.provenance import Provenance, provenance_of
from tresen.switches import switched_off

if TYPE_CHECKING:
    from tresen.ladder.records import Report

SEVERITY = ("bad", "warning", "good")


def plugins(core: Core) -> list[PluginState]:
    """Return every plugin of this process by name, those set aside and muted too."""
    register = core.plugins
    points = {point.name: point for point in entry_points(group=GROUP)}
    found = [
        _set_aside(name, points.get(name), why, OFF if name in register.switched_off else SET_ASIDE)
        for name, why in register.set_aside.items()
    ]
    found += [_taken_in(core, name) for name in register.taken_in]
    return sorted(found, key=lambda each: each.name)


def installed_names() -> list[str]:
    """Return the names of the installed plugins, whatever their state."""
    return sorted(point.name for point in entry_points(group=GROUP))


def plugin(core: Core, name: str) -> PluginState:
    """Return one plugin; raises Missing."""
    for found in plugins(core):
        if found.name == name:
            return found
    raise Missing(_("There is no plugin called %(name)s.") % {"name": name})


def declared(core: Core, name: str) -> Declared:
    """Return what a plugin brings; nothing for one that was set aside."""
    info = core.plugins.taken_in.get(name)
    if info is None:
        return Declared()
    callers = core.plugins.pm.get_hookcallers(core.plugins.pm.get_plugin(name)) or ()
    standings = sorted(answered(core.plugins.pm, name).items())
    return Declared(
        hooks=tuple(sorted(caller.name for caller in callers)),
        offers=tuple(sorted(h for h, owner in core.plugins.offers.items() if owner == name)),
        provisionals=tuple(hook for hook, each in standings if each.stability == "provisional"),
        permissions=_names(core, name, specs.permissions),
        settings=_names(core, name, specs.settings_forms),
        jobs=_names(core, name, specs.jobs),
        tables=tuple(sorted(info.tables)),
    )


def notices(core: Core) -> list[Notice]:
    """Return what plugins use of the core that ends with a later release, by plugin and hook."""
    register = core.plugins
    return [each for name in sorted(register.taken_in) for each in notices_of(register.pm, name)]


def origin(name: str) -> Provenance | None:
    """Return where a plugin comes from; None when no installed distribution brings it."""
    for point in entry_points(group=GROUP, name=name):
        if point.dist is not None:
            return provenance_of(point.dist)
    return None


def manifest(name: str) -> Manifest | None:
    """Return what an installed plugin declares; None without a manifest that can be read."""
    for point in entry_points(group=GROUP, name=name):
        try:
            return manifest_of(point)
        except Misconfigured:
            # The sentence stands with the state of the plugin, which is set aside for it.
            return None
    return None


def report(core: Core, name: str) -> "Report | None":
    """Return how an installed plugin comes out on the quality ladder; None where nothing is read.

    Asked for once in a process: what runs was read at its start too.
    """
    from tresen.ladder import candidates, keeping  # noqa: PLC0415 - few processes ever need it

    known: dict[str, Report | None] = core.shelf.setdefault("reports", {})
    if name not in known:
        try:
            folder = core.config.data_dir / "compiled" / "ladder"
            known[name] = keeping.judged(candidates.installed(name), folder)
        except (Misconfigured, Missing):
            known[name] = None
    return known[name]


def is_wanted(core: Core, name: str) -> bool:
    """Whether the plugin is to be taken in at the next start, as far as the switches go."""
    off = switched_off(core.config.data_dir) | frozenset(core.config.plugins_off)
    return name not in off


def faults(desk: Desk, name: str) -> Sequence[PluginFault]:
    """Return where a plugin failed in any process within the last weeks, the newest first."""
    own = select(PluginFault).where(PluginFault.plugin == name)
    return desk.session.scalars(own.order_by(PluginFault.last_at.desc(), PluginFault.place)).all()


def rest(desk: Desk, name: str) -> PluginRest | None:
    """Return until when a plugin is muted in all processes; None for one that is not."""
    return next((each for each in ledger.resting(desk) if each.plugin == name), None)


def troubles(desk: Desk) -> dict[str, str]:
    """Return a sentence for each plugin with which something is wrong, by its name.

    What this process knows comes first, then what any process noted within a day.
    """
    found = {}
    for state in plugins(desk.core):
        if state.state in FAULTY or (state.state == TAKEN_IN and state.sentence):
            found[state.name] = state.sentence
        elif state.state == TAKEN_IN and (sentence := _failed_lately(desk, state.name)):
            found[state.name] = sentence
    return found


def health(desk: Desk) -> list[Check]:
    """Return what every part says of its health, and what became of the plugins; bad first."""
    found = desk.gather(specs.health_checks)
    titles = {state.name: state.title for state in plugins(desk.core)}
    found += [
        Check(name, "warning", sentence, _("Plugin %(title)s") % {"title": titles[name]})
        for name, sentence in troubles(desk).items()
    ]
    return sorted(found, key=lambda check: SEVERITY.index(check.state))


def torn_templates(core: Core) -> list[Check]:
    """Return a warning for each template of a plugin that cannot be compiled; reads them all."""
    jinja = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    found = []
    for name, info in core.plugins.taken_in.items():
        for file in sorted((info.folder / "templates").rglob("*.html")):
            try:
                jinja.parse(file.read_text(encoding="utf-8"))
            except (TemplateSyntaxError, UnicodeDecodeError) as error:
                words = {"file": file.name, "error": error}
                text = _("Its template %(file)s cannot be read: %(error)s") % words
                found.append(Check(name, "warning", text))
    return found


def costs(core: Core, name: str) -> list[HookCost]:
    """Return what each hook of a plugin cost in this process, the costliest first."""
    tallies = _tallies(core, name, lambda _tally: True)
    return [
        HookCost(hook, tally.calls, tally.mean // 1000, tally.longest // 1000, tally.errors)
        for hook, tally in sorted(tallies.items(), key=lambda pair: (-pair[1].total, pair[0]))
    ]


def traces(core: Core) -> Sequence[Trace]:
    """Return the last traced requests of this process, the newest first.

    Raises Missing where hooks are not traced.
    """
    register = core.plugins
    if not isinstance(register, TracingPlugins):
        raise Missing(_("Hooks are not traced: start Tresen with TRESEN_TRACE_HOOKS=1."))
    return tuple(register.traces)


def trace(core: Core, number: int) -> Trace:
    """Return one traced request; raises Missing for one that is forgotten."""
    for found in traces(core):
        if found.number == number:
            return found
    raise Missing(_("This request is not remembered any more."))


def _taken_in(core: Core, name: str) -> PluginState:
    info = core.plugins.taken_in[name]
    return PluginState(
        name,
        info.title,
        info.version,
        info.distribution,
        MUTED if name in core.plugins.muted else TAKEN_IN,
        _finding(core, name),
        len(core.plugins.errors.get(name, ())),
    )


def _finding(core: Core, name: str) -> str:
    """Return the worst that this process knows of a plugin that was taken in, as a sentence."""
    register = core.plugins
    if name in register.hung:
        words = {"hook": register.hung[name], "num": register.time_limit}
        text = _("Its hook %(hook)s ran longer than %(num)g s: it rests for an hour.")
        return text % words
    errors = len(register.errors.get(name, ()))
    if name in register.muted:
        return ngettext(
            "It failed %(num)s time within ten minutes and rests for an hour.",
            "It failed %(num)s times within ten minutes and rests for an hour.",
            errors,
        ) % {"num": errors}
    return _failure(core, name) or _slowness(core, name)


def _failure(core: Core, name: str) -> str:
    failed = _tallies(core, name, lambda tally: tally.last_error)
    if not failed:
        return ""
    count = sum(tally.errors for tally in failed.values())
    hook, tally = max(failed.items(), key=lambda pair: pair[1].errors)
    return ngettext(
        "It failed %(num)s time since the start of this process, in %(hook)s: %(error)s",
        "It failed %(num)s times since the start of this process, mostly in %(hook)s: %(error)s",
        count,
    ) % {"num": count, "hook": hook, "error": tally.last_error}


def _failed_lately(desk: Desk, name: str) -> str:
    lately = [each for each in faults(desk, name) if each.last_at > desk.ago(days=1)]
    if not lately:
        return ""
    count = sum(each.count for each in lately)
    return ngettext(
        "It failed %(num)s time, last in %(hook)s: %(error)s",
        "It failed %(num)s times, last in %(hook)s: %(error)s",
        count,
    ) % {"num": count, "hook": lately[0].place, "error": lately[0].sentence}


def _slowness(core: Core, name: str) -> str:
    slow = _tallies(core, name, lambda tally: tally.is_slow)
    if not slow:
        return ""
    hook, tally = max(slow.items(), key=lambda pair: pair[1].longest)
    return _(
        "It is slow: its hook %(hook)s took %(time)s ms; %(budget)s ms are its share of a page."
    ) % {"hook": hook, "time": tally.longest // 10**6, "budget": BUDGET // 10**6}


def _tallies(core: Core, name: str, holds: Callable[[Tally], object]) -> dict[str, Tally]:
    found = list(core.plugins.tallies.items())
    return {hook: tally for (plugin, hook), tally in found if plugin == name and holds(tally)}


def _set_aside(name: str, point: EntryPoint | None, sentence: str, state: str) -> PluginState:
    dist = point.dist if point else None
    declares = manifest(name)
    # Not imported, it has no docstring to show and no catalogue; what it declares can be read.
    title = declares.title[current().tag] if declares else name
    return PluginState(
        name, title, dist.version if dist else "", dist.name if dist else "", state, sentence
    )


def _names(core: Core, name: str, spec: Callable[[], list[Any]]) -> tuple[str, ...]:
    return tuple(
        record.name for plugin, record in core.plugins.collect_named(spec) if plugin == name
    )
