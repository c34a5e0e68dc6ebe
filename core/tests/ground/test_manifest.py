# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a manifest may say, what it may not, and that reading it runs none of the plugin's code."""

import sys
from collections.abc import Callable

import pytest
from hooks.workshop import HOOK, MANIFEST, Workshop
from tresen.desk import Core
from tresen.errors import Misconfigured
from tresen.manifest import Capabilities, Manifest, parse_manifest, read_manifest

WHOLE = """
area = "2.3"
tested = "0.1"
maturity = "stable"
personal_data = ["name", "contact"]
[title]
en = "Tap"
de = "Hahn"
[summary]
en = "It drips."
de = "Er tropft."
[capabilities]
network = ["alerts.example"]
mail = true
subprocess = true
[exempt]
health_probe = "It keeps nothing that could be unwell."
"""


def test_manifest_is_read_whole() -> None:
    assert parse_manifest(WHOLE.encode()) == Manifest(
        area="2.3",
        title={"en": "Tap", "de": "Hahn"},
        summary={"en": "It drips.", "de": "Er tropft."},
        tested="0.1",
        maturity="stable",
        capabilities=Capabilities(("alerts.example",), mail=True, files=False, subprocess=True),
        personal_data=("name", "contact"),
        exempt={"health_probe": "It keeps nothing that could be unwell."},
    )


def test_what_is_not_said_is_none() -> None:
    found = parse_manifest(MANIFEST.encode())
    assert (found.capabilities, found.personal_data, found.exempt) == (Capabilities(), (), {})


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('"2.3"', '"9.9"', "area: Must be one of: 1.1, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 2.7, 4."),
        ('"2.3"', "2.3", "area: Not a valid string."),
        ('area = "2.3"', "", "area: Missing data for required field."),
        ('tested = "0.1"', 'tested = "soon"', "tested: Not a version."),
        ('"contact"]', '"blood"]', "personal_data.1: Must be one of: "),
        ('de = "Hahn"', "", "title.de: Missing data for required field."),
        ('de = "Hahn"', 'de = ""', "title.de: Length must be between 1 and 300."),
        ("mail = true", 'mail = "no"', "capabilities.mail: Not a valid boolean."),
        ("mail = true", "mails = true", "capabilities.mails: Unknown field."),
        ('["alerts.example"]', '"alerts.example"', "capabilities.network: Not a valid list."),
        ('"It keeps nothing that could be unwell."', '"no"', "exempt.health_probe.value: "),
        ("[exempt]", "[quality]", "quality: Unknown field."),
    ],
)
def test_wrong_manifest_names_the_key(old: str, new: str, wrong: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        parse_manifest(WHOLE.replace(old, new).encode())
    assert refused.value.sentence.startswith(f"Its plugin.toml is not understood: {wrong}")


def test_every_wrong_key_is_named_at_once() -> None:
    with pytest.raises(Misconfigured) as refused:
        parse_manifest(WHOLE.replace('"2.3"', "2").replace('"0.1"', "1").encode())
    assert refused.value.sentence == (
        "Its plugin.toml is not understood: area: Not a valid string.; tested: Not a valid string."
    )


@pytest.mark.parametrize("content", [b"area =", b'area = "\xff"'])
def test_what_is_no_toml_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(Misconfigured) as refused:
        parse_manifest(content)
    assert refused.value.sentence.startswith("Its plugin.toml cannot be read: ")


def test_manifest_is_read_without_importing(workshop: Workshop) -> None:
    workshop.make("tap", "raise SystemExit", **{"plugin.toml": MANIFEST, "__init__.py": "1 / 0"})
    found = read_manifest("tresen_tap")
    assert found is not None
    assert (found.title["de"], "tresen_tap" in sys.modules) == ("Hahn", False)


def test_package_without_a_manifest_or_without_a_folder_declares_nothing() -> None:
    assert (read_manifest("json"), read_manifest("tresen_nowhere")) == (None, None)


def test_plugin_with_a_wrong_manifest_is_set_aside_unimported(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    wrong = MANIFEST.replace('area = "2.3"', 'area = "2.3"\nlevel = "gold"')
    workshop.make("tap", "raise SystemExit", **{"plugin.toml": wrong})
    sentence = "Its plugin.toml is not understood: level: Unknown field."
    assert lenient().plugins.set_aside == {"tap": sentence}
    assert "tresen_tap" not in sys.modules


def test_plugin_without_a_manifest_is_taken_in(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("bare", f"{HOOK}def permissions(): return []\n")
    workshop.make("tap", f"{HOOK}def permissions(): return []\n", **{"plugin.toml": MANIFEST})
    assert {"bare", "tap"} <= set(lenient().plugins.taken_in)
