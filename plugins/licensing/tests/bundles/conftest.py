# SPDX-License-Identifier: AGPL-3.0-or-later
"""The evidence of a development that runs at its customer, and a way to change what it says."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from gits import Repository
from tresen.sdk import Desk
from tresen_licensing.bundles import packing, signing, verify
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import queries
from tresen_licensing.developments.models import Development
from tresen_licensing.repositories.models import SourceTree

Deploy = Callable[..., Deployment]
Forge = Callable[..., bytes]


@pytest.fixture
def source_tree(desk: Desk, repo: Repository, change: ChangeSet) -> SourceTree:
    """Return the tree that the changes give, as git itself names it."""
    archive = repo.git("archive", "--format=tar", "HEAD^{tree}")
    made = SourceTree(
        change_set_id=change.id,
        head=repo.text("rev-parse", "HEAD"),
        tree=repo.tree(),
        archive_sha512=packing.sha512(archive),
        made_at=desk.now(),
    )
    desk.session.add(made)
    desk.commit()
    return made


@pytest.fixture
def evidence(
    desk: Desk, development: Development, source_tree: SourceTree, deploy: Deploy
) -> bytes:
    """Return the bundle of the development."""
    deploy()
    desk.commit()
    body = packing.bundle(desk, queries.development(desk, development.reference))
    desk.commit()
    return body


@pytest.fixture
def forge(desk: Desk, evidence: bytes) -> Forge:
    """Return a function that changes what a bundle says, as a firm could that lies.

    It gets files by name, and JSON documents as functions that change them; all of it is listed and
    signed anew, so that only the promises themselves can tell.
    """
    key = signing.key_from(desk.config.secret_key)

    def go(files: dict[str, bytes] | None = None, **changed: Callable[[Any], Any]) -> bytes:
        kept = verify.Bundle(evidence).files | (files or {})
        for name, change in changed.items():
            told = json.loads(kept[f"{name}.json"]) if f"{name}.json" in kept else {}
            change(told)
            kept[f"{name}.json"] = json.dumps(told).encode()
        return packing.closed(kept, key)

    return go
