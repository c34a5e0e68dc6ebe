# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what speaks to a forge."""

from collections.abc import Callable, Mapping

from tresen.sdk import Refused, _

from tresen_licensing.forges import routes
from tresen_licensing.forges.agit import AGit
from tresen_licensing.forges.gitea import Gitea
from tresen_licensing.forges.github import GitHub
from tresen_licensing.forges.gitlab import GitLab
from tresen_licensing.forges.interface import Forge
from tresen_licensing.forges.records import Access

SERVERS: Mapping[str, Callable[[Access], Forge]] = {
    routes.AGIT: AGit,
    routes.GITLAB: GitLab,
    routes.GITHUB: GitHub,
    routes.GITEA: Gitea,
}


def server(route: str, access: Access) -> Forge:
    """Return a forge with a server; raises Refused for another way."""
    if route not in SERVERS:
        raise Refused(_("This way needs no server."))
    return SERVERS[route](access)
