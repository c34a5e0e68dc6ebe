# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ways upstream that there are."""

from tresen.sdk import lazy

MAIL, DIRECTORY, ELSEWHERE = "mail", "directory", "elsewhere"
AGIT, GITLAB, GITHUB, GITEA = "agit", "gitlab", "github", "gitea"

TITLES = {
    MAIL: lazy("By mail"),
    DIRECTORY: lazy("As files to take along"),
    AGIT: lazy("AGit (Gitea, Forgejo)"),
    GITLAB: lazy("GitLab"),
    GITHUB: lazy("GitHub"),
    GITEA: lazy("Gitea, Forgejo"),
    ELSEWHERE: lazy("Elsewhere, by hand"),
}
# Need a connection, and can be asked how it stands.
WITH_SERVER = (GITEA, AGIT, GITLAB, GITHUB)
# Where answers of upstream arrive by themselves.
HEARD = (*WITH_SERVER, MAIL)
