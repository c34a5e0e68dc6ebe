# SPDX-License-Identifier: AGPL-3.0-or-later
"""Translations of core and plugins, chained: the core's catalogue wins a clash.

The `.po` files (`locale/<language>/<slice>.po`) are read as they are, once for each language and
process, so that no compiled file can be stale and no plugin needs a build step. English is the
language of the source.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import partial
from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import Locale

if TYPE_CHECKING:
    from tresen.desk import Core, Desk
    from tresen.hooks.caller import Plugins

# Code, own name; "de@du" is German with the familiar address, laid over "de".
LANGUAGES = {"en": "English", "de": "Deutsch", "de@du": "Deutsch (Du)"}

_current: ContextVar["Language"] = ContextVar("tresen_language")


# What is done with a catalogue that cannot be read.
Unreadable = Callable[[Path, Exception], None]


def _refuse(_file: Path, error: Exception) -> None:
    raise error


class Language:
    """A language with its texts; `code` is one of LANGUAGES."""

    def __init__(self, code: str, texts: NullTranslations) -> None:
        self.code = code
        self.texts = texts
        # The BCP 47 tag for the `lang` attribute of a page.
        self.tag = code.partition("@")[0]
        self.locale = Locale.parse(self.tag)


class Catalogues:
    """The texts of every folder named, read when a language is first used."""

    def __init__(self, folders: list[Path], unreadable: Unreadable = _refuse) -> None:
        self._folders = folders
        self._unreadable = unreadable
        self._languages: dict[str, Language] = {}

    def language(self, code: str) -> Language:
        """Return the language; an unknown code is English."""
        code = code if code in LANGUAGES else "en"
        if code not in self._languages:
            self._languages[code] = Language(code, self._texts(code))
        return self._languages[code]

    def _texts(self, code: str) -> NullTranslations:
        texts = _Texts({})
        for layer in (code.partition("@")[0], code):
            for folder in reversed(self._folders):
                for file in sorted((folder / layer).glob("*.po")):
                    try:
                        texts.messages |= _read(file)
                    except Exception as error:  # noqa: BLE001 - whose file it is decides
                        self._unreadable(file, error)
        return texts


def catalogues(core: "Core") -> Catalogues:
    """Return the texts of core and plugins; kept for the life of the process."""
    if "catalogues" not in core.shelf:
        folders = [info.folder / "locale" for info in core.plugins.taken_in.values()]
        core.shelf["catalogues"] = Catalogues(
            [Path(__file__).parent / "locale", *folders], partial(_note_unreadable, core.plugins)
        )
    found: Catalogues = core.shelf["catalogues"]
    return found


def _note_unreadable(plugins: "Plugins", file: Path, error: Exception) -> None:
    """Note a catalogue that cannot be read as its plugin's error: its texts stay English."""
    for name, info in plugins.taken_in.items():
        if info.folder in file.parents and plugins.tolerates(name):
            plugins.note(name, file.name, error)
            return
    raise error


class _Texts(NullTranslations):
    """Messages by (context, singular); a tuple of forms where there is a plural."""

    def __init__(self, messages: dict[tuple[str | None, str], Any]) -> None:
        super().__init__()
        self.messages = messages

    def gettext(self, message: str) -> str:
        found = self.messages.get((None, message), message)
        return found if isinstance(found, str) else str(found[0])

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        found = self.messages.get((None, msgid1))
        forms = found if isinstance(found, tuple) else (msgid1, msgid2)
        return str(forms[0] if n == 1 else forms[-1])

    def pgettext(self, context: str, message: str) -> str:
        found = self.messages.get((context, message), message)
        return found if isinstance(found, str) else str(found[0])


def _read(file: Path) -> dict[tuple[str | None, str], Any]:
    from babel.messages.pofile import read_po  # noqa: PLC0415 - English needs no catalogue

    with file.open("rb") as stream:
        catalogue = read_po(stream, abort_invalid=True)
    found: dict[tuple[str | None, str], Any] = {}
    for message in catalogue:
        if message.id and message.string and not message.fuzzy:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[message.context, key] = message.string
    return found


def use(language: Language) -> None:
    """Use the language from here on in this thread; every request says it anew."""
    _current.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Use the language for every text until the block ends."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def speaking_to(desk: "Desk", code: str | None) -> AbstractContextManager[None]:
    """Use a reader's language until the block ends; the installation's for who chose none."""
    return speaking(catalogues(desk.core).language(code or desk.config.language))


def current() -> Language:
    """Return the language in use; English where none was chosen."""
    return _current.get(_ENGLISH)


def _(message: str) -> str:
    """Return the text in the language in use."""
    return current().texts.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form of the text that fits the number."""
    return current().texts.ngettext(singular, plural, number)


def pgettext(context: str, message: str) -> str:
    """Return the text of a word that means another thing elsewhere."""
    return current().texts.pgettext(context, message)


class LazyText:
    """A text that is translated when it is shown; for labels made at import."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return _(self.message)

    def __html__(self) -> str:
        return str(self).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def __mod__(self, values: Any) -> str:
        return str(str(self) % values)

    def __repr__(self) -> str:
        return f"lazy({self.message!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LazyText) and other.message == self.message

    def __hash__(self) -> int:
        return hash(self.message)


def lazy(message: str) -> Any:
    """Mark a text that is translated when it is shown; typed Any, as labels want `str`."""
    return LazyText(message)


_ENGLISH = Language("en", NullTranslations())
