# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks what only shows once plugins stand beside the core: their schema and their pages.

The loader judges a plugin by itself; this asks whether the database and the application can
carry it, before either serves anybody.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress

from flask import Blueprint, Flask

from tresen import loader, revisions
from tresen.desk import Core
from tresen.errors import Misconfigured
from tresen.hooks import specs
from tresen.web import assets, permissions, short_addresses

Fill = Callable[[Flask, Core], None]

# Addresses of the core that belong to none of its blueprints.
RESERVED = frozenset({assets.ENDPOINT, "api", "healthz", "readyz"})


def check_schema(core: Core) -> None:
    """Refuse to run on a schema that is not the code's; set such a plugin aside.

    Raises Misconfigured for the core's own schema, with the way out.
    """
    with core.engine.connect() as connection:
        for chain in revisions.chains_of(core.plugins):
            try:
                pending = revisions.pending_revisions(connection, chain)
            except Misconfigured as error:
                if chain.name == "core":
                    raise
                loader.set_aside(core.plugins, chain.name, error.sentence)
                continue
            sentence = (
                f"The database lacks {len(pending)} revisions of {chain.name}: tresen upgrade"
            )
            if pending and chain.name == "core":
                raise Misconfigured(sentence)
            if pending:
                loader.set_aside(core.plugins, chain.name, sentence)


class Clash(Exception):  # noqa: N818 - no error: the application is made again
    """A plugin was set aside while an application was filled, which is spoilt by it."""


def check_pages(core: Core) -> None:
    """Set aside a plugin whose pages or resources clash, or say not who may call them (Z10)."""
    filled(core, lambda: Flask("trial", static_folder=None))


def filled(core: Core, make: Callable[[], Flask], fill: Fill | None = None) -> Flask:
    """Return the application that `make` makes with the pages and resources of all who are fit.

    It is made again after each plugin that is set aside, for Flask takes no page back. `fill`
    mounts what is wanted, everything unless it says less, and raises Clash.
    """
    while True:
        app = make()
        with suppress(Clash):
            (fill or fill_whole)(app, core)
            return app


def fill_whole(app: Flask, core: Core, muted: Collection[str] | None = None) -> None:
    """Mount all pages, then all resources, but of those who are `muted`. Raises Clash."""
    from tresen.rest import v1  # noqa: PLC0415 - marshmallow comes with it

    fill_pages(app, core, muted)
    api = v1.make_api(app)
    for name, blueprint in _in_order(core, specs.rest_blueprints, muted):
        with _on_trial(app, core, name):
            v1.mount(api, core, name, blueprint)
    v1.describe(app)


def fill_pages(app: Flask, core: Core, muted: Collection[str] | None = None) -> None:
    """Mount all pages. Raises Clash."""
    for name, blueprint in _in_order(core, specs.blueprints, muted):
        with _on_trial(app, core, name):
            _check_address(app, core, name)
            mount(app, core, name, blueprint)
    for name, short in core.plugins.collect_named(specs.short_addresses, muted):
        with _on_trial(app, core, name):
            short_addresses.mount(app, short, _names(core, name), _taken(app))


def _in_order(
    core: Core, spec: Callable[[], list[Blueprint]], muted: Collection[str] | None
) -> list[tuple[str, Blueprint]]:
    # The core's own first: where two take one name, it is the plugin that goes.
    brought = core.plugins.collect_named(spec, muted)
    return sorted(brought, key=lambda pair: pair[0] in core.plugins.taken_in)


@contextmanager
def _on_trial(app: Flask, core: Core, name: str) -> Iterator[None]:
    """Look at what is mounted within; set the plugin aside for any fault of it."""
    known, reach = set(app.view_functions), _reach(app)
    try:
        yield
        permissions.check_views(app, set(app.view_functions) - known)
        _check_reach(app, core, name, reach)
    except Exception as error:
        if not core.plugins.tolerates(name):
            raise
        loader.set_aside(core.plugins, name, str(error))
        raise Clash(name) from error


def mount(app: Flask, core: Core, name: str, blueprint: Blueprint) -> None:
    """Mount the pages of a slice where it says, those of a plugin at `/<plugin>/`."""
    prefix = f"/{name}" if name in core.plugins.taken_in else blueprint.url_prefix
    app.register_blueprint(blueprint, url_prefix=prefix)


def _check_address(app: Flask, core: Core, name: str) -> None:
    """Refuse a plugin whose address is one of the core's, whose pages would cover its own."""
    if name in core.plugins.taken_in and name in _taken(app, _names(core, name)):
        raise ValueError(f"Its pages would stand at /{name}/, where those of the core are.")


def _taken(app: Flask, own: Collection[str] = ()) -> frozenset[str]:
    """Return with which words addresses begin, but for those of the blueprints `own`."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] not in own]
    return RESERVED | {rule.rule.split("/")[1] for rule in rules}


def _names(core: Core, name: str) -> set[str]:
    """Return the names of the blueprints that a plugin brings."""
    brought = core.plugins.collect_named(specs.blueprints)
    return {blueprint.name for plugin, blueprint in brought if plugin == name}


def _reach(app: Flask) -> int:
    """Count what runs for requests of every page, whatever blueprint it belongs to."""
    everywhere = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.template_context_processors,
        app.url_value_preprocessors,
        app.url_default_functions,
        app.error_handler_spec,
    )
    return sum(len(functions.get(None, ())) for functions in everywhere)


def _check_reach(app: Flask, core: Core, name: str, before: int) -> None:
    """Refuse a plugin that runs in requests of the core: what it does there, no hook holds."""
    if name in core.plugins.taken_in and _reach(app) != before:
        raise ValueError(
            "Its pages run code in every request of the core: keep to before_request and its like, "
            "which belong to the blueprint alone."
        )
