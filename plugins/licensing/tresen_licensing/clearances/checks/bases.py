# SPDX-License-Identifier: AGPL-3.0-or-later
"""C01 to C03: whether the changes stand on what everybody has, and upstream would take them."""

from collections.abc import Iterable

from tresen.sdk import lazy

from tresen_licensing.clearances.checks.records import Check, Found, Place, Subject
from tresen_licensing.clearances.states import WARNING
from tresen_licensing.repositories import outcomes


def _resolvable(subject: Subject) -> Iterable[Found]:
    if subject.outcome in (outcomes.NO_HISTORY, outcomes.NO_BASE):
        yield Found(subject.outcome)


def _fits(subject: Subject) -> Iterable[Found]:
    if subject.failed is not None:
        number, path = subject.failed
        yield Found("no_fit", Place(number, path))


def _fits_upstream(subject: Subject) -> Iterable[Found]:
    for number, path in subject.conflicts or ():
        yield Found("conflict", Place(number, path), severity=WARNING)


def _is_based(subject: Subject) -> bool:
    return subject.outcome in (outcomes.APPLIED, outcomes.NO_FIT)


RESOLVABLE = Check(
    "C01",
    lazy("The base is known"),
    lazy("Fetch upstream's history or hand it in, and base the patches on a commit of it."),
    {
        outcomes.NO_HISTORY: lazy("Upstream's history is not known here."),
        outcomes.NO_BASE: lazy("Upstream's history lacks the commit that the patches name."),
    },
    _resolvable,
)
FITS = Check(
    "C02",
    lazy("The patches fit on their base"),
    lazy("Make them anew from the branch: “git format-patch --binary --base=…”."),
    {"no_fit": lazy("The patch does not fit on this file.")},
    _fits,
    _is_based,
)
FITS_UPSTREAM = Check(
    "C03",
    lazy("The patches fit on upstream as it is now"),
    lazy("Rebase the branch on upstream and send in the patches again, or say why not."),
    {"conflict": lazy("Upstream has changed this file since.")},
    _fits_upstream,
    lambda subject: subject.conflicts is not None,
    severity=WARNING,
)
