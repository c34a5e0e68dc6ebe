# SPDX-License-Identifier: AGPL-3.0-or-later
"""Distributions are alike: the same metadata but for their own words, the same roots everywhere.

Ten plugins stay ten copies of one pattern only if something compares them.
"""

import tomllib

import pytest
from architecture.tree import ROOT, Distribution, distributions, files, plugins, settings, words

TEMPLATE = """\
# SPDX-License-Identifier: AGPL-3.0-or-later
[metadata]
name = {name}
version = attr: {package}.__version__
description = {description}
long_description = file: README.md
long_description_content_type = text/markdown
license = AGPL-3.0-or-later
author = The Tresen authors

[options]
package_dir =
    = .
packages = find:
python_requires = >=3.11
include_package_data = False
install_requires =
{requirements}

[options.packages.find]
include = tresen_*

[options.package_data]
* = CHANGES.md, plugin.toml, py.typed, templates/**, static/**, locale/**, migrations/*

[options.entry_points]
tresen.plugins =
    {short} = {package}.hooks
"""
PYPROJECT = """\
# SPDX-License-Identifier: AGPL-3.0-or-later
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"
"""


def test_tox_tests_every_plugin_alone_and_all_together() -> None:
    tox = settings(ROOT / "tox.ini")
    named = [name.strip() for name in tox["tox"]["env_list"].split(",")]
    for plugin in plugins():
        assert plugin.folder.name in named
        assert f"-e {{toxinidir}}/plugins/{plugin.folder.name}" in words(tox["testenv:all"]["deps"])


def test_import_contracts_name_every_package() -> None:
    roots = words(settings(ROOT / "setup.cfg")["importlinter"]["root_packages"])
    assert roots == [distribution.package.name for distribution in distributions()]


def test_contracts_between_plugins_name_every_plugin() -> None:
    config = settings(ROOT / "setup.cfg")
    names = [plugin.package.name for plugin in plugins()]
    assert words(config["importlinter:contract:independence"]["modules"]) == names
    assert words(config["importlinter:contract:no-plugin"]["forbidden_modules"]) == names


@pytest.mark.parametrize("plugin", plugins(), ids=lambda d: d.name)
def test_plugin_metadata_follows_the_template(plugin: Distribution) -> None:
    own = settings(plugin.folder / "setup.cfg")
    requirements = words(own["options"]["install_requires"])
    assert (plugin.folder / "setup.cfg").read_text("utf-8") == TEMPLATE.format(
        name=plugin.name,
        package=plugin.package.name,
        short=plugin.folder.name,
        description=own["metadata"]["description"],
        requirements="\n".join(f"    {line}" for line in requirements),
    )
    assert requirements[0].startswith("tresen>=")
    assert (plugin.folder / "pyproject.toml").read_text("utf-8") == PYPROJECT


@pytest.mark.parametrize("distribution", distributions(), ids=lambda d: d.name)
def test_package_ships_its_type_marker_and_every_data_folder(distribution: Distribution) -> None:
    assert (distribution.package / "py.typed").is_file()
    config = settings(distribution.folder / "setup.cfg")
    shipped = [pattern.strip() for pattern in config["options.package_data"]["*"].split(",")]
    folders = {pattern.partition("/")[0] for pattern in shipped if "/" in pattern}
    data = [
        path.relative_to(distribution.package)
        for path in files("*", under=distribution.package)
        if path.suffix != ".py" or "migrations" in path.parts
    ]
    assert [p for p in data if p.name not in shipped and not folders & set(p.parts[:-1])] == []


def test_the_build_backend_is_the_same_everywhere() -> None:
    for distribution in distributions():
        text = (distribution.folder / "pyproject.toml").read_text("utf-8")
        assert tomllib.loads(text)["build-system"] == tomllib.loads(PYPROJECT)["build-system"]
