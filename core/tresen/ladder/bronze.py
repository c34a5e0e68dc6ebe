# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bronze: whoever gets the plugin knows what it is, may use it, and gets rid of it again."""

import ast
import re
from collections.abc import Iterator

from tresen.i18n import lazy
from tresen.ladder.records import Candidate, Rule
from tresen.ladder.syntax import Source, decorators, dotted, text_of
from tresen.provenance import LICENCE_FIELDS, source_url

MARK = "SPDX-License-" + "Identifier:"
COMMENTED = (".py", ".html", ".css", ".js", ".po", ".toml")
_PUBLIC = re.compile(r"(?:git\+)?(?:https?|ssh)://")
_ENTRY = r"^#+\s*\[?v?{version}\b"


def licence_valid(candidate: Candidate) -> Iterator[str]:
    """Check the licence against the list of SPDX."""
    from license_expression import ExpressionError, get_spdx_licensing  # noqa: PLC0415 - 3 MB

    found = next(
        (candidate.metadata[key] for key in LICENCE_FIELDS if key in candidate.metadata), ""
    )
    try:
        wrong = get_spdx_licensing().validate(found).errors if found else ["License-Expression"]
    except ExpressionError as error:
        wrong = [str(error)]
    yield from wrong


def files_licensed(candidate: Candidate) -> Iterator[str]:
    """Look for the licence in the first two lines of each file that has comments."""
    for path in candidate.files(*COMMENTED):
        text = path.read_text("utf-8")
        if text.strip() and MARK not in "".join(text.splitlines()[:2]):
            yield candidate.short(path)


def source_recorded(candidate: Candidate) -> Iterator[str]:
    """Look for the address of the source, in the metadata or where pip wrote it down."""
    found = source_url(candidate.metadata.get_all("Project-URL") or [], candidate.installed)
    if not _PUBLIC.match(found):
        yield found or "Project-URL: Source"


def version_in_changes(candidate: Candidate) -> Iterator[str]:
    """Look for a heading of this version in the package's CHANGES.md."""
    file = candidate.package / "CHANGES.md"
    text = file.read_text("utf-8") if file.is_file() else ""
    entry = _ENTRY.format(version=re.escape(candidate.version))
    if not re.search(entry, text, re.MULTILINE):
        yield f"CHANGES.md: {candidate.version}"


def described(candidate: Candidate) -> Iterator[str]:
    """Ask for a manifest, whose German is not its English again."""
    if candidate.manifest is None:
        yield "plugin.toml"
    elif candidate.manifest.summary["de"] == candidate.manifest.summary["en"]:
        yield "plugin.toml: summary.de"


def settings_declared(candidate: Candidate) -> Iterator[str]:
    """Look for settings that come from elsewhere than the settings form."""
    for source in candidate.sources:
        for node, name in source.names():
            if name in ("os.environ", "os.getenv"):
                yield source.at(node)


def permissions_declared(candidate: Candidate) -> Iterator[str]:
    """Ask of each view for a permission, which the plugin itself declares if it bears its name."""
    declared = set(_declared(candidate.sources))
    for source in candidate.sources:
        for view in source.views():
            marks = {name.rpartition(".")[2]: args for name, args in decorators(view)}
            asked = text_of(marks["needs"][0]) if marks.get("needs") else ""
            is_unknown = asked.startswith(f"{candidate.name}.") and asked not in declared
            if is_unknown or not marks.keys() & {"needs", "open_to_all"}:
                yield f"{source.at(view)} {view.name}"


def _declared(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        for call, name in source.calls():
            if name.rpartition(".")[2] == "Permission" and call.args:
                yield text_of(call.args[0])


def tables_prefixed(candidate: Candidate) -> Iterator[str]:
    """Ask of each table that a migration makes for the plugin's name in front."""
    for source in _migrations(candidate):
        for call, name in source.calls():
            if name == "op.create_table" and call.args:
                table = text_of(call.args[0])
                if not table.startswith(f"{candidate.name}_"):
                    yield f"{source.at(call)} {table}"


def migrations_go_down(candidate: Candidate) -> Iterator[str]:
    """Ask of each migration for a downgrade that does something."""
    for source in _migrations(candidate):
        steps = {node.name: node for node in source.functions()}
        if "upgrade" in steps and not ("downgrade" in steps and _does(steps["downgrade"])):
            yield source.path


def _does(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call) and dotted(node.func).partition(".")[0] == "op"
        for node in ast.walk(function)
    )


def _migrations(candidate: Candidate) -> list[Source]:
    return [source for source in candidate.sources if source.path.startswith("migrations/")]


def readme_present(candidate: Candidate) -> Iterator[str]:
    """Ask for a README that says more than a heading."""
    if len(candidate.readme.split()) < 30:
        yield "README.md"


def install_and_remove(candidate: Candidate) -> Iterator[str]:
    """Look in the README for how the plugin comes and how it goes."""
    name = re.escape(str(candidate.metadata.get("Name", "")))
    if not re.search(rf"pip install \S*{name}", candidate.readme):
        yield f"pip install {candidate.metadata.get('Name', '')}"
    if not re.search(rf"tresen plugins remove {re.escape(candidate.name)}\b", candidate.readme):
        yield f"tresen plugins remove {candidate.name}"


RULES = (
    Rule(
        "licence",
        lazy("The licence is an SPDX expression"),
        lazy("Say license = AGPL-3.0-or-later, or another identifier of the SPDX list."),
        licence_valid,
    ),
    Rule(
        "file_licences",
        lazy("Every file says its licence"),
        lazy("Write the SPDX identifier into the first line of each file."),
        files_licensed,
    ),
    Rule(
        "source",
        lazy("The address of the source is recorded"),
        lazy("Add a project URL with the label Source."),
        source_recorded,
    ),
    Rule(
        "changes",
        lazy("The changes of this version are told"),
        lazy("Put CHANGES.md into the package, with a heading for each version."),
        version_in_changes,
    ),
    Rule(
        "described",
        lazy("Title and summary are there in English and German"),
        lazy("Add plugin.toml to the package."),
        described,
    ),
    Rule(
        "settings",
        lazy("Settings come from a declared form"),
        lazy("Answer settings_forms instead of reading the environment."),
        settings_declared,
    ),
    Rule(
        "permissions",
        lazy("Every view names a declared permission"),
        lazy("Mark the view with needs or open_to_all, and declare the permission."),
        permissions_declared,
    ),
    Rule(
        "table_names",
        lazy("Every table bears the plugin's name"),
        lazy("Begin the table's name with the plugin's name and an underscore."),
        tables_prefixed,
    ),
    Rule(
        "downgrade",
        lazy("Every migration can be undone"),
        lazy("Write a downgrade that takes back what upgrade did."),
        migrations_go_down,
    ),
    Rule(
        "readme",
        lazy("There is a README"),
        lazy("Say in README.md what the plugin does for whom, and name it as long description."),
        readme_present,
    ),
    Rule(
        "install_remove",
        lazy("The README says how to install and to remove it"),
        lazy("Name both commands with the plugin's own name."),
        install_and_remove,
    ),
)
