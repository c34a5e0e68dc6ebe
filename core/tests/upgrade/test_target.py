# SPDX-License-Identifier: AGPL-3.0-or-later
"""What pip is going to install is read from constraints and wheels, or refused by name."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.version import Version
from tresen.admin.target import Target, Wheel, read_target
from tresen.errors import Misconfigured
from upgrade.site import write_wheel


def read(folder: Path, *lines: str) -> Target:
    file = folder / "constraints.txt"
    file.write_text("\n".join(lines))
    return read_target(file, None)


def test_without_constraints_everything_is_as_it_is_here() -> None:
    target = read_target(None, None)
    assert target == Target()
    assert target.version_of("SQLAlchemy") == version("sqlalchemy")


def test_pin_stands_for_the_distribution_however_its_name_is_written(tmp_path: Path) -> None:
    target = read(tmp_path, "Tresen_Pilot.Service==2.1", "not-there == 3")
    assert [target.version_of(name) for name in ("tresen-pilot-service", "NOT_THERE", "flask")] == [
        "2.1",
        "3",
        version("flask"),
    ]


def test_distribution_that_nobody_installs_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(PackageNotFoundError):
        read(tmp_path, "tresen==2").version_of("not-there")


@pytest.mark.parametrize(
    ("lines", "pins"),
    [
        (["# made by pip-compile", "", "  "], {}),
        (["a==1  # the first", "b===1.0-local"], {"a": "1", "b": "1.0-local"}),
        (["a==1 \\", "    --hash=sha256:12 \\", "    --hash=sha256:34"], {"a": "1"}),
        (["a==1 --hash=sha256:12"], {"a": "1"}),
        (["a[extra]==1"], {"a": "1"}),
        (['a==1; python_version < "3"', 'b==2; python_version > "3"'], {"b": "2"}),
        (["a==1", "a==2"], {"a": "2"}),
    ],
)
def test_lines_of_pip_freeze_and_pip_compile_are_read(
    tmp_path: Path, lines: list[str], pins: dict[str, str]
) -> None:
    assert read(tmp_path, *lines).pins == pins


@pytest.mark.parametrize(
    "line", ["a>=1", "a", "a==1.*", "a==1,!=2", "-r other.txt", "-e .", "a @ file:///a.whl", "a=1"]
)
def test_line_that_pins_no_version_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        read(tmp_path, "tresen==2", line)
    assert refusal.value.sentence == f"constraints.txt, line 2: {line!r} is not name==version."


def test_wheels_are_read_newest_first_with_what_they_need(tmp_path: Path) -> None:
    for number in ("1.9", "1.10", "1.10rc1"):
        write_wheel(tmp_path, "tresen-tap", number, f"tresen=={number}", 'more; extra == "x"')
    write_wheel(tmp_path, "other", "7")
    (tmp_path / "notes.txt").write_text("no wheel")
    found = read_target(None, tmp_path).wheels_of("Tresen.Tap")
    assert found == [
        Wheel("tresen-tap", Version(number), (f"tresen=={number}", 'more; extra == "x"'))
        for number in ("1.10", "1.10rc1", "1.9")
    ]


def test_wheel_without_requirements_needs_nothing(tmp_path: Path) -> None:
    write_wheel(tmp_path, "other", "7")
    assert read_target(None, tmp_path).wheels == (Wheel("other", Version("7"), ()),)


@pytest.mark.parametrize(
    ("name", "content"),
    [("tap-1-py3-none-any.whl", b"no zip"), ("tap.whl", b""), ("tap-x-py3-none-any.whl", b"")],
)
def test_broken_wheel_is_refused_by_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Misconfigured) as refusal:
        read_target(None, tmp_path)
    assert refusal.value.sentence == f"{name} is no wheel that can be read."


def test_zip_without_metadata_is_no_wheel(tmp_path: Path) -> None:
    write_wheel(tmp_path, "tap", "1")
    file = tmp_path / "tap-1-py3-none-any.whl"
    # The same bytes under another name inside: a zip, but nothing that pip could install.
    file.write_bytes(file.read_bytes().replace(b"dist-info", b"fist-info"))
    with pytest.raises(Misconfigured, match="is no wheel that can be read"):
        read_target(None, tmp_path)
