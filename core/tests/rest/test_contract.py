# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every operation of the REST interface keeps what its description promises.

schemathesis makes up calls from the description, right ones and wrong ones, and holds each answer
to it: no error of ours, no status or field that is not described, no door without a token.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from access.world import World, standing
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi import checks as openapi
from werkzeug.test import EnvironBuilder

PROMISES = [
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.unsupported_method,
    openapi.ignored_auth,
]

# Paths are written with <> here and with {} there.
BRACES = str.maketrans("<>", "{}")
# Calls of each operation, right ones and wrong ones alike.
EXAMPLES = 12


@pytest.fixture(scope="module")
def world(migrated_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return something to call for, and a token with every scope."""
    with standing(migrated_database, tmp_path_factory.mktemp("world")) as found:
        yield found


@pytest.fixture(scope="module")
def described(world: World) -> BaseSchema:
    """Return the description as the application gives it out."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", world.app)


def operations(described: BaseSchema) -> list[APIOperation]:
    return [found.ok() for found in described.get_all_operations()]


def is_sent(value: Any) -> bool:
    """Whether anything of a query's value reaches the application.

    werkzeug's client leaves out None and a list of nothing, and then a call that was made up as a
    wrong one is a right one.
    """
    return any(each is not None for each in (value if isinstance(value, list) else [value]))


def broken_promises(operation: APIOperation, mode: GenerationMode, key: str) -> str | None:
    """Call the operation a number of times; return what was wrong about the simplest failure."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        assume(all(is_sent(value) for value in (case.query or {}).values()))
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, checks=PROMISES)

    try:
        call()
    except FailureGroup as failures:
        return "; ".join(f"{each.title}: {each.message}" for each in failures.exceptions)
    except Unsatisfiable:
        return None  # nothing about a call without parameters can be wrong
    return None


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_operations_keep_their_promises(
    world: World, described: BaseSchema, mode: GenerationMode
) -> None:
    key = world.keys["administrator"]
    found = {each.label: broken_promises(each, mode, key) for each in operations(described)}
    assert found == dict.fromkeys(found)


@pytest.mark.parametrize("value", [None, [], [None], "", "x", 0, ["", None]])
def test_what_the_client_leaves_out_is_known(value: Any) -> None:
    query = EnvironBuilder(query_string={"extra": value}).get_environ()["QUERY_STRING"]
    assert is_sent(value) == (query != "")


def test_every_operation_of_the_interface_is_described(world: World, described: BaseSchema) -> None:
    found = world.app.url_map.iter_rules()
    rules = [rule for rule in found if rule.rule.startswith("/api/v1/") and "." not in rule.rule]
    labels = {
        f"{method} {re.sub('<[^:>]+:', '<', str(rule))}".translate(BRACES)
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert labels == {each.label for each in operations(described)}
