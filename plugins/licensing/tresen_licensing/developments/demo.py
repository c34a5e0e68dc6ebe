# SPDX-License-Identifier: AGPL-3.0-or-later
"""Developments for the demo: one that is public since its customer signed, one in clearance."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from dulwich.object_format import DEFAULT_OBJECT_FORMAT
from dulwich.objects import Blob, Commit, ObjectID, ShaFile, Tree
from dulwich.pack import write_pack_objects
from tresen.sdk import Actor, Desk, Organisation, Person, _

from tresen_licensing.agreements import service as agreements
from tresen_licensing.agreements import terms
from tresen_licensing.changes import service as changes
from tresen_licensing.clearances import approving
from tresen_licensing.clearances import service as clearances
from tresen_licensing.deployments import service as deployments
from tresen_licensing.developments import queries, service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import publishing
from tresen_licensing.publications import queries as sources
from tresen_licensing.publications import service as publications
from tresen_licensing.repositories import service as repositories

UPSTREAM = "https://forge.example/labels"
# A second on 2 March 2026.
MOMENT = 1_772_442_000
PAPER = agreements.Document("agreement.pdf", "application/pdf", b"%PDF-1.7\n%%EOF\n")
# REUSE-IgnoreStart
HEADER = b"# SPDX-License-Identifier: AGPL-3.0-or-later\n"
FILES: Mapping[bytes, bytes] = {
    b"README": b"Labels\n",
    b"labels.py": HEADER + b"COLUMNS = 1\n",
}
COLUMNS = """\
diff --git a/labels.py b/labels.py
--- a/labels.py
+++ b/labels.py
@@ -1,2 +1,2 @@
 # SPDX-License-Identifier: AGPL-3.0-or-later
-COLUMNS = 1
+COLUMNS = 2
diff --git a/tests/test_labels.py b/tests/test_labels.py
new file mode 100644
--- /dev/null
+++ b/tests/test_labels.py
@@ -0,0 +1,4 @@
+# SPDX-License-Identifier: AGPL-3.0-or-later
+from labels import COLUMNS
+
+assert COLUMNS == 2
diff --git a/changes/columns.md b/changes/columns.md
new file mode 100644
--- /dev/null
+++ b/changes/columns.md
@@ -0,0 +1,2 @@
+<!-- SPDX-License-Identifier: AGPL-3.0-or-later -->
+Labels are printed in two columns.
"""
# REUSE-IgnoreEnd
MARGIN = """\
diff --git a/margin.py b/margin.py
new file mode 100644
--- /dev/null
+++ b/margin.py
@@ -0,0 +1,2 @@
+MARGIN = 4
+SERVER_PASSWORD = "mEhl7-Saeck3-Rampe"
"""


def fill(desk: Desk, world: dict[str, Any]) -> None:
    """Publish one development of a customer of the world, and begin the clearance of another."""
    agents: list[Person] = world.get("agents", [])
    theirs = [each for each in world.get("customers", ()) if each.organisation_id is not None]
    if len(agents) < 2 or not theirs:
        return
    author, other = (_acting(desk, each) for each in agents[:2])
    contact = theirs[0]
    agreement_id = _agree(other, contact)
    first = _develop(author, contact, agreement_id, _("Labels in two columns"), COLUMNS)
    _publish(author, other, contact, first)
    second = _develop(author, contact, agreement_id, _("Margins by printer"), MARGIN)
    service.take(author, second, states.CLEARANCE)
    clearances.check(author, second)


def _acting(desk: Desk, person: Person) -> Desk:
    may = frozenset({"licensing.take_part"}) if person.organisation_id else frozenset()
    kind = "customer" if person.organisation_id else "agent"
    return replace(desk, actor=Actor(person.name, kind, person.id, person.organisation_id, may))


def _agree(desk: Desk, contact: Person) -> int:
    home = desk.session.get_one(Organisation, contact.organisation_id)
    given = {
        "title": _("Frame contract on developments"),
        "reference": "2026/17",
        "agreed_on": desk.today() - timedelta(days=200),
        "licence": "AGPL-3.0-or-later",
        "publishing": terms.YES,
        "deadline_days": 30,
        "embargo_days": 90,
        "credit": terms.FUNDER,
    }
    return agreements.agree(desk, home.id, given, PAPER).id


def _develop(desk: Desk, contact: Person, agreement_id: int, title: str, diff: str) -> Development:
    """Begin a development whose patch runs at the customer since twelve days."""
    given = {
        "title": title,
        "kind": states.FEATURE,
        "agreement_id": agreement_id,
        "component": "labels",
        "owner_id": desk.actor.person_id,
        "upstream_url": UPSTREAM,
        "upstream_branch": "main",
    }
    made = service.begin(desk, contact.organisation_id or 0, given)
    service.step(desk, made, states.IN_DEVELOPMENT)
    row = queries.development(desk, made.reference)
    base, history = _history()
    change = changes.add(desk, row, [_patch(title, diff)], base.decode())
    repositories.take_bundle(desk, row, history)
    since = desk.today() - timedelta(days=12)
    deployments.deploy(
        desk, row, change, deployments.Place(contact.organisation_id or 0, None, since)
    )
    return row


def _publish(author: Desk, other: Desk, contact: Person, row: Development) -> None:
    """Clear a development by two people, let the customer sign, and publish it."""
    service.take(author, row, states.CLEARANCE)
    looked = clearances.check(author, row)
    approving.approve(other, row, looked.id)
    approving.record_agreement(author, row, looked.id, _("By the contract of 2026."), None)
    publications.offer(author, row)
    theirs = _acting(author, contact)
    words = _("We confirm that this is what was developed for us.")
    publications.countersign(theirs, row, words, sources.source(author, row).tree)
    publishing.publish(author, row)


def _history() -> tuple[ObjectID, bytes]:
    """Return the one commit of upstream, and its history as a bundle of git."""
    tree, objects = Tree(), list[ShaFile]()
    for name, body in FILES.items():
        blob = Blob.from_string(body)
        tree.add(name, 0o100644, blob.id)
        objects.append(blob)
    commit = Commit()
    commit.tree, commit.message = tree.id, b"Begin\n"
    commit.author = commit.committer = b"Labels <labels@forge.example>"
    commit.author_time = commit.commit_time = MOMENT
    commit.author_timezone = commit.commit_timezone = 0
    out = io.BytesIO(b"# v2 git bundle\n" + commit.id + b" refs/heads/main\n\n")
    out.seek(0, io.SEEK_END)
    write_pack_objects(out, [*objects, tree, commit], object_format=DEFAULT_OBJECT_FORMAT)
    return commit.id, out.getvalue()


def _patch(title: str, diff: str) -> bytes:
    head = (
        f"From {'0' * 40} Mon Sep 17 00:00:00 2001\n"
        "From: Dora Developer <dora@developer.example>\n"
        "Date: Mon, 2 Mar 2026 10:00:00 +0100\n"
        f"Subject: [PATCH] {title}\n\n"
        "Signed-off-by: Dora Developer <dora@developer.example>\n---\n"
    )
    return f"{head}{diff}-- \n2.47.0\n".encode()
