# SPDX-License-Identifier: AGPL-3.0-or-later
"""What no file of ours may do: reach past the front door, run strings, name a machine.

import-linter draws the layers; these rules are the ones it cannot see.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from architecture.tree import ROOT, files, parsed, plugins, short

FRONT_DOOR = ("tresen.sdk", "tresen.testing")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
RUNS_STRINGS = {"eval", "exec", "compile", "__import__"}
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill"}
UNSAFE_CALLS = {"os.system", "os.popen", "yaml.load", "yaml.unsafe_load"}
COMMENTED = ("*.py", "*.html", "*.css", "*.js", "*.cfg", "*.toml", "*.ini", "*.po", "*.sh", "run")
LICENCE = "-".join(("SPDX", "License", "Identifier: AGPL-3.0-or-later"))
OUTER_NAMES = re.compile(
    r"/(?:root|work|home/[a-z]\w*)/|"  # a path of one machine
    r"\bpy" + r"pi\.org|pythonhosted\.org|registry\.npm|\"resolved\":|--(?:extra-)?index-url",
    re.IGNORECASE,
)


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, relative ones left out."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from whole if node.module == "tresen" else [node.module]


def dotted(node: ast.expr) -> str:
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def unsafe(node: ast.AST) -> bool:
    """Say whether a node runs a string as code or as a shell command, or unpickles."""
    if isinstance(node, ast.Import):
        return any(alias.name in UNSAFE_MODULES for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.module in UNSAFE_MODULES
    if not isinstance(node, ast.Call):
        return False
    in_shell = any(
        keyword.arg == "shell" and getattr(keyword.value, "value", None) is not False
        for keyword in node.keywords
    )
    return in_shell or dotted(node.func) in RUNS_STRINGS | UNSAFE_CALLS


def test_plugins_come_in_by_the_front_door() -> None:
    own = {plugin.package.name for plugin in plugins()}
    past_it = [
        f"{short(path)}: {name}"
        for plugin in plugins()
        for path in files("*.py", under=plugin.folder)
        for name in imports(path)
        if (name.split(".")[0] == "tresen" and not name.startswith(FRONT_DOOR))
        or (name.split(".")[0] in own - {plugin.package.name})
    ]
    assert past_it == []


def test_the_core_knows_no_plugin() -> None:
    names = {plugin.package.name for plugin in plugins()}
    known = [
        f"{short(path)}: {name}"
        for path in files("*.py", under=ROOT / "core" / "tresen")
        for name in imports(path)
        if name.split(".")[0] in names
    ]
    assert known == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [short(path) for path in files("*.py") if path.stem in FORBIDDEN_NAMES] == []


def test_nothing_runs_strings_or_unpickles() -> None:
    found = [
        f"{short(path)}:{getattr(node, 'lineno', 0)}"
        for path in files("*.py")
        for node in ast.walk(parsed(path))
        if unsafe(node)
    ]
    assert found == []


def test_every_file_names_its_licence_first() -> None:
    unnamed = [
        short(path)
        for path in files(*COMMENTED)
        if LICENCE not in "".join(path.read_text("utf-8").splitlines()[:2])
    ]
    assert unnamed == []


def test_no_file_names_a_machine_or_a_package_index() -> None:
    texts = ("*.py", "*.html", "*.css", "*.js", "*.json", "*.cfg", "*.toml", "*.ini", "*.md", "run")
    found = [
        f"{short(path)}:{number}: {line.strip()[:80]}"
        for path in files(*texts)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if OUTER_NAMES.search(line) and path != Path(__file__)
    ]
    assert found == []
