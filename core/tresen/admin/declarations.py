# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts what a plugin declares into words, the same on its page and in the command.

Shown before a plugin is switched on, so that nobody learns afterwards which hosts it talks to.
"""

from tresen.i18n import _, current, lazy
from tresen.manifest import Capabilities, Manifest

AREAS = {
    "1.1": lazy("Licences and products"),
    "2.1": lazy("Customer support"),
    "2.2": lazy("Remote support"),
    "2.3": lazy("Early detection"),
    "2.4": lazy("Problem resolution"),
    "2.5": lazy("Information services"),
    "2.6": lazy("Pilot customers"),
    "2.7": lazy("Quality"),
    "4": lazy("Resources"),
}
MATURITIES = {
    "experimental": lazy("Experimental"),
    "pilot": lazy("In pilot use"),
    "stable": lazy("Stable"),
    "deprecated": lazy("Deprecated"),
    "seeking-maintainer": lazy("Seeks a maintainer"),
}
PERSONAL_DATA = {
    "name": lazy("Names"),
    "contact": lazy("Ways to reach a person"),
    "address": lazy("Postal addresses"),
    "communication": lazy("What people wrote or said"),
    "usage": lazy("How people use the product"),
    "location": lazy("Where people are"),
    "working_time": lazy("When people work"),
}

Facts = list[tuple[str, tuple[str, ...]]]


def facts(manifest: Manifest) -> Facts:
    """Return titles with their values, in the language in use; nothing is left out."""
    none = (_("None"),)
    return [
        (_("Summary"), (manifest.summary[current().tag],)),
        (_("Service area"), (f"{manifest.area} {AREAS[manifest.area]}",)),
        (_("Maturity"), (str(MATURITIES[manifest.maturity]),)),
        (_("Tested with Tresen up to"), (manifest.tested,)),
        (_("Capabilities"), capabilities(manifest.capabilities) or none),
        (
            _("Personal data"),
            tuple(str(PERSONAL_DATA[kind]) for kind in manifest.personal_data) or none,
        ),
    ]


def capabilities(able: Capabilities) -> tuple[str, ...]:
    """Return a phrase for each thing that the plugin does beyond pages and its own tables."""
    hosts = [_("Talks to %(host)s") % {"host": host} for host in able.network]
    others = {
        _("Sends mail"): able.mail,
        _("Reads or writes files"): able.files,
        _("Runs other programs"): able.subprocess,
    }
    return (*hosts, *(title for title, is_so in others.items() if is_so))
