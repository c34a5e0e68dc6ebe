# SPDX-License-Identifier: AGPL-3.0-or-later
"""The shape of the door that plugins and programs count on: `python shape.py "sentence"` keeps it.

The sentence announces what changed and must stand in a fragment of `changes/` or in `CHANGES.md`.
"""

import hashlib
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, asdict, fields, is_dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FunctionType
from typing import Any

from tresen import __version__, sdk
from tresen.app import create_app, create_core
from tresen.config import Config
from tresen.hooks import places, records, specs
from tresen.hooks.stability import standing_of

ROOT = Path(__file__).resolve().parents[3]
FILE = Path(__file__).with_name("shape.json")
# What only people read, and what each release changes of itself.
TEXTS = {"description", "summary", "tags", "info"}

Shape = dict[str, Any]


def shape() -> Shape:
    """Return the present shape, in which everything stands on a line of its own."""
    return {
        "hooks": {name: hook(function) for name, function in specified()},
        "records": {name: record(kind) for name, kind in members(records, is_dataclass)},
        "places": {name: [place.name for place in kind] for name, kind in members(places, is_enum)},
        "sdk": sorted(sdk.__all__),
        "rest": rest(),
    }


def members(module: Any, wanted: Callable[[Any], bool]) -> Iterator[tuple[str, Any]]:
    """Yield what a module defines itself, by name."""
    for name, value in inspect.getmembers(module, wanted):
        if value.__module__ == module.__name__:
            yield name, value


def is_enum(value: Any) -> bool:
    return inspect.isclass(value) and issubclass(value, Enum)


def specified() -> Iterator[tuple[str, FunctionType]]:
    """Yield every hook by name."""
    yield from members(specs, inspect.isfunction)


def hook(function: FunctionType) -> Shape:
    """Return what a specification promises."""
    signature = inspect.signature(function)
    arguments, standing = signature.parameters.values(), standing_of(function)
    assert standing is not None, f"{function.__name__} says no standing"
    return {
        "kind": kind_of(function, signature),
        "arguments": [f"{each.name}: {type_of(each.annotation)}" for each in arguments],
        "answers": type_of(signature.return_annotation),
        "first_result": function.tresen_spec["firstresult"],  # type: ignore[attr-defined]
        "since": standing.since,
        "stability": standing.stability,
        "deprecated": standing.deprecated and asdict(standing.deprecated),
        "ending": {name: asdict(ends) for name, ends in standing.arguments.items()},
    }


def kind_of(function: FunctionType, signature: inspect.Signature) -> str:
    """Return the kind that the grammar says, as `test_hooks` demands it."""
    if function.__name__.startswith("before_"):
        return "guard"
    if signature.return_annotation is None:
        return "event"
    if "desk" not in signature.parameters:
        return "list"
    return "question" if str(signature.return_annotation).endswith("| None") else "part"


def record(kind: Any) -> list[str]:
    """Return the fields of a record with types and defaults."""
    return [f"{each.name}: {type_of(each.type)}{default_of(each)}" for each in fields(kind)]


def type_of(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def default_of(each: "Field[Any]") -> str:
    if each.default is not MISSING:
        return f" = {each.default!r}"
    made = each.default_factory
    return "" if made is MISSING else f" = {made()!r}"


def rest() -> Shape:
    """Return the OpenAPI document of the core's resources, without texts and release."""
    with TemporaryDirectory() as folder:
        config = Config(safe=True, secret_key="none of anybody", data_dir=Path(folder))
        core = create_core(config)
        api = create_app(core).extensions["flask-smorest"]["apis"][""]["ext_obj"]
        document = json.loads(json.dumps(api.spec.to_dict()))
        core.engine.dispose()
    found: Shape = bare(document)
    return found


def bare(part: Any, above: str = "") -> Any:
    """Return a part of the document without texts; a field may be called like one of them."""
    if isinstance(part, list):
        return [bare(each) for each in part]
    if not isinstance(part, dict):
        return part
    is_named = above in ("properties", "schemas", "responses")
    return {name: bare(part[name], name) for name in sorted(part) if is_named or name not in TEXTS}


def digest(found: Shape) -> str:
    """Return a short mark of a shape."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:16]


def kept() -> Shape:
    """Return the file: the sentence that announced the shape, its mark, and the shape."""
    found: Shape = json.loads(FILE.read_text("utf-8"))
    return found


def announcements() -> str:
    """Return all that is said to users of changes, on one line."""
    pages = [*sorted((ROOT / "changes").glob("*.*.md")), ROOT / "CHANGES.md"]
    return " ".join(" ".join(page.read_text("utf-8").split()) for page in pages)


def objection(before: Shape, after: Shape, sentence: str) -> str:
    """Say why the new shape may not be kept with this sentence; empty when it may."""
    if not re.search(r"\w{3}", sentence) or " ".join(sentence.split()) not in announcements():
        return "Write the sentence into a fragment of changes/ first, word for word."
    if before and before["shape"] != after and before["announced"] == sentence:
        return f"That sentence announced the previous shape: {sentence}"
    ended = dropped(before.get("shape", {}).get("hooks", {}), after["hooks"])
    return f"Deprecate first, for two minor releases: {', '.join(ended)}" if ended else ""


def dropped(before: Shape, after: Shape) -> list[str]:
    """Return the stable hooks, and their arguments, that are gone before they were to end."""
    found = []
    for name, old in before.items():
        if old["stability"] != "stable" or has_ended(old["deprecated"]):
            continue
        if name not in after:
            found.append(name)
            continue
        now = {argument.partition(":")[0] for argument in after[name]["arguments"]}
        gone = {argument.partition(":")[0] for argument in old["arguments"]} - now
        found += [f"{name}({a})" for a in sorted(gone) if not has_ended(old["ending"].get(a))]
    return found


def has_ended(deprecated: Shape | None) -> bool:
    """Whether the release has come in which something was declared to end."""
    if deprecated is None:
        return False
    ends, now = (
        [int(part) for part in release.split(".")[:2]]
        for release in (deprecated["ends"], __version__)
    )
    return ends <= now


def write(sentence: str) -> None:
    """Keep the present shape, or say why not."""
    before = kept() if FILE.exists() else {}
    after = shape()
    if why_not := objection(before, after, sentence):
        raise SystemExit(why_not)
    found = {"announced": sentence, "digest": digest(after), "shape": after}
    FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(" ".join(sys.argv[1:]))
