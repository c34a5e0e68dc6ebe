# SPDX-License-Identifier: AGPL-3.0-or-later
"""The shell around every page: templates of core and plugins, texts, rail, panels.

A plugin's templates stand under its own prefix (experiment E21: two files of one name would
hide each other otherwise).
"""

from pathlib import Path
from typing import Any

from flask import Flask, g, render_template
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader
from markupsafe import Markup

from tresen import i18n
from tresen.desk import Core, open_desk
from tresen.hooks import caller, specs
from tresen.hooks.places import Page, Place
from tresen.hooks.records import Panel
from tresen.web import assets
from tresen.web.frame import Frame
from tresen.web.templates import CompiledTemplates, PageEnvironment, kept, text
from tresen.web.work import current_core, current_desk

ROOT = Path(__file__).parent.parent


def template_loader(core: Core) -> BaseLoader:
    """Return the loader of the core's templates and, by prefix, those of plugins."""
    prefixed: dict[str, BaseLoader] = {
        name: FileSystemLoader(info.folder / "templates")
        for name, info in core.plugins.taken_in.items()
    }
    return ChoiceLoader([FileSystemLoader(ROOT / "templates"), PrefixLoader(prefixed)])


def panels(page: Page, subject: Any) -> dict[Place, list[Markup]]:
    """Return the rendered panels of a page by place; a failing one names its plugin."""
    desk = current_desk()
    found: dict[Place, list[Markup]] = {place: [] for place in Place}
    named = caller.gather_named(desk, specs.page_panels, page, subject)
    for plugin, panel in sorted(named, key=lambda pair: pair[1].weight):
        found[panel.place].append(_rendered(plugin, panel))
    return found


def _rendered(plugin: str, panel: Panel) -> Markup:
    content = _content(plugin, panel)
    if panel.place is Place.HEAD:
        return content
    return Markup(render_template("panel.html", panel=panel, content=content))  # noqa: S704 - autoescaped by the template


def _content(plugin: str, panel: Panel) -> Markup:
    plugins = current_core().plugins

    def render(values: dict[str, Any]) -> str:
        return render_template(panel.template, panel=panel, **values)

    try:
        return Markup(plugins.run(plugin, panel.template, render, panel.values))  # noqa: S704 - as above
    except Exception as error:
        if not plugins.tolerates(plugin):
            raise
        plugins.note(plugin, panel.template, error)
        return Markup(render_template("panel_failed.html", plugin=plugin, panel=panel))  # noqa: S704


def install(app: Flask, core: Core) -> None:
    """Set up templates, texts and what every template may use."""
    app.jinja_environment = PageEnvironment
    app.jinja_loader = template_loader(core)
    app.jinja_env.bytecode_cache = CompiledTemplates(core.config.data_dir)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        i18n._,
        i18n.ngettext,
        newstyle=True,
        pgettext=i18n.pgettext,
    )
    # Jinja's own way to the same takes three calls, and a list asks three hundred times.
    app.jinja_env.globals["_"] = text
    app.jinja_env.globals["kept"] = kept
    app.context_processor(_values)
    folders = {
        name: info.folder / "static"
        for name, info in core.plugins.taken_in.items()
        if (info.folder / "static").is_dir()
    }
    assets.install(app, {"": ROOT / "static"} | folders)
    app.before_request(_speak)


def _speak() -> None:
    if "desk" in g:
        i18n.use(i18n.catalogues(current_core()).language(current_desk().language))


def _values() -> dict[str, Any]:
    if "desk" not in g:
        return {"shell": Frame(open_desk(current_core()))}
    return {
        "desk": current_desk(),
        "actor": current_desk().actor,
        "shell": Frame(current_desk()),
        "panels": panels,
        "Page": Page,
        "Place": Place,
    }
