# SPDX-License-Identifier: AGPL-3.0-or-later
"""Jinja as Tresen's pages use it: compiled once, names on dictionaries looked up at once.

Jinja asks an attribute first and falls back when that raises, which takes ten times as long; a
list of fifty tickets asks some two thousand times. It also compiles every template anew in every
process, a fifth of a second for the first page alone.
"""

import re
from collections import ChainMap
from collections.abc import Callable, KeysView, MutableMapping
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import Any

from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from tresen import __version__, i18n
from tresen.web.assets import asset_base

# How many drawings of one macro, and how many texts, are kept.
MOST_DRAWN = 1024
MOST_TEXTS = 8192
_find_special = re.compile("[&<>\"']").search


class PageContext(Context):
    """What a template can name; macros and plain functions are called without a detour.

    Jinja looks six times for marks on whatever a template calls. A list calls a thousand times,
    and all but a few of those are macros, texts and addresses.
    """

    def call(self, called: Any, /, *args: Any, **named: Any) -> Any:
        """Return what the call returns; whatever wants a context goes Jinja's way."""
        kind = type(called)
        if kind is not Macro and (kind is not FunctionType or hasattr(called, "jinja_pass_arg")):
            return super().call(called, *args, **named)
        if named:
            # Where it is called from; only what wants a context could use it.
            named.pop("_block_vars", None)
            named.pop("_loop_vars", None)
        return called(self.eval_ctx, *args, **named) if kind is Macro else called(*args, **named)


def text(message: str, **values: Any) -> Markup:
    """Return the translation of a template's text, with the values in it escaped."""
    if values:
        return Markup(i18n._(message)) % values  # noqa: S704 - a text of ours or of a catalogue
    return _plain_text(i18n.current(), message)


@lru_cache(MOST_TEXTS)
def _plain_text(language: i18n.Language, message: str) -> Markup:
    return Markup(language.texts.gettext(message)) % {}  # noqa: S704 - as above


def kept(macro: Macro) -> Callable[..., Markup]:
    """Return a function that draws what the macro does, and the same thing only once.

    For small macros that show their arguments, texts and icons, and look at nothing else: a list
    draws the mark of the same state fifty times.
    """

    # Typed, because a text and markup that read alike are equal, and one of them is escaped.
    @lru_cache(MOST_DRAWN, typed=True)
    def draw(_language: i18n.Language, _files: str, *args: Any, **named: Any) -> Markup:
        return Markup(macro(*args, **named))  # noqa: S704 - escaped by the template

    return lambda *args, **named: draw(i18n.current(), asset_base(), *args, **named)


def shown(value: Any) -> str:
    """Return the value as a page shows it, escaped unless it is markup; no markup itself.

    Jinja makes markup of every value before it joins them all, which costs more than the rest.
    """
    kind = type(value)
    if kind is Markup or (kind is str and _find_special(value) is None):
        return value  # type: ignore[no-any-return] # text, as was just found
    return str(value) if kind is int else escape(value)


class PageCode(CodeGenerator):
    """Writes the code of a template as Jinja does; what a page shows goes through `shown`."""

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if finalize.src is None and frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.shown(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Globals(ChainMap[str, Any]):
    """What every template can name; its names are found at once for each import of a macro."""

    def keys(self) -> KeysView[str]:
        """Return all names."""
        return {name: None for names in self.maps for name in names}.keys()


class PageEnvironment(Environment):
    """The environment of all templates."""

    context_class = PageContext
    code_generator_class = PageCode
    shown = staticmethod(shown)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> Globals:
        """Return what a template can name, beside what it is given itself."""
        return Globals({} if d is None else d, self.globals)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return `obj.attribute` of a template; an entry of a dictionary comes first."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class CompiledTemplates(FileSystemBytecodeCache):
    """What Jinja made of the templates, kept in the data folder for the next start.

    Each pair of versions has a folder of its own: the code that Jinja makes is for itself. A page
    does without it where nothing can be read or written.
    """

    def __init__(self, data_dir: Path) -> None:
        super().__init__(str(self.folder_in(data_dir)))

    @staticmethod
    def folder_in(data_dir: Path) -> Path:
        """Return where this pair of versions keeps its code."""
        return data_dir / "compiled" / f"{__version__}-{version('jinja2')}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Find the code of one template."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of one template."""
        with suppress(OSError):
            Path(self.directory).mkdir(mode=0o700, parents=True, exist_ok=True)
            super().dump_bytecode(bucket)
