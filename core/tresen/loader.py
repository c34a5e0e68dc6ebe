# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds plugins, checks their fitness, takes them in or sets them aside with a sentence.

pip leaves a plugin installed that no longer fits the core and exits with 0 (experiment E16), and
one broken plugin stops pluggy's own loading: so each is checked here, alone, and whatever it
does wrong costs that plugin only.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from sqlalchemy import Table
from sqlalchemy.orm import DeclarativeBase, RelationshipProperty

from tresen import answers, needs, offers
from tresen.config import Config
from tresen.db import Base, PluginTables, metadata
from tresen.errors import Misconfigured, Unfit
from tresen.hooks.caller import Plugins, make_plugins
from tresen.hooks.trace import TracingPlugins
from tresen.manifest import Manifest, read_manifest
from tresen.revisions import VERSIONS
from tresen.switches import switched_off

GROUP = "tresen.plugins"

# SQLite's own tables behind its indexes of words, which no class is mapped to.
INDEX_OF_WORDS = tuple(
    f"{index}_{part}"
    for index in ("search_text", "search_text_others")
    for part in ("data", "idx", "docsize")
)


@dataclass(frozen=True)
class PluginInfo:
    """What is known of a plugin that was taken in."""

    name: str
    title: str
    version: str
    distribution: str
    module: str
    folder: Path
    tables: frozenset[str]


def load_plugins(config: Config, slices: tuple[str, ...], *, is_known: bool = False) -> Plugins:
    """Register the core's slices, then every installed plugin that is fit.

    `is_known` says that an earlier start took in all of this installed state.
    """
    kind = TracingPlugins if config.trace_hooks else Plugins
    plugins = make_plugins(kind, strict=config.strict, time_limit=config.hook_time_limit)
    plugins.is_known = is_known
    for name in slices:
        _register_slice(plugins, name)
    if not config.safe:
        _take_in_all(plugins, _switched_off(config))
    return plugins


def _take_in_all(plugins: Plugins, off: dict[str, str]) -> None:
    points = sorted(entry_points(group=GROUP), key=_order)
    plugins.needs = needs.needs_of(points)
    circles = needs.circles({n: plugins.needs[n] - off.keys() for n in plugins.needs.keys() - off})
    # Who is needed comes before those who need it.
    for point in sorted(points, key=lambda each: needs.depth(plugins.needs, each.name)):
        if point.name in circles:
            plugins.set_aside[point.name] = circles[point.name]
        elif point.name in off:
            plugins.set_aside[point.name] = off[point.name]
            plugins.switched_off.add(point.name)
        elif not _lacks(plugins, point.name):
            take_in(plugins, point)


def _lacks(plugins: Plugins, name: str) -> bool:
    """Set a plugin aside that needs one which is not there; return whether it does."""
    for needed in sorted(plugins.needs.get(name, ())):
        if needed not in plugins.set_aside:
            continue
        is_off = needed in plugins.switched_off
        plugins.set_aside[name] = needs.lacking(name, needed, is_off=is_off)
        plugins.unmet[name] = needed
        return True
    return False


def _order(point: EntryPoint) -> tuple[str, str]:
    # Of two plugins of one name it is always the same that is taken in.
    return point.name, point.dist.name if point.dist else ""


def _switched_off(config: Config) -> dict[str, str]:
    by_command = dict.fromkeys(switched_off(config.data_dir), "It is switched off.")
    by_option = dict.fromkeys(config.plugins_off, "It is switched off by the option plugins_off.")
    return by_command | by_option


def _register_slice(plugins: Plugins, name: str) -> None:
    # Low slices have tables and no hooks; what they do, others call.
    if find_spec(f"tresen.{name}.models"):
        import_module(f"tresen.{name}.models")
    if find_spec(f"tresen.{name}.hooks"):
        plugins.pm.register(import_module(f"tresen.{name}.hooks"), name=name)


def take_in(plugins: Plugins, point: EntryPoint) -> None:
    """Take in one plugin, or note why not."""
    # A second plugin of a name is told by its distribution: the first one goes on as it is.
    called = point.dist.name if point.dist and point.name in plugins.taken_in else point.name
    before = set(metadata.tables)
    try:
        _check_point(plugins, point)
    except Exception as error:  # noqa: BLE001 - even its metadata may be unreadable
        plugins.set_aside[called] = sentence_of(error)
        return
    try:
        plugins.taken_in[point.name] = _checked(plugins, point, before)
        # What it answered while it was on trial was not shielded yet.
        plugins.collected.clear()
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin may even raise SystemExit
        plugins.set_aside[called] = sentence_of(error)
        _put_back(plugins, point, before)


def set_aside(plugins: Plugins, name: str, sentence: str) -> None:
    """Take a plugin out again that was taken in, before its parts are asked for.

    Those that need it go with it.
    """
    info: PluginInfo = plugins.taken_in.pop(name)
    plugins.pm.unregister(name=name)
    offers.take_back(plugins, name)
    plugins.set_aside[name] = sentence
    _forget(info.module, info.tables)
    for other in sorted(plugins.taken_in):
        # One that went meanwhile, for another that needs it, is gone already.
        if other in plugins.taken_in and _lacks(plugins, other):
            set_aside(plugins, other, plugins.set_aside[other])


def _check_point(plugins: Plugins, point: EntryPoint) -> None:
    """Refuse what can be told before anything of the plugin is imported."""
    if point.dist is None:
        raise Unfit("It belongs to no installed distribution.")
    _check_name(plugins, point.name)
    if point.attr:
        raise Unfit(f"Its entry point names {point.attr} in a module; name the module alone.")
    package = point.module.partition(".")[0]
    for other, info in plugins.taken_in.items():
        if info.module.partition(".")[0] == package:
            raise Unfit(f"Its package {package} is the plugin {other}'s: give it one of its own.")
    if not plugins.is_known:
        check_requirements(point.dist.requires or ())
        manifest_of(point)


def _checked(plugins: Plugins, point: EntryPoint, before: set[str]) -> PluginInfo:
    module = point.load()
    tables = set(metadata.tables) - before
    # A second process start in one interpreter (tests) finds the tables defined already.
    tables |= {name for name in before if name.startswith(f"{point.name}_")}
    _check_tables(plugins, point.name, tables)
    _check_mappers(point.module.partition(".")[0])
    offered = offers.specified(plugins, point.name, point.module)
    plugins.pm.register(module, name=point.name)
    answers.check_hooks(plugins, point.name, offered)
    answers.check_lists(plugins, module, point.name)
    described = _describe(point, module, frozenset(tables))
    # Last, so that nobody is judged by the hooks of one that is not taken in after all.
    _offer(plugins, point.name, offered)
    return described


def _offer(plugins: Plugins, name: str, offered: offers.Offered) -> None:
    """Let others be asked by the plugin's own hooks; who answers one wrongly is set aside."""
    misfits = offers.misfits(plugins, offered)
    if name in misfits:
        raise Unfit(misfits[name])
    for other, sentence in misfits.items():
        # One that went meanwhile, for another that it needs, is gone already.
        if other in plugins.taken_in:
            set_aside(plugins, other, sentence)
    if _lacks(plugins, name):
        raise Unfit(plugins.set_aside[name])
    offers.register(plugins, name, offered)


def manifest_of(point: EntryPoint) -> Manifest | None:
    """Return what a plugin declares, without importing it; None where it declares nothing.

    Raises Misconfigured.
    """
    return read_manifest(point.module.partition(".")[0])


def _check_name(plugins: Plugins, name: str) -> None:
    if not name.isidentifier() or not name.islower():
        raise Unfit(f"Its name {name!r} is not a lower-case identifier.")
    # `core` is what the core's own chain of migrations is called.
    if plugins.pm.has_plugin(name) or name == "core" or find_spec(f"tresen.{name}"):
        raise Unfit(f"The name {name!r} is taken by a part of the core or another plugin.")
    if table := table_of_the_core(name):
        raise Unfit(f"Its tables could not be told from the core's {table}.")
    for other in plugins.taken_in:
        if other.startswith(f"{name}_") or name.startswith(f"{other}_"):
            raise Unfit(f"Its tables could not be told from those of the plugin {other}.")


def table_of_the_core(prefix: str) -> str:
    """Return a table of the core whose name begins with the prefix and a stroke, or nothing."""
    mapped = (str(mapper.local_table) for mapper in Base.registry.mappers)
    cores = (f"{VERSIONS}core", *INDEX_OF_WORDS, *mapped)
    return next((name for name in cores if name.startswith(f"{prefix}_")), "")


def check_requirements(lines: Iterable[str], version_of: Callable[[str], str] = version) -> None:
    """Raise Unfit unless each requirement (`Requires-Dist`, PEP 508) holds.

    `version_of` answers as importlib.metadata.version does; the plan asks for another environment.
    """
    from packaging.requirements import Requirement  # noqa: PLC0415 - only plugins require

    for line in lines:
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version_of(requirement.name)
        except PackageNotFoundError:
            raise Unfit(
                f"It needs {requirement}, which is not installed: pip install '{requirement}'"
            ) from None
        if not requirement.specifier.contains(found, prereleases=True):
            raise Unfit(f"It needs {requirement}, but {requirement.name} {found} is installed.")


def _check_tables(plugins: Plugins, name: str, tables: set[str]) -> None:
    others = {table: other for other, info in plugins.taken_in.items() for table in info.tables}
    for table_name in sorted(tables):
        if not table_name.startswith(f"{name}_"):
            raise Unfit(f"Its table {table_name} does not begin with {name}_.")
        _check_foreign_keys(name, metadata.tables[table_name], others)


def _check_foreign_keys(name: str, table: Table, others: dict[str, str]) -> None:
    for key in table.foreign_keys:
        target = key.target_fullname.split(".")[0]
        if target in others:
            raise Unfit(
                f"Its foreign key {table.name}.{key.parent.name} leads to the plugin "
                f"{others[target]}, which could not be removed then: point at the core alone."
            )
        if not target.startswith(f"{name}_") and not key.ondelete:
            raise Unfit(
                f"Its foreign key {table.name}.{key.parent.name} to {target} says no ondelete "
                "rule, so that a leftover row could keep the core from deleting its own."
            )


def _check_mappers(package: str) -> None:
    for base in _bases_of(package):
        for mapper in base.registry.mappers:
            _check_backrefs(mapper.class_)
        base.registry.configure(cascade=True)


def _check_backrefs(model: type) -> None:
    """Refuse what would put an attribute on a class of the core: nobody could take it off again.

    Asked before the mappers are configured, which is when SQLAlchemy makes it.
    """
    for name, attribute in vars(model).items():
        found = getattr(getattr(attribute, "comparator", None), "prop", None)
        if isinstance(found, RelationshipProperty) and found.backref:
            raise Unfit(
                f"Its relationship {model.__name__}.{name} has a backref: say back_populates "
                "between its own classes, and ask with a query from one of the core's."
            )


def _bases_of(package: str) -> list[type[DeclarativeBase]]:
    """Return the declarative bases that a package made."""
    return [
        base
        for base in PluginTables.__subclasses__()
        if issubclass(base, DeclarativeBase) and base.__module__.partition(".")[0] == package
    ]


def _describe(point: EntryPoint, module: ModuleType, tables: frozenset[str]) -> PluginInfo:
    if point.dist is None:
        raise Unfit("It belongs to no installed distribution.")
    package = import_module(point.module.rpartition(".")[0] or point.module)
    # "Pilot service: customers who try …" - what stands before the colon is the title.
    title = (package.__doc__ or "").strip().partition("\n")[0].partition(": ")[0]
    if not title:
        raise Unfit(f"Its package {package.__name__} has no docstring to take the title from.")
    folder = Path(package.__file__ or module.__file__ or "").parent
    return PluginInfo(
        point.name, title, point.dist.version, point.dist.name, package.__name__, folder, tables
    )


def _put_back(plugins: Plugins, point: EntryPoint, before: set[str]) -> None:
    if plugins.pm.has_plugin(point.name):
        plugins.pm.unregister(name=point.name)
    offers.take_back(plugins, point.name)
    _forget(point.module, frozenset(set(metadata.tables) - before))


def _forget(module: str, tables: frozenset[str]) -> None:
    """Take away what a plugin left in the process: mappers, tables, modules.

    A later start in the same process imports it afresh.
    """
    package = module.partition(".")[0]
    for base in _bases_of(package):
        # Those of an earlier start in the same process, which a plugin that fits no more leaves.
        tables |= {str(mapper.local_table) for mapper in base.registry.mappers}
        base.registry.dispose()
    for table in tables & set(metadata.tables):
        metadata.remove(metadata.tables[table])
    if package != "tresen":
        for name in [name for name in sys.modules if name.partition(".")[0] == package]:
            del sys.modules[name]


def sentence_of(error: BaseException) -> str:
    """Return what an administrator is told of a plugin that cannot be taken in."""
    if isinstance(error, Unfit):
        return str(error)
    if isinstance(error, Misconfigured):
        return error.sentence
    # Some libraries explain themselves in several lines; lists and logs show one.
    said = " ".join(str(error).split())
    return f"It failed while being taken in: {type(error).__name__}: {said}"
