# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plugin is found by name, in a folder or in a wheel, and its metadata are the same each time."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hooks.workshop import Workshop
from ladder.model import FILES, README, edited, failed, wheel, write
from tresen.errors import Misconfigured, Missing, Refused, TresenError
from tresen.ladder.candidates import candidate
from tresen.ladder.records import Candidate
from tresen.ladder.service import judge

FIELDS = ("Name", "Version", "License-Expression", "Author")
PYPROJECT = """\
[project]
name = "tresen-tap"
version = "1.2"
license = "AGPL-3.0-or-later"
authors = [{ name = "Ada Adler" }, { name = "Bo Baum" }]
readme = "README.md"
dependencies = ["tresen>=0.1,<1"]
[project.urls]
Source = "https://forge.tresen.test/tap"
Security = "https://forge.tresen.test/tap/security"
[project.entry-points."tresen.plugins"]
tap = "tresen_tap.hooks"
"""


def told(found: Candidate) -> dict[str, str | None]:
    return {field: found.metadata.get(field) for field in FIELDS}


def test_folder_with_setup_cfg_is_read(tmp_path: Path) -> None:
    with candidate(str(write(tmp_path))) as found:
        assert told(found) == {
            "Name": "tresen-tap",
            "Version": "1.2",
            "License-Expression": "AGPL-3.0-or-later",
            "Author": "Ada Adler, Bo Baum",
        }
        assert (found.name, found.readme, found.installed) == ("tap", README, None)
        assert found.metadata.get_all("Project-URL") == [
            "Source, https://forge.tresen.test/tap",
            "Security, https://forge.tresen.test/tap/security",
        ]


def test_folder_with_a_version_written_out_is_read(tmp_path: Path) -> None:
    changed = edited("setup.cfg", "attr: tresen_tap.__version__", "1.1")
    with candidate(str(write(tmp_path, changed))) as found:
        assert found.version == "1.1"


def test_folder_with_pyproject_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"setup.cfg": None, "pyproject.toml": PYPROJECT})
    with candidate(str(tmp_path)) as found:
        assert found.metadata.get_all("Author") == ["Ada Adler", "Bo Baum"]
        judged = judge(found)
    assert (judged.name, judged.version, judged.level, failed(judged)) == ("tap", "1.2", "gold", {})


def test_folder_with_the_package_below_src_is_read(tmp_path: Path) -> None:
    inner = {f"src/{name}": text for name, text in FILES.items() if name.startswith("tresen_tap/")}
    outer = dict.fromkeys(FILES, None)
    files = {"README.md": README, "pyproject.toml": PYPROJECT.replace('version = "1.2"\n', "")}
    with candidate(str(write(tmp_path, outer | inner | files))) as found:
        assert (found.version, found.package) == ("1.2", tmp_path / "src" / "tresen_tap")
        assert judge(found).level == "gold"


def test_wheel_says_the_same_as_the_folder_it_is_of(tmp_path: Path) -> None:
    source = write(tmp_path / "source")
    with candidate(str(source)) as folder, candidate(str(wheel(tmp_path))) as packed:
        assert told(packed) == told(folder)
        assert (packed.name, packed.readme) == (folder.name, folder.readme)
        assert packed.manifest == folder.manifest
        assert [each.path for each in packed.sources] == [each.path for each in folder.sources]


def test_unpacked_wheel_is_gone_afterwards(tmp_path: Path) -> None:
    with candidate(str(wheel(tmp_path))) as found:
        package = found.package
        assert package.is_dir()
    assert not package.exists()


def test_installed_plugin_is_found_by_its_name(workshop: Workshop) -> None:
    workshop.make("tap", "raise SystemExit", **{"CHANGES.md": "## 1\n"})
    with candidate("tap") as found:
        assert (found.name, found.version) == ("tap", "1")
        assert found.package == workshop.folder / "tresen_tap"
        assert found.installed is not None
        assert found.manifest is None


def test_plugin_that_runs_from_its_working_copy_is_judged_there(
    workshop: Workshop, tmp_path: Path
) -> None:
    workshop.make("tap", "")
    source = write(tmp_path / "source")
    info = workshop.folder / "tresen_tap-1.dist-info"
    info.joinpath("direct_url.json").write_text(
        f'{{"url": "{source.as_uri()}", "dir_info": {{"editable": true}}}}'
    )
    with candidate("tap") as found:
        judged = judge(found)
    assert (judged.version, judged.level) == ("1.2", "gold")
    assert judged.findings[-2].details == ("in_place",)


REFUSED: list[tuple[str, Callable[[Path], Path], type[TresenError], str]] = [
    ("nowhere", lambda folder: Path("nowhere"), Missing, "There is no plugin called nowhere."),
    ("a/b", lambda folder: Path("a/b"), Missing, "There is no plugin called a/b."),
    ("empty", lambda folder: folder, Refused, "holds no plugin of Tresen."),
]


@pytest.mark.parametrize(("_name", "subject", "kind", "sentence"), REFUSED)
def test_what_is_no_plugin_is_refused_in_a_sentence(
    tmp_path: Path,
    _name: str,
    subject: Callable[[Path], Path],
    kind: type[TresenError],
    sentence: str,
) -> None:
    with pytest.raises(kind) as refused, candidate(str(subject(tmp_path))):
        pass
    assert refused.value.sentence.endswith(sentence)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.cfg", "no section"),
        ("pyproject.toml", "[project"),
        ("pyproject.toml", "[project]\n"),
    ],
)
def test_folder_that_cannot_be_understood_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(Refused), candidate(str(tmp_path)):
        pass


def test_file_that_is_no_wheel_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "tap-1-py3-none-any.whl"
    file.write_bytes(b"no zip")
    with pytest.raises(Refused) as refused, candidate(str(file)):
        pass
    assert refused.value.sentence == "tap-1-py3-none-any.whl is no wheel."


def test_manifest_that_cannot_be_understood_is_told(tmp_path: Path) -> None:
    changed = edited("tresen_tap/plugin.toml", 'tested = "0.1"', "tested = 0.1")
    with pytest.raises(Misconfigured) as refused, candidate(str(write(tmp_path, changed))):
        pass
    assert (
        refused.value.sentence == "Its plugin.toml is not understood: tested: Not a valid string."
    )
