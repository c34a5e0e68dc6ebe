# SPDX-License-Identifier: AGPL-3.0-or-later
"""C04: whether everybody signed off what they wrote (Developer Certificate of Origin 1.1)."""

from collections.abc import Iterable

from tresen.sdk import lazy

from tresen_licensing.clearances.checks.records import Check, Found, Place, Subject


def _signed(subject: Subject) -> Iterable[Found]:
    for number, patch in enumerate(subject.patches, start=1):
        own = subject.aliases.get(patch.author_address, frozenset()) | {patch.author_address}
        if not patch.signed_off:
            yield Found("unsigned", Place(number))
        elif not own & set(patch.signed_off):
            yield Found("other", Place(number))


SIGNED = Check(
    "C04",
    lazy("Each patch is signed off by who wrote it"),
    lazy("“git rebase --signoff” adds the line. A person's other addresses are kept with them."),
    {
        "unsigned": lazy("The patch is not signed off."),
        "other": lazy("The patch is signed off, but by an address that is not its author's."),
    },
    _signed,
)
