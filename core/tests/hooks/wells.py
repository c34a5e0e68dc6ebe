# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plugin `well` that offers a hook of each kind, and the beginnings of those that answer it."""

from hooks.workshop import HOOK, Workshop

# The well stands in the middle of the alphabet, so that answers come before it and after it.
BEFORE_AND_AFTER = ("bucket", "yard")
SPECS = """
from tresen.sdk import Deprecated, hookspec

@hookspec(since="1.0", stability="provisional")
def well_fillings(desk, depth: int) -> "list[dict[str, str]]":
    '''Asked for what fills the well. Used by: bucket.'''
    return []

@hookspec(since="1.0", stability="stable", firstresult=True)
def well_keeper(desk) -> "dict[str, str] | None":
    '''Asked who keeps the well. Used by: bucket.'''

@hookspec(since="1.0", stability="stable")
def well_before_drawn(desk) -> None:
    '''Asked before water is drawn. Used by: bucket.'''

@hookspec(since="1.0", stability="stable")
def well_emptied(desk) -> None:
    '''Told when the well is empty. Used by: bucket.'''
"""
ONE = """
from tresen.sdk import hookspec
@hookspec(since="1.0", stability="stable")
def {name}({arguments}) -> {answers}:
    {doc}
"""
OPTIONAL = "from tresen.sdk import Refused, hookimpl\n"
IMPL = "@hookimpl(optionalhook=True)\n"
FILLS = OPTIONAL + IMPL + "def well_fillings(desk, depth): return [{'what': 'rain'}]\n"
QUIET = f"{HOOK}def permissions(): return []\n"


def make_well(workshop: Workshop, specs: str = SPECS, hooks: str = QUIET, **how: str) -> None:
    workshop.make("well", hooks, **{"hookspecs.py": specs}, **how)
