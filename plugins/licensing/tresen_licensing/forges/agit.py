# SPDX-License-Identifier: AGPL-3.0-or-later
"""AGit: a push to `refs/for/<branch>` opens the request, without a fork (Gitea ≥ 1.13, Forgejo)."""

import re

from tresen_licensing.forges import pushes
from tresen_licensing.forges.gitea import Gitea
from tresen_licensing.forges.records import Contribution, Sent, Spot

# Where the server says that the request is.
_VISIT = re.compile(r"https?://\S+/pulls/(\d+)")
# A push option is one line, and one packet of git's protocol holds it.
LONGEST = 30_000


class AGit(Gitea):
    """A Gitea or Forgejo that takes requests by a push alone."""

    def propose(self, wanted: Contribution) -> Sent:
        """Push the patches; the same topic again changes the same request."""
        branch = wanted.branch or self._default(wanted.repository)
        said = pushes.push(self.access, wanted, wanted.url, f"refs/for/{branch}", _options(wanted))
        visit = _VISIT.search(said)
        sent = Sent(visit[1], visit[0]) if visit else self._find(wanted) or Sent()
        if wanted.version > 1 and sent.number:
            self._tell(Spot(wanted.repository, sent.number), wanted.news)
        return sent

    def _find(self, wanted: Contribution) -> Sent | None:
        """Look for the topic: the server puts the account before it."""
        for row in self._all(f"/repos/{wanted.repository}/pulls?state=open"):
            ref = str((row.get("head") or {}).get("ref") or "")
            if ref in (wanted.topic, f"{self.access.account}/{wanted.topic}"):
                return Sent(str(row["number"]), str(row["html_url"]))
        return None


def _options(wanted: Contribution) -> list[str]:
    """Return the options of the push; each is one line, so paragraphs become sentences."""
    words = " ".join(wanted.text.split())
    return [
        f"topic={wanted.topic}",
        f"title={' '.join(wanted.title.split())}",
        f"description={words[:LONGEST]}",
        "force-push=true",
    ]
