# SPDX-License-Identifier: AGPL-3.0-or-later
"""Judges what a plugin answers: known hooks, and at the start lists of the right records.

A wrong answer that is found when its plugin is taken in costs no request.
"""

from collections.abc import Callable, Collection
from types import ModuleType
from typing import Any

from tresen.errors import Unfit
from tresen.hooks import specs
from tresen.hooks.caller import Plugins
from tresen.hooks.shapes import shape_of

# The hooks whose records bear a name that the core keeps, in rows, addresses and saved views.
OWNED: tuple[Callable[[], list[Any]], ...] = (
    specs.permissions,
    specs.settings_forms,
    specs.jobs,
    specs.search_sources,
    specs.services,
    specs.ticket_columns,
    specs.ticket_filters,
)


def check_hooks(plugins: Plugins, name: str, offered: Collection[str]) -> None:
    """Refuse answers to hooks that nobody knows; `offered` are those that the plugin offers."""
    for hook in plugins.pm.get_hookcallers(plugins.pm.get_plugin(name)) or ():
        for implementation in hook.get_hookimpls():
            if implementation.plugin_name != name:
                continue
            if implementation.wrapper or implementation.hookwrapper:
                raise Unfit(f"It wraps the hook {hook.name}: answer it, and leave others theirs.")
            if hook.name in offered or implementation.optionalhook:
                continue
            if hook.name in plugins.offers:
                raise Unfit(
                    f"It answers {hook.name} without optionalhook=True: "
                    f"the plugin {plugins.offers[hook.name]}, which offers it, may be absent."
                )
            if not hook.has_spec():
                raise Unfit(f"It answers the hook {hook.name!r}, which Tresen does not know.")


def check_lists(plugins: Plugins, module: ModuleType, name: str) -> None:
    """Refuse what is no list of the right records, asking nobody but the plugin itself.

    The services of the core alone would bring in the whole way of mail.
    """
    for hook in plugins.pm.get_hookcallers(module) or ():
        spec = getattr(specs, hook.name, None)
        if spec is None or spec.__code__.co_argcount:
            continue
        # What nobody may ever ask this process for, and what marshmallow comes with.
        if plugins.is_known and spec is specs.rest_blueprints:
            continue
        for implementation in hook.get_hookimpls():
            if implementation.plugin is not module:
                continue
            answer = implementation.function()
            if answer is None:
                raise Unfit(f"Its hook {hook.name} returns None instead of a list.")
            try:
                records = shape_of(spec)(answer)
            except TypeError as error:
                raise Unfit(str(error)) from error
            if spec in OWNED:
                _check_owner(records, name, hook.name)


def _check_owner(records: list[Any], name: str, hook: str) -> None:
    """Refuse names in shared tables that do not say whose they are: they outlive the code."""
    for called in map(_called, records):
        if called != name and not called.startswith(f"{name}."):
            raise Unfit(f"{called!r} among its {hook} does not begin with {name}.")


def _called(record: Any) -> str:
    """Return the name under which the core knows a record; a filter's `name` is a function."""
    words = (getattr(record, word, "") for word in ("kind", "key", "name"))
    return next(word for word in words if isinstance(word, str) and word)
