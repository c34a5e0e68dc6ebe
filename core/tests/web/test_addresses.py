# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses are the ones that werkzeug makes, and what cannot be an address fails at the start."""

import pytest
from flask import Flask
from tresen.web.addresses import AddressRule
from werkzeug.routing import BuildError, Map, Rule

RULES = (
    ("/", "home", {}),
    ("/tickets/<int:number>", "ticket", {"number": 7}),
    ("/tickets/<int:number>", "ticket", {"number": 7, "tab": "story"}),
    ("/files/<path:name>/<version>", "file", {"name": "a b/ü.css", "version": "1"}),
    # Names that the function which builds has for itself.
    ("/<self>/<rule>", "own", {"self": "a", "rule": "b", "values": "c"}),
)


def built(kind: type[Rule], rule: str, endpoint: str, values: dict[str, object]) -> list[str]:
    """Return the address with what the rule does not know in its query, and without."""
    bound = Map([kind(rule, endpoint=endpoint)]).bind("tresen.example")
    return [bound.build(endpoint, values, append_unknown=more) for more in (True, False)]


@pytest.mark.parametrize(("rule", "endpoint", "values"), RULES)
def test_address_is_the_one_that_werkzeug_makes(
    rule: str, endpoint: str, values: dict[str, object]
) -> None:
    assert built(AddressRule, rule, endpoint, values) == built(Rule, rule, endpoint, values)


def test_address_is_found_and_refused_as_by_werkzeug() -> None:
    bound = Map([AddressRule("/tickets/<int:number>", endpoint="ticket")]).bind("tresen.example")
    assert bound.match("/tickets/7") == ("ticket", {"number": 7})
    with pytest.raises(BuildError):
        bound.build("ticket", {"name": "seven"})


@pytest.mark.parametrize("rule", ["/<nothing:name>", "/<name", "/<a>/<a>", "/<None>", "no-stroke"])
def test_rule_that_is_none_fails_at_once(rule: str) -> None:
    with pytest.raises((LookupError, ValueError, SyntaxError)):
        Map([AddressRule(rule, endpoint="wrong")])


def test_default_that_does_not_fit_fails_at_once() -> None:
    with pytest.raises(ValueError, match="seven"):
        Map([AddressRule("/<int:number>", endpoint="wrong", defaults={"number": "seven"})])


def test_builder_is_compiled_when_an_address_is_first_made() -> None:
    rule = AddressRule("/tickets/<int:number>", endpoint="ticket")
    compiled: list[str] = []
    rule._get_func_code = lambda code, name: (  # type: ignore[method-assign]
        compiled.append(name) or Rule._get_func_code(code, name)  # type: ignore[func-returns-value]
    )
    bound = Map([rule]).bind("tresen.example")
    before = list(compiled)
    assert [bound.build("ticket", {"number": 7}) for _time in range(2)] == ["/tickets/7"] * 2
    assert (before, compiled) == ([], ["<builder:'/tickets/<int:number>'>"])


def test_every_rule_of_the_application_is_of_the_kind(app: Flask) -> None:
    assert {type(rule) for rule in app.url_map.iter_rules()} == {AddressRule}
