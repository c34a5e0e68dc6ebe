# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pushes a contribution: its patches on their base, without a program of git's."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dulwich.client import SendPackResult
from dulwich.object_store import BaseObjectStore
from dulwich.objects import ObjectID
from dulwich.protocol import ZERO_SHA
from dulwich.refs import Ref
from tresen.sdk import Refused, _

from tresen_licensing.forges import histories
from tresen_licensing.forges.records import Access, Contribution
from tresen_licensing.forges.trailers import with_trailer
from tresen_licensing.networks.faults import Fault
from tresen_licensing.patches.applying import Applied, PatchError, apply_series


def push(
    access: Access, wanted: Contribution, target: str, ref: str, options: Sequence[str] = ()
) -> str:
    """Push the patches to `ref` of the repository `target`; return what its server said.

    Raises Fault where a server refuses, and Refused where the patches do not fit.
    """
    said: list[bytes] = []
    with histories.fetched(access, wanted.url, wanted.branch) as history:
        applied = applied_to(history.store, wanted)
        with histories.connected(access, target) as ours:
            done = ours.send_pack(
                "",
                lambda _refs: {Ref(ref.encode()): ObjectID(applied.head.encode())},
                _packing(applied.store, wanted.base),
                said.append,
                push_options=[each.encode() for each in options],
            )
    _demand_taken(access, done)
    return b"".join(said).decode("utf-8", "replace")


def applied_to(store: BaseObjectStore, wanted: Contribution) -> Applied:
    """Return the commits that are pushed; raises Refused."""
    try:
        return apply_series(store, wanted.base, with_trailer(wanted.patches, wanted.reference))
    except KeyError as error:
        raise Refused(
            _("Upstream's branch does not hold the base %(base)s, or only far back.")
            % {"base": wanted.base[:12]}
        ) from error
    except PatchError as error:
        words = {"number": error.position, "path": error.path}
        raise Refused(_("Patch %(number)s does not apply to %(path)s.") % words) from error


def _packing(store: BaseObjectStore, base: str) -> Callable[..., tuple[int, Iterator[Any]]]:
    """Return what packs the objects that the other side lacks."""

    def packing(have: set[ObjectID], want: set[ObjectID], **more: Any) -> tuple[int, Iterator[Any]]:
        known = {each for each in have if each in store} or {ObjectID(base.encode())}
        return store.generate_pack_data(known, want, **more)

    return packing


def _demand_taken(access: Access, done: SendPackResult) -> None:
    for fault in (done.ref_status or {}).values():
        if fault:
            words = {"forge": access.title, "words": fault[:300]}
            raise Fault(_("%(forge)s refuses it: %(words)s") % words)
    if any(value == ZERO_SHA for value in done.refs.values()):
        raise Fault(_("%(forge)s took nothing.") % {"forge": access.title})
