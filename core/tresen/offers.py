# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hooks that a plugin offers to others in its module `hookspecs`, so that none imports another.

Who answers may be taken in before or after who offers; neither is punished for the other's fault,
and an answer to a hook of somebody absent is simply not asked for.
"""

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from tresen.errors import Unfit
from tresen.hooks.caller import Plugins
from tresen.hooks.stability import arguments_of, standing_of

MODULE = "hookspecs"
# What a hook that is offered may answer, as its annotation says it.
PLAIN = re.compile(r"None|dict(\[.*\])? \| None|list\[dict(\[.*\])?\]")

# The specifications that a plugin offers, by name.
Offered = Mapping[str, Callable[..., Any]]


def specified(plugins: Plugins, plugin: str, hooks: str) -> Offered:
    """Return what a plugin specifies beside its module `hooks`; raises Unfit for what is unclear.

    Nothing is registered by it.
    """
    module = _module_beside(hooks)
    if module is None:
        return {}
    found = {
        name: getattr(module, name)
        for name in dir(module)
        if plugins.pm.parse_hookspec_opts(module, name) is not None
    }
    if not found:
        raise Unfit(f"Its module {MODULE} specifies no hook.")
    for name, spec in found.items():
        if fault := _fault(plugins, plugin, name, spec):
            raise Unfit(f"The hook {name} that it offers {fault}.")
    return found


def misfits(plugins: Plugins, offered: Offered) -> dict[str, str]:
    """Return why plugins cannot be asked: they name arguments that the hooks do not have."""
    found = {}
    for name, spec in offered.items():
        hook = getattr(plugins.pm.hook, name, None)
        for implementation in hook.get_hookimpls() if hook else ():
            if strange := set(implementation.argnames) - set(arguments_of(spec)):
                found[implementation.plugin_name] = (
                    f"It answers {name} with arguments that this hook does not have: "
                    f"{', '.join(sorted(strange))}."
                )
    return found


def register(plugins: Plugins, plugin: str, offered: Offered) -> None:
    """Make the hooks known from here on; who answers them was looked at before."""
    for name, spec in offered.items():
        plugins.offers[name] = plugin
        # One by one, and not by module: what stands in the door is what was judged.
        holder = ModuleType(spec.__module__)
        setattr(holder, name, spec)
        plugins.pm.add_hookspecs(holder)


def take_back(plugins: Plugins, plugin: str) -> None:
    """Make the hooks of a plugin unknown that is set aside; their answers wait for its return."""
    for name in [name for name, owner in plugins.offers.items() if owner == plugin]:
        del plugins.offers[name]
        hook = getattr(plugins.pm.hook, name)
        if hook.get_hookimpls():
            hook.spec = None
        else:
            delattr(plugins.pm.hook, name)


def _module_beside(hooks: str) -> ModuleType | None:
    package = hooks.rpartition(".")[0]
    name = f"{package}.{MODULE}"
    return import_module(name) if package and find_spec(name) else None


def _fault(plugins: Plugins, plugin: str, name: str, spec: Callable[..., Any]) -> str:
    """Return what is wrong with a specification, as the end of a sentence; empty for nothing."""
    hook = getattr(plugins.pm.hook, name, None)
    faults = {
        f"does not begin with {plugin}_": not name.startswith(f"{plugin}_"),
        "bears the name of another hook": hook is not None and hook.has_spec(),
        "was not made with hookspec of tresen.sdk": standing_of(spec) is None,
        "has no docstring": not (spec.__doc__ or "").strip(),
        "does not take desk first": arguments_of(spec)[:1] != ("desk",),
        "answers something else than None, list[dict] or dict | None": not _is_plain(spec),
    }
    return next((fault for fault, is_there in faults.items() if is_there), "")


def _is_plain(spec: Callable[..., Any]) -> bool:
    """Whether an answer needs no class: who answers cannot import one of the plugin that asks."""
    return PLAIN.fullmatch(str(spec.__annotations__.get("return", ""))) is not None
