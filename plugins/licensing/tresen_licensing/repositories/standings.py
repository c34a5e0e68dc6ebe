# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts a change set on its base: what is known of it then, with all objects at hand for a while."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from dulwich.object_store import BaseObjectStore
from tresen.sdk import Desk, Refused, _, read_file

from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments.models import Development
from tresen_licensing.patches.applying import Applied, PatchError, apply_series
from tresen_licensing.patches.series import PatchText, read_series
from tresen_licensing.repositories import histories, outcomes, queries


@dataclass(frozen=True)
class Standing:
    """How a change set stands (outcomes.TITLES): what came out, or where it failed.

    `upstream` is where upstream stood when it was last seen. `store` holds upstream's objects as
    long as the block lasts, None where no history is known.
    """

    outcome: str
    patches: Sequence[PatchText]
    store: BaseObjectStore | None = None
    applied: Applied | None = None
    failed: PatchError | None = None
    upstream: str | None = None


@contextmanager
def standing(desk: Desk, row: Development, change: ChangeSet) -> Iterator[Standing]:
    """Yield how a change set stands on its base; its file must be loaded.

    Raises Refused where the patches were taken away with their author's data.
    """
    patches = patches_of(desk, change)
    mirror = queries.mirror(desk, row.upstream_url)
    packs = queries.packs_of(desk, mirror.id) if mirror else []
    if mirror is None or not packs:
        yield Standing(outcomes.NO_HISTORY, patches)
        return
    upstream = queries.head_of(queries.heads_of(desk, mirror.id), row.upstream_branch)
    with histories.opened(desk, packs) as store:
        applied, failed, outcome = _tried(store, change.base, patches)
        yield Standing(outcome, patches, store, applied, failed, upstream)


def patches_of(desk: Desk, change: ChangeSet) -> Sequence[PatchText]:
    """Return the patches of a change set, read from its file, which must be loaded."""
    if change.file is None:
        raise Refused(_("The patches were taken away with their author's data."))
    return read_series([read_file(desk, change.file)]).patches


def _tried(
    store: BaseObjectStore, base: str, patches: Sequence[PatchText]
) -> tuple[Applied | None, PatchError | None, str]:
    try:
        return apply_series(store, base, patches), None, outcomes.APPLIED
    except KeyError:
        return None, None, outcomes.NO_BASE
    except PatchError as error:
        return None, error, outcomes.NO_FIT
