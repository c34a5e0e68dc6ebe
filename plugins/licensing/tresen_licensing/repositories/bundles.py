# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a bundle as `git bundle create` writes it (gitformat-bundle(5))."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tresen.sdk import Refused, _

# A bundle whose head is longer, in bytes, is none.
_LONGEST_HEAD = 1024 * 1024
_MAGIC = re.compile(rb"# v[23] git bundle\n")
_SHA1 = b"object-format=sha1"
_LINE = re.compile(rb"(-?)([0-9a-f]{40})(?: ([^\n]*))?")


@dataclass(frozen=True)
class Bundle:
    """What a bundle says: where branches stand, what it builds on, and the pack itself."""

    heads: Mapping[str, str]
    stands_on: tuple[str, ...]
    pack: bytes


def read_bundle(body: bytes) -> Bundle:
    """Return what is in a bundle; raises Refused for what is none, and for another kind of id."""
    magic = _MAGIC.match(body)
    if magic is None:
        raise Refused(_("This is no bundle. “git bundle create” writes one."))
    head, gap, pack = body[magic.end() :].partition(b"\n\n")
    if not gap or len(head) > _LONGEST_HEAD:
        raise Refused(_("The bundle is broken: it cannot be read."))
    heads, stands_on = {}, []
    for line in head.split(b"\n"):
        if line.startswith(b"@"):
            _demand_known(line[1:])
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise Refused(_("The bundle is broken: it cannot be read."))
        if found[1]:
            stands_on.append(found[2].decode())
        else:
            heads[(found[3] or b"").decode("utf-8", "replace")] = found[2].decode()
    return Bundle(heads, tuple(stands_on), pack)


def _demand_known(capability: bytes) -> None:
    if capability != _SHA1:
        words = {"name": capability.decode("utf-8", "replace")[:60]}
        raise Refused(_("The bundle needs what is not known here: %(name)s.") % words)
