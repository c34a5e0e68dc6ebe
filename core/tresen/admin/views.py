# SPDX-License-Identifier: AGPL-3.0-or-later
"""The administration's pages: plugins, settings of core and plugins, health."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import CombinedMultiDict
from wtforms import FileField, Form

from tresen.admin import queries, service
from tresen.desk import Desk
from tresen.errors import Refused
from tresen.hooks import specs
from tresen.hooks.records import SettingsForm
from tresen.i18n import _, current
from tresen.settings import service as settings
from tresen.tickets.undoing import seconds_to_undo
from tresen.web.permissions import needs
from tresen.web.way_back import offer
from tresen.web.work import current_desk

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/")
@needs("admin.use")
def index() -> Any:
    """Lead to the first page."""
    return redirect(url_for("admin.health"))


@blueprint.get("/health")
@needs("admin.use")
def health() -> Any:
    """Show what is well and what is not."""
    checks = queries.health(current_desk())
    return render_template("admin/health.html", checks=checks, tabs=_tabs("health"))


@blueprint.get("/plugins")
@needs("admin.use")
def plugins() -> Any:
    """List the installed plugins with their states."""
    from tresen.admin import plan  # noqa: PLC0415 - few processes ever show this page

    core = current_desk().core
    found = queries.plugins(core)
    return render_template(
        "admin/plugins.html",
        plugins=found,
        reports={each.name: queries.report(core, each.name) for each in found},
        verdicts=plan.verdicts_now(core),
        tabs=_tabs("plugins"),
    )


@blueprint.get("/notices")
@needs("admin.use")
def notices() -> Any:
    """List what plugins use of the core that ends with a later release."""
    core = current_desk().core
    titles = {name: info.title for name, info in core.plugins.taken_in.items()}
    return render_template(
        "admin/notices.html",
        notices=queries.notices(core),
        titles=titles,
        tabs=_tabs("notices"),
    )


@blueprint.get("/hooks")
@needs("admin.use")
def traces() -> Any:
    """List the last requests of this process with what they asked of plugins."""
    found = queries.traces(current_desk().core)
    return render_template("admin/traces.html", traces=found, tabs=_tabs("traces"))


@blueprint.get("/hooks/<int:number>")
@needs("admin.use")
def trace(number: int) -> Any:
    """Show who answered which hook in one request."""
    return render_template("admin/trace.html", trace=queries.trace(current_desk().core, number))


@blueprint.get("/plugins/<name>")
@needs("admin.use")
def plugin(name: str) -> Any:
    """Show one plugin and what it declares."""
    from tresen.admin import declarations  # noqa: PLC0415 - as above

    core = current_desk().core
    manifest = queries.manifest(name)
    return render_template(
        "admin/plugin.html",
        plugin=queries.plugin(core, name),
        declares=declarations.facts(manifest) if manifest else [],
        report=queries.report(core, name),
        declared=queries.declared(core, name),
        notices=[each for each in queries.notices(core) if each.plugin == name],
        costs=queries.costs(core, name),
        faults=queries.faults(current_desk(), name),
        rest=queries.rest(current_desk(), name),
        origin=queries.origin(name),
        is_wanted=queries.is_wanted(core, name),
    )


@blueprint.post("/plugins/<name>/switch")
@needs("admin.use")
def switch_plugin(name: str) -> Any:
    """Switch a plugin on or off from the next start on."""
    flash(service.switch(current_desk(), name, on=request.form.get("on") == "1"))
    return redirect(url_for("admin.plugin", name=name))


@blueprint.post("/plugins/<name>/wake")
@needs("admin.use")
def wake_plugin(name: str) -> Any:
    """Ask a muted plugin again."""
    flash(service.wake(current_desk(), name))
    return redirect(url_for("admin.plugin", name=name))


@blueprint.get("/settings")
@needs("admin.use")
def all_settings() -> Any:
    """List the groups of settings."""
    found = current_desk().core.plugins.collect(specs.settings_forms)
    return render_template("admin/settings.html", groups=found, tabs=_tabs("all_settings"))


@blueprint.route("/settings/<name>", methods=["GET", "POST"])
@needs("admin.use")
def edit_settings(name: str) -> Any:
    """Change one group of settings."""
    desk = current_desk()
    declared = settings.settings_form(desk, name)
    form = _form(desk, declared, settings.read(desk, name))
    if request.method == "POST" and form.validate():
        settings.write(desk, name, form.data)
        flash(_("The settings are kept."))
        return redirect(url_for("admin.edit_settings", name=name))
    crumbs = [{"title": _("Settings"), "url": url_for("admin.all_settings")}]
    page = render_template(
        "admin/settings_form.html",
        name=name,
        heading=declared.title,
        crumbs=crumbs,
        form=form,
        is_upload=any(isinstance(field, FileField) for field in form),
        back_url=url_for("admin.all_settings"),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/settings/<name>/reset")
@needs("admin.use")
def reset_settings(name: str) -> Any:
    """Bring one group of settings back to its defaults, with a way back."""
    desk = current_desk()
    # What was as it is by default has no way back.
    seconds = seconds_to_undo(desk) if settings.reset(desk, name) else 0
    undo_url = url_for("admin.take_back_reset", name=name)
    offer(_("The settings are the defaults again."), undo_url, seconds)
    return redirect(url_for("admin.edit_settings", name=name))


@blueprint.post("/settings/<name>/reset/undo")
@needs("admin.use")
def take_back_reset(name: str) -> Any:
    """Set again what was brought back to the defaults."""
    try:
        settings.take_back_reset(current_desk(), name)
        flash(_("The settings are as they were."))
    except Refused as refused:
        flash(refused.sentence, "error")
    return redirect(url_for("admin.edit_settings", name=name), 303)


def _form(desk: Desk, declared: SettingsForm, values: dict[str, Any]) -> Form:
    sent: Any = CombinedMultiDict([request.form, request.files])
    given = sent if request.method == "POST" else None
    form = declared.form(given, data=values, meta={"csrf": False, "locales": [current().tag]})
    if declared.offer is not None:
        declared.offer(desk, form)
    return form


def _tabs(endpoint: str) -> list[dict[str, Any]]:
    titles = {
        "health": _("Health"),
        "all_settings": _("Settings"),
        "plugins": _("Plugins"),
        "notices": _("Notices"),
    }
    if current_desk().config.trace_hooks:
        titles["traces"] = _("Hook calls")
    return [
        {"title": title, "url": url_for(f"admin.{name}"), "is_current": name == endpoint}
        for name, title in titles.items()
    ]
