# SPDX-License-Identifier: AGPL-3.0-or-later
"""Silver: somebody answers for the plugin, and it does no more than it declares."""

import re
from collections.abc import Iterator
from email.utils import getaddresses

from packaging.requirements import Requirement
from packaging.version import Version

from tresen.i18n import lazy
from tresen.ladder.records import Candidate, Rule
from tresen.ladder.syntax import decorators
from tresen.manifest import Capabilities

DOORS = ("tresen.sdk", "tresen.testing")
RUNS = ("subprocess", "multiprocessing", "pty", "os.system", "os.popen", "os.fork", "os.spawn")
TALKS = (
    *("socket", "ssl", "http.client", "urllib.request", "urllib3", "requests", "httpx", "aiohttp"),
    *("ftplib", "telnetlib", "websockets", "xmlrpc", "paramiko"),
)
MAILS = ("smtplib", "imaplib", "poplib", "aiosmtplib", "imapclient")
TOUCHES = ("open", "shutil", "tempfile", "os.remove", "os.rename", "os.makedirs")
TOUCHING_METHODS = (".write_text", ".write_bytes", ".read_text", ".read_bytes", ".unlink", ".mkdir")
UNSAFE = ("pickle", "marshal", "shelve", "dill", "eval", "exec", "compile", "__import__")
# Names that RFC 2606 keeps for examples, and the sentences that the scaffold leaves to its author.
PLACEHOLDER = re.compile(
    r"[./@]example(?:\.(?:com|net|org))?\b|Say here, in your own words, what it does for whom"
)


def security_contact(candidate: Candidate) -> Iterator[str]:
    """Look for an address of the label Security (PEP 753 leaves other labels free)."""
    labels = [line.partition(",")[0].strip().lower() for line in _urls(candidate)]
    if not any("security" in label for label in labels):
        yield "Project-URL: Security"


def maintainer_named(candidate: Candidate) -> Iterator[str]:
    """Look for somebody by name."""
    if not maintainers(candidate):
        yield "Author, Maintainer"


def maintainers(candidate: Candidate) -> set[str]:
    """Return the names of authors and maintainers; core metadata lists several with commas."""
    named: set[str] = set()
    for field in ("Author", "Maintainer"):
        said = candidate.metadata.get_all(field) or []
        named |= {name.strip() for line in said for name in line.split(",")}
        mailed = candidate.metadata.get_all(f"{field}-email") or []
        named |= {name for name, _address in getaddresses(mailed)}
    return named - {""}


def own_words(candidate: Candidate) -> Iterator[str]:
    """Look for what the scaffold left to its author."""
    for place, text in {
        "README.md": candidate.readme,
        "Project-URL": "\n".join(_urls(candidate)),
        "Author-email": "\n".join(candidate.metadata.get_all("Author-email") or []),
    }.items():
        if found := PLACEHOLDER.search(text):
            yield f"{place}: {found[0]}"


def front_door(candidate: Candidate) -> Iterator[str]:
    """Look for imports that reach past the front door."""
    for source in candidate.sources:
        for node, name in source.imports():
            if _is_or_below(name, ("tresen",)) and not _is_or_below(name, DOORS):
                yield f"{source.at(node)} {name}"


def capabilities_declared(candidate: Candidate) -> Iterator[str]:
    """Compare what the code imports and calls with what the manifest declares."""
    able = candidate.manifest.capabilities if candidate.manifest else Capabilities()
    undeclared = {
        "subprocess": () if able.subprocess else RUNS,
        "network": () if able.network else TALKS,
        "mail": () if able.mail else MAILS,
        "files": () if able.files else TOUCHES,
    }
    for place, name in _used(candidate):
        for capability, names in undeclared.items():
            is_method = capability == "files" and names and name.endswith(TOUCHING_METHODS)
            if _is_or_below(name, names) or is_method:
                yield f"{place} {name} ({capability})"


def no_code_from_data(candidate: Candidate) -> Iterator[str]:
    """Look for what makes code of data, or changes the environment of the whole process."""
    for place, name in _used(candidate):
        if _is_or_below(name, UNSAFE) or name in ("os.putenv", "os.environ.update"):
            yield f"{place} {name}"


def health_probe(candidate: Candidate) -> Iterator[str]:
    """Look for the hook that says how the plugin is."""
    answered = {
        function.name
        for source in candidate.sources
        for function in source.functions()
        if any(name.rpartition(".")[2] == "hookimpl" for name, _args in decorators(function))
    }
    if "health_checks" not in answered:
        yield "health_checks"


def personal_data_declared(candidate: Candidate) -> Iterator[str]:
    """Compare keys to the core's people with the personal data that the manifest declares."""
    if candidate.manifest is None or candidate.manifest.personal_data:
        return
    for source in candidate.sources:
        for call, name in source.calls():
            said = [getattr(argument, "value", "") for argument in call.args]
            if name.rpartition(".")[2] == "ForeignKey" and "person.id" in said:
                yield source.at(call)


def tested_range(candidate: Candidate) -> Iterator[str]:
    """Ask for a range of the core that ends, and that holds the one it was tested with."""
    lines = candidate.metadata.get_all("Requires-Dist") or []
    cores = [each for each in map(Requirement, lines) if each.name == "tresen"]
    is_bounded = any(
        part.operator in ("<", "<=", "==", "~=") for each in cores for part in each.specifier
    )
    if not is_bounded:
        yield "Requires-Dist: tresen"
    elif candidate.manifest and not cores[0].specifier.contains(
        Version(candidate.manifest.tested), prereleases=True
    ):
        yield f"plugin.toml: tested = {candidate.manifest.tested}"


def _used(candidate: Candidate) -> Iterator[tuple[str, str]]:
    """Yield the place and the dotted name of everything imported or called."""
    for source in candidate.sources:
        for node, name in source.imports():
            yield source.at(node), name
        for call, name in source.calls():
            yield source.at(call), name


def _is_or_below(name: str, those: tuple[str, ...]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in those)


def _urls(candidate: Candidate) -> list[str]:
    return candidate.metadata.get_all("Project-URL") or []


RULES = (
    Rule(
        "security_contact",
        lazy("It is said where faults of safety are reported"),
        lazy("Add a project URL with the label Security."),
        security_contact,
    ),
    Rule(
        "maintainer",
        lazy("Somebody answers for it by name"),
        lazy("Name an author or a maintainer in the metadata."),
        maintainer_named,
    ),
    Rule(
        "own_words",
        lazy("Nothing of the scaffold is left"),
        lazy("Replace the addresses and sentences that the scaffold left to you."),
        own_words,
    ),
    Rule(
        "front_door",
        lazy("It imports only the front door of Tresen"),
        lazy("Import from tresen.sdk, in tests also from tresen.testing."),
        front_door,
    ),
    Rule(
        "capabilities",
        lazy("It does no more than it declares"),
        lazy("Declare the capability in plugin.toml, or do without it."),
        capabilities_declared,
    ),
    Rule(
        "no_code_from_data",
        lazy("It never makes code of data"),
        lazy("Store JSON, call functions, leave the environment alone."),
        no_code_from_data,
    ),
    Rule(
        "health_probe",
        lazy("It says how it is"),
        lazy("Answer health_checks."),
        health_probe,
    ),
    Rule(
        "personal_data",
        lazy("Tables about people are declared as personal data"),
        lazy("Say in plugin.toml which personal data the plugin keeps."),
        personal_data_declared,
    ),
    Rule(
        "tested_range",
        lazy("It says for which Tresen it is made"),
        lazy("Require tresen with a lower and an upper bound around what was tested."),
        tested_range,
    ),
)
