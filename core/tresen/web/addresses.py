# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rules of addresses, whose builders are compiled when an address is first made.

werkzeug writes and compiles two functions for each rule at the start, a tenth of it for a hundred
and twenty rules; a page makes addresses of a third of them, and nearly all by one of the two.
"""

from collections.abc import Callable
from functools import cache
from keyword import kwlist

from werkzeug.routing import Rule


class AddressRule(Rule):
    """A rule that is parsed and checked at once, and compiles its builders later."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        """Return a builder that compiles itself; one that may not be possible, at once."""
        compiled = cache(super()._compile_builder)
        names = [name for is_dynamic, name in self._trace if is_dynamic]
        if self.defaults or len({*names} - {*kwlist}) < len(names):
            return compiled(append_unknown)

        def build(rule: Rule, /, **values: object) -> tuple[str, str]:
            return compiled(append_unknown)(rule, **values)

        return build
