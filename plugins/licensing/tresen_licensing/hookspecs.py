# SPDX-License-Identifier: AGPL-3.0-or-later
"""What licensing asks other plugins: which advisories they know about components of our releases.

They answer with dictionaries, and with `optionalhook=True`, so that nobody has to import anybody.
"""

from typing import Any

from tresen.sdk import Desk, hookspec


@hookspec(since="0.1", stability="provisional")
def licensing_advisories(desk: Desk, packages: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Asked by a job, once a day and after each import, for what stands in bills of materials.

    Keys of each of `packages`: `purl`, without version, qualifiers and subpath; `ecosystem` and
    `name` as OSV writes them, or two empty texts for a package of no ecosystem. Others may be
    added. Each answer is one advisory as the OSV schema has it: `id`, `modified` and `affected` at
    least; withdrawn ones bear `withdrawn`. It need not leave out versions that are not affected:
    that is looked at here. Of several with one id, the last modified counts. What is no such record
    is left out and named on the page of advisories. Who raises, or answers no more, ends nothing
    that was found before. Talk to no network here: keep what you know beforehand.
    Used by: licensing.
    """
    return []
