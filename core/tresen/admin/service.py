# SPDX-License-Identifier: AGPL-3.0-or-later
"""Switches plugins on and off, and removes what they kept."""

from sqlalchemy import delete

from tresen.admin import queries, remains
from tresen.admin.models import PluginRest
from tresen.admin.records import Remains
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Missing, Refused
from tresen.i18n import _
from tresen.journal import service as journal
from tresen.switches import switch as write_switch


def switch(desk: Desk, name: str, *, on: bool) -> str:
    """Switch a plugin on or off from the next start on; return the sentence to show.

    Raises Missing for a plugin that is not installed, and Refused where the configuration
    switches it off, which a command must not overrule.
    """
    plugin = queries.plugin(desk.core, name)
    config = desk.core.config
    if on and name in config.plugins_off:
        raise Refused(
            _("The option plugins_off switches %(name)s off: take it out there.") % {"name": name}
        )
    words = {"title": plugin.title}
    if not write_switch(config.data_dir, name, on=on):
        return (_("%(title)s is on already.") if on else _("%(title)s is off already.")) % words
    journal.record(desk, f"plugin:{name}", 0, "enabled" if on else "disabled")
    if on:
        return _("%(title)s is taken in at the next start of Tresen.") % words
    return _("%(title)s is left out from the next start of Tresen on. Its data stay.") % words


def wake(desk: Desk, name: str) -> str:
    """Ask a muted plugin again, in every process; return the sentence to show.

    Other processes follow within ten seconds. Raises Missing for a plugin that is not installed.
    """
    plugin = queries.plugin(desk.core, name)
    rests = delete(PluginRest).where(PluginRest.plugin == name).returning(PluginRest.plugin)
    register = desk.core.plugins
    if desk.session.scalar(rests) is None and name not in register.muted:
        return _("%(title)s is not muted.") % {"title": plugin.title}
    desk.after_commit.append(lambda: register.wake(name))
    journal.record(desk, f"plugin:{name}", 0, "woken")
    return _("%(title)s is asked again.") % {"title": plugin.title}


def remove(core: Core, name: str) -> None:
    """Switch an installed plugin off and remove all that it kept; raises Missing."""
    queries.plugin(core, name)
    # First, so that no start and no upgrade between the two makes its tables again.
    write_switch(core.config.data_dir, name, on=False)
    _purge(core, name)


def purge(core: Core, name: str) -> None:
    """Remove all that a plugin kept which is not installed any more.

    Raises Missing where nothing is kept in that name, and Refused for an installed plugin.
    """
    if any(state.name == name for state in queries.plugins(core)):
        raise Refused(_("%(name)s is installed: tresen plugins remove %(name)s") % {"name": name})
    kept(core, name)
    _purge(core, name)
    write_switch(core.config.data_dir, name, on=True)


def _purge(core: Core, name: str) -> None:
    remains.purge(core, name)
    with desk_for(core, write=True) as desk:
        journal.record(desk, f"plugin:{name}", 0, "purged")


def kept(core: Core, name: str) -> Remains:
    """Return what is kept in the name of a plugin, installed or gone.

    Raises Missing where no plugin of that name is or was installed: a name of the core's own is
    never taken for a plugin's.
    """
    if any(state.name == name for state in queries.plugins(core)):
        with core.engine.connect() as connection:
            return remains.remains_of(connection, name)
    for found in remains.orphans(core):
        if found.plugin == name:
            return found
    raise Missing(_("Nothing is kept in the name of %(name)s.") % {"name": name})
