# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which licences cannot hold for one work, pair by pair, with the reason.

Source: section 6 of the GPL, version 2, and section 10 of version 3, which allow no further
restrictions; for each pair what the Free Software Foundation says of the licences' compatibility
(https://www.gnu.org/licenses/license-list.html and gpl-faq.html#AllCompatibility). Whether parts
form one work is for people to say: so a conflict is a duty that somebody settles.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from tresen.sdk import lazy

GPL2 = frozenset({"GPL-1.0-only", "GPL-2.0-only"})
GPL3 = frozenset({"GPL-3.0-only", "GPL-3.0-or-later"})
AGPL3 = frozenset({"AGPL-3.0-only", "AGPL-3.0-or-later"})
LGPL3 = frozenset({"LGPL-3.0-only", "LGPL-3.0-or-later"})
ANY_GPL = GPL2 | GPL3 | AGPL3 | frozenset({"GPL-1.0-or-later", "GPL-2.0-or-later"})

# Copyleft of their own, weak or strong, that gives no way into the GPL.
OTHERS = frozenset(
    {
        *("CDDL-1.0", "CDDL-1.1", "EPL-1.0", "EPL-2.0", "CPL-1.0", "IPL-1.0"),
        *("MPL-1.0", "MPL-1.1", "OSL-3.0", "MS-PL", "CC-BY-SA-3.0"),
    }
)

OLDEST = lazy("Version 1 only cannot become a later one, and each allows no terms but its own.")
NEWER = lazy("Version 2 only cannot become version 3, and each allows no terms but its own.")
WAYS = lazy("It gives way to version 2 of the GPL and not to version 3.")
DOCUMENTATION = lazy("Its duty to credit authors is a further restriction to version 2 of the GPL.")
LAW = lazy("It names the law of one state, which is a further restriction to the GPL.")
PATENTS = lazy("Its clause on patents is a further restriction to version 2 of the GPL.")
OTHER_COPYLEFT = lazy("Both are copyleft: each wants the whole work under itself.")
CREDIT = lazy("The duty to name authors in advertising is a further restriction to the GPL.")
NAMES = lazy("Its limits on the use of names are a further restriction to the GPL.")
LIMITS = lazy("It limits what the software may be used for, which the GPL does not allow.")
SERVICE = lazy("It asks for the source of the whole service, which the GPL does not allow.")


@dataclass(frozen=True)
class Rule:
    """Two groups of licences of which no two fit, and why."""

    one: frozenset[str]
    other: frozenset[str]
    reason: object


@dataclass(frozen=True)
class Conflict:
    """Two licences of one release that do not fit, by name, and why."""

    one: str
    other: str
    reason: object

    @property
    def pair(self) -> str:
        """Both as one text, by which its settlement is found again."""
        return f"{self.one} / {self.other}"


RULES: tuple[Rule, ...] = (
    Rule(frozenset({"GPL-1.0-only"}), frozenset({"GPL-2.0-only", "GPL-2.0-or-later"}), OLDEST),
    Rule(GPL2, GPL3 | AGPL3 | LGPL3, NEWER),
    Rule(GPL2, frozenset({"Apache-2.0", "ECL-2.0"}), PATENTS),
    Rule(GPL2, frozenset({"FTL"}), DOCUMENTATION),
    Rule(GPL3 | AGPL3, frozenset({"EUPL-1.1"}), WAYS),
    Rule(ANY_GPL, OTHERS, OTHER_COPYLEFT),
    Rule(ANY_GPL, frozenset({"CNRI-Python"}), LAW),
    Rule(ANY_GPL, frozenset({"BSD-4-Clause", "BSD-4-Clause-UC", "OpenSSL", "Apache-1.0"}), CREDIT),
    Rule(ANY_GPL, frozenset({"Apache-1.1"}), NAMES),
    Rule(ANY_GPL, frozenset({"JSON"}), LIMITS),
    Rule(ANY_GPL, frozenset({"SSPL-1.0"}), SERVICE),
)


def conflicts(licences: Collection[str]) -> list[Conflict]:
    """Return which of the licences do not fit together; an exception to one is not looked at."""
    return list(_found(sorted(set(licences))))


def _found(licences: Iterable[str]) -> Iterator[Conflict]:
    for one, other in combinations(licences, 2):
        reason = _reason(one, other)
        if reason is not None:
            yield Conflict(one, other, reason)


def _reason(one: str, other: str) -> object | None:
    return _PAIRS.get(frozenset({one, other}))


_PAIRS: Mapping[frozenset[str], object] = {
    frozenset({one, other}): rule.reason
    for rule in reversed(RULES)
    for one in rule.one
    for other in rule.other
    if one != other
}
