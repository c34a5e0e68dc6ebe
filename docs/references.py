# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes the reference pages from the code: `python docs/references.py`.

What is listed twice is wrong once: a test compares each page with what this module makes of it.
"""

import ast
import inspect
import os
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import click
from tresen import sdk
from tresen.admin.declarations import AREAS, MATURITIES, PERSONAL_DATA
from tresen.app import create_core
from tresen.cli import main
from tresen.config import Config, option_names
from tresen.hooks import places, records, specs
from tresen.hooks.stability import standing_of
from tresen.ladder.service import RULES

FOLDER = Path(__file__).resolve().parent / "reference"
HOW_TOS = FOLDER.with_name("plugins")
KINDS = {
    "lists": "Asked once at start; every plugin's records joined.",
    "parts": "Asked when needed; every plugin's answers joined, one that fails left out.",
    "questions": "Asked in order; the first answer that is not None counts.",
    "guards": "Asked beforehand; raising Refused stops it, with its sentence shown.",
    "events": "Told afterwards; what a failing listener wrote is undone, the rest stays.",
}


def page(title: str, introduction: str, *parts: str) -> str:
    """Return a page with its heading and the mark that it is generated."""
    note = "<!-- Written by docs/references.py; a change here is lost. -->"
    return "\n\n".join([note, f"# {title}", introduction, *parts]) + "\n"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table; a bar inside a cell is escaped."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines
    )


def kind_of(function: ast.FunctionDef) -> str:
    """Return the kind that the grammar of a specification says it is."""
    arguments = [argument.arg for argument in function.args.args]
    answers = ast.literal_eval(function.returns) if function.returns else ""
    if function.name.startswith("before_"):
        return "guards"
    if answers is None:
        return "events"
    if "desk" not in arguments:
        return "lists"
    return "questions" if answers.endswith("| None") else "parts"


def hook_functions() -> Iterator[ast.FunctionDef]:
    """Yield the specification of every hook in the order of the source."""
    for node in ast.parse(inspect.getsource(specs)).body:
        if isinstance(node, ast.FunctionDef):
            yield node


def signature(function: ast.FunctionDef) -> str:
    """Return how a specification is called, with the quotes around its types taken off."""
    arguments = [
        f"{argument.arg}: {ast.literal_eval(argument.annotation)}"
        if isinstance(argument.annotation, ast.Constant)
        else f"{argument.arg}: {ast.unparse(argument.annotation)}"
        for argument in function.args.args
        if argument.annotation
    ]
    answers = ast.literal_eval(function.returns) if function.returns else None
    return f"{function.name}({', '.join(arguments)}) -> {answers}"


def standing(spec: Callable[..., Any]) -> str:
    """Return since when a hook exists, how far one may count on it, and what of it ends."""
    found = standing_of(spec)
    if found is None:
        raise SystemExit(f"The hook {spec.__name__} does not say since when it exists.")
    ending = {spec.__name__: found.deprecated} if found.deprecated else found.arguments
    sentences = [
        f"Deprecated since {each.since}: `{what}` ends in {each.ends}, use `{each.instead}`."
        for what, each in ending.items()
    ]
    return " ".join([f"Since {found.since}, {found.stability}.", *sentences])


def example(name: str) -> str:
    """Return a link to the how-to page whose plugin answers the hook."""
    for path in sorted(HOW_TOS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if path.name != "first-plugin.md" and f"\n@hookimpl\ndef {name}(" in text:
            title = text.partition("\n")[0].removeprefix("# ")
            return f"Example: [{title}](../plugins/{path.name})"
    raise SystemExit(f"The hook {name} has no example in {HOW_TOS}.")


def hooks_page() -> str:
    """Return the page of all hooks by kind."""
    parts = []
    for kind, meaning in KINDS.items():
        parts += [f"## {kind.capitalize()}", meaning]
        for function in hook_functions():
            if kind_of(function) == kind:
                text = (ast.get_docstring(function) or "").replace("\nUsed by", "\n\nUsed by")
                parts += [f"### {function.name}", f"```python\n{signature(function)}\n```", text]
                parts += [standing(getattr(specs, function.name)), example(function.name)]
    introduction = (
        "Everything that a plugin can answer or listen to. A *stable* hook changes by SemVer and "
        "ends two minor releases after it was deprecated at the earliest; a *provisional* one may "
        "change with any minor release. "
        "[Why](../decisions/0014-announced-changes-of-the-door.md)."
    )
    return page("Hooks", introduction, *parts)


def records_page() -> str:
    """Return the page of what hooks return."""
    return page("Records", "What [hooks](hooks.md) return. All are frozen.", *record_parts())


def record_parts() -> Iterator[str]:
    """Yield heading, text and fields of each record."""
    for name, record in inspect.getmembers(records, is_dataclass):
        if record.__module__ != records.__name__:
            continue
        yield f"## {name}"
        yield inspect.cleandoc(record.__doc__ or "")
        yield table(("field", "type"), [(f"`{f.name}`", f"`{f.type}`") for f in fields(record)])


def options_page() -> str:
    """Return the page of all options."""
    rows = []
    for name, option in option_names().items():
        value = getattr(Config(), name)
        default = str(value) if isinstance(value, Path) else repr(value)
        rows.append((f"`{name}`", f"`{default}`", option.metadata["meaning"]))
    return page(
        "Options",
        "Read from the file that `TRESEN_CONFIG` names, else from `tresen.toml` in the working "
        "folder; then from the environment, where the option is in capitals after `TRESEN_`. "
        "With `_FILE` behind its name, a variable names a file that holds the value.",
        table(("option", "default", "meaning"), rows),
    )


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command below one, by its whole name."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        if inner is not None:
            yield from commands(inner, f"{path} {name}")


def commands_page() -> str:
    """Return the page of all commands of the core."""
    parts: list[str] = []
    for path, command in commands(main, "tresen"):
        parts += [f"## {path}", inspect.cleandoc(command.help or "")]
        rows = [
            (f"`{' '.join(parameter.opts)}`", getattr(parameter, "help", None) or "")
            for parameter in command.params
        ]
        parts += [table(("argument", "meaning"), rows)] if rows else []
    return page("Commands", "`tresen --help` lists them too, with those of plugins.", *parts)


def permissions_page() -> str:
    """Return the page of the core's permissions."""
    core = create_core(Config(safe=True))
    rows = [
        (f"`{permission.name}`", str(permission.title), ", ".join(permission.roles))
        for permission in core.plugins.collect(specs.permissions)
    ]
    return page(
        "Permissions",
        "Each view and each verb names the one it needs. Roles hold what is listed here, "
        "and no setting changes that; plugins bring their own.",
        table(("permission", "allows to", "held by"), sorted(rows)),
    )


def settings_page() -> str:
    """Return the page of the core's settings: what administrators change while Tresen runs."""
    core = create_core(Config(safe=True))
    parts: list[str] = []
    for declared in core.plugins.collect(specs.settings_forms):
        rows = [
            (f"`{field.name}`", f"`{field.default!r}`", str(field.label.text))
            for field in declared.form(meta={"csrf": False})
        ]
        parts += [f"## {declared.name}: {declared.title}"]
        parts += [table(("setting", "default", "meaning"), rows)]
    introduction = (
        "What administrators change in the browser while Tresen runs. "
        "[Options](options.md) are read once, at start; plugins bring settings of their own."
    )
    return page("Settings", introduction, *parts)


def sdk_page() -> str:
    """Return the page of what a plugin may import."""
    found = [(name, getattr(sdk, name)) for name in sdk.__all__]
    rows = [(f"`{name}`", f"`{origin(value)}`", first_line(value)) for name, value in found]
    return page(
        "tresen.sdk",
        "Everything that a plugin may import from Tresen. It is kept by SemVer.",
        table(("name", "comes from", "meaning"), rows),
    )


def origin(value: Any) -> str:
    """Return the module in which something is defined; of others' the package is enough."""
    if isinstance(value, str):
        return repr(value)
    module = str(value.__module__)
    return module if module.startswith("tresen.") else module.partition(".")[0]


def first_line(value: Any) -> str:
    """Return the first sentence of what something says of itself."""
    is_named = inspect.isclass(value) or inspect.isfunction(value)
    return (inspect.getdoc(value) or "").partition("\n")[0] if is_named else ""


def places_page() -> str:
    """Return the page of the named places."""
    parts = []
    for name, kind in inspect.getmembers(places, is_enum):
        rows = [(f"`{name}.{place.name}`", place.value) for place in kind]
        parts += [f"## {name}", inspect.cleandoc(kind.__doc__), table(("name", "meaning"), rows)]
    return page("Places", "Where plugins put panels.", *parts)


def manifest_page() -> str:
    """Return the page of what `plugin.toml` may say."""
    keys = [
        ("`area`", "string", "section of the checklist for service concepts, see below"),
        ("`tested`", "string", 'newest release of Tresen that it was tested with: `"0.1"`'),
        ("`maturity`", "string", "see below"),
        ("`title.en`, `title.de`", "string", "its name, at most 300 characters"),
        ("`summary.en`, `summary.de`", "string", "one sentence on what it does for whom"),
        ("`personal_data`", "list of strings", "kinds that its own tables keep, see below; `[]`"),
        ("`capabilities.network`", "list of strings", "hosts that it talks to; `[]`"),
        ("`capabilities.mail`", "boolean", "it sends mail; `false`"),
        ("`capabilities.files`", "boolean", "it reads or writes files; `false`"),
        ("`capabilities.subprocess`", "boolean", "it runs other programs; `false`"),
        ("`exempt.<rule>`", "string", "why a rule of the quality ladder does not apply to it"),
    ]
    parts = [table(("key", "type", "meaning; default"), keys)]
    for title, values in (
        ("Areas", AREAS),
        ("Maturities", MATURITIES),
        ("Personal data", PERSONAL_DATA),
    ):
        rows = [(f"`{key}`", str(text)) for key, text in values.items()]
        parts += [f"## {title}", table(("value", "meaning"), rows)]
    return page(
        "Manifest",
        "`plugin.toml` lies in a plugin's package beside `hooks.py` and is read without importing "
        "anything. A key that is not listed here, or a value of another type, sets the plugin "
        "aside with a sentence. A plugin without this file is taken in, and has no level.",
        *parts,
    )


def quality_page() -> str:
    """Return the page of the quality ladder's rules."""
    parts = []
    for level, rules in RULES.items():
        rows = [(f"`{rule.name}`", str(rule.title), str(rule.hint)) for rule in rules]
        parts += [f"## {level.capitalize()}", table(("rule", "what is asked", "way there"), rows)]
    return page(
        "Quality ladder",
        "`tresen plugins check` judges a plugin by these rules, and its page shows how it came "
        "out. A level is reached when all of its rules hold, and those of the levels before it. "
        "A rule that does not fit a plugin is exempted in its [manifest](manifest.md), under its "
        "name and with the reason, which is shown.",
        *parts,
    )


def is_enum(value: Any) -> bool:
    """Say whether a member of `places` is one of its enumerations."""
    return inspect.isclass(value) and issubclass(value, Enum) and value is not Enum


PAGES = {
    "hooks.md": hooks_page,
    "options.md": options_page,
    "commands.md": commands_page,
    "permissions.md": permissions_page,
    "records.md": records_page,
    "sdk.md": sdk_page,
    "settings.md": settings_page,
    "places.md": places_page,
    "manifest.md": manifest_page,
    "quality.md": quality_page,
}

if __name__ == "__main__":
    os.environ["TRESEN_SAFE"] = "1"  # the pages are about the core, whatever is installed beside it
    for file_name, make in PAGES.items():
        (FOLDER / file_name).write_text(make(), encoding="utf-8")
