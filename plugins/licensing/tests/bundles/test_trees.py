# SPDX-License-Identifier: AGPL-3.0-or-later
"""The program names the tree of an archive as git does, whatever its files are called."""

import hashlib
import io
import os
import tarfile
from pathlib import Path

import pytest
from gits import Repository, repository
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen_licensing.bundles import verify

EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
ODD_NAMES = [
    "Größe.txt",
    "日本/語.txt",
    "with space/and more",
    "tab\there",
    "line\nbreak",
    'quote"d',
    "back\\slash",
    ".hidden/.file",
    "-dash",
    "no such\u2028line",
    "e\u0301 and \u00e9",
    "~tilde",
    "deep/" * 30 + "file",
    "long-" * 40,
]
# In git's order a folder counts with a slash after its name, which stands between `-` and `0`.
NEIGHBOURS = ["a-b", "a.txt", "a0", "a/inside", "ab", "A", "a_"]
NAMES = st.text("ab-.0_é ", min_size=1, max_size=6).filter(lambda name: name.strip("."))


def archived(repo: Repository, tree: str) -> bytes:
    """Return a tree as git packs it."""
    return repo.git("archive", "--format=tar", tree)


def stored(repo: Repository, files: dict[str, tuple[str, bytes]]) -> str:
    """Return the tree that git itself makes of files: mode and content by path."""
    repo.git("read-tree", "--empty")
    lines = []
    for path, (mode, body) in files.items():
        blob = repo.text("hash-object", "-w", "--stdin", given=body)
        lines.append(f"{mode} {blob}\t{path}\0".encode("utf-8", "surrogateescape"))
    repo.git("update-index", "-z", "--add", "--index-info", given=b"".join(lines))
    return repo.text("write-tree")


def tar_of(*members: tuple[str, bytes | None, str]) -> bytes:
    """Return a tar of what nobody's git wrote: name, type and content or target of each."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for name, kind, body in members:
            info = tarfile.TarInfo(name)
            info.type = kind or tarfile.REGTYPE
            if kind is None:
                info.size = len(body)
                made.addfile(info, io.BytesIO(body.encode()))
            else:
                info.linkname = body
                made.addfile(info)
    return out.getvalue()


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return a repository in which trees are made."""
    return repository(tmp_path_factory.mktemp("trees") / "repo")


def test_names_of_any_kind_are_gits_own(forge: Repository) -> None:
    tree = stored(forge, {name: ("100644", name.encode()) for name in ODD_NAMES})
    assert verify.tree_of(archived(forge, tree)) == tree


def test_neighbours_stand_in_gits_order(forge: Repository) -> None:
    tree = stored(forge, dict.fromkeys(NEIGHBOURS, ("100644", b"x")))
    assert verify.tree_of(archived(forge, tree)) == tree


def test_name_that_is_no_utf8_keeps_its_bytes(forge: Repository) -> None:
    latin = os.fsdecode(b"gr\xf6\xdfe")
    tree = stored(forge, {latin: ("100644", b"x"), f"{latin}.d/y": ("100755", b"y")})
    assert verify.tree_of(archived(forge, tree)) == tree


def test_link_to_a_name_that_is_no_utf8_keeps_its_bytes(forge: Repository) -> None:
    tree = stored(forge, {"link": ("120000", b"gr\xf6\xdfe"), "other": ("120000", "grün".encode())})
    assert verify.tree_of(archived(forge, tree)) == tree


def test_machine_with_other_names_finds_the_same_tree(
    forge: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = stored(forge, {"grün.txt": ("100644", b"x"), "link": ("120000", "grün".encode())})
    monkeypatch.setattr(tarfile.TarFile, "encoding", "iso-8859-1")
    assert verify.tree_of(archived(forge, tree)) == tree


@pytest.mark.parametrize("mode", ["100644", "100755", "120000"])
def test_mode_of_a_file_is_part_of_its_tree(forge: Repository, mode: str) -> None:
    tree = stored(forge, {"run": (mode, b"target"), "folder/run": (mode, b"../run")})
    assert verify.tree_of(archived(forge, tree)) == tree


@pytest.mark.parametrize("target", ["/", "../../etc/passwd", "a\nb", "x" * 300])
def test_link_to_anywhere_is_only_its_words(forge: Repository, target: str) -> None:
    tree = stored(forge, {"link": ("120000", target.encode())})
    assert verify.tree_of(archived(forge, tree)) == tree


@pytest.mark.parametrize("body", [b"", b"\0", b"\r\n", bytes(range(256)) * 50])
def test_content_of_any_kind_is_gits_own(forge: Repository, body: bytes) -> None:
    tree = stored(forge, {"file": ("100644", body)})
    assert verify.tree_of(archived(forge, tree)) == tree


def test_tree_of_nothing_is_gits_empty_one(forge: Repository) -> None:
    told = verify.tree_of(archived(forge, EMPTY)), verify.tree_of(tar_of())
    assert told == (EMPTY, EMPTY)


def test_commit_and_its_tree_are_packed_alike(repo: Repository) -> None:
    found = {verify.tree_of(archived(repo, each)) for each in ("HEAD", "HEAD^{tree}")}
    assert found == {repo.tree()}


def test_order_of_the_archive_says_nothing() -> None:
    members = [("b", None, "1"), ("a/c", None, "2"), ("a", tarfile.DIRTYPE, ""), ("d", None, "3")]
    found = {verify.tree_of(tar_of(*each)) for each in (members, members[::-1])}
    assert len(found) == 1


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    files=st.dictionaries(
        st.lists(NAMES, min_size=1, max_size=3).map("/".join),
        st.tuples(st.sampled_from(["100644", "100755", "120000"]), st.binary(min_size=1)),
        min_size=1,
        max_size=6,
    )
)
def test_any_tree_is_gits_own(
    files: dict[str, tuple[str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    # A name cannot be a file and a folder, and no link holds a zero.
    kept = {
        path: (mode, body.replace(b"\0", b"-"))
        for path, (mode, body) in files.items()
        if not any(other.startswith(f"{path}/") for other in files)
    }
    folder = Path(tmp_path_factory.mktemp("any"))
    made = Repository(folder)
    made.git("init", "-q")
    tree = stored(made, kept)
    assert verify.tree_of(archived(made, tree)) == tree


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_compressed_source_is_none(mode: str) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as made:  # type: ignore[call-overload]
        made.addfile(tarfile.TarInfo("file"))
    with pytest.raises(tarfile.ReadError):
        verify.tree_of(out.getvalue())


@pytest.mark.parametrize("body", [b"", b"no tar", bytes(511), b"\xff" * 1024])
def test_what_is_no_archive_is_not_read(body: bytes) -> None:
    with pytest.raises(tarfile.TarError):
        verify.tree_of(body)


def test_hard_link_is_the_file_it_leads_to() -> None:
    linked = tar_of(("a", None, "same"), ("b", tarfile.LNKTYPE, "a"))
    copied = tar_of(("a", None, "same"), ("b", None, "same"))
    assert verify.tree_of(linked) == verify.tree_of(copied)


@pytest.mark.parametrize("kind", [b"blob", b"tree", b"commit"])
def test_object_is_named_as_git_names_it(forge: Repository, kind: bytes) -> None:
    head = b"%s %d\0" % (kind, 0)
    digest = hashlib.sha1(head).hexdigest()  # noqa: S324 - git's own
    said = forge.text("hash-object", "-t", "blob", "--stdin", given=b"")
    told = verify.hashed(kind, b"").hex()
    assert (told, told == said) == (digest, kind == b"blob")


LINKS = st.dictionaries(
    st.sampled_from(["within", "a/within", "a/b/größe", "z"]), st.sampled_from(["4" * 40, "5" * 40])
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(links=LINKS)
def test_repositories_within_are_part_of_the_tree(forge: Repository, links: dict[str, str]) -> None:
    tree = stored(forge, {"README": ("100644", b"Harbour\n"), "a/file": ("100644", b"1\n")})
    forge.git("read-tree", tree)
    for path, commit in links.items():
        forge.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{path}")
    tree = forge.text("write-tree")
    body = archived(forge, tree)
    assert (verify.tree_of(body, links) == tree, verify.tree_of(body) == tree) == (True, not links)


@pytest.mark.parametrize(
    "links", [{}, {"within": "5" * 40}, {"other": "4" * 40}, {"README": "4" * 40}]
)
def test_wrong_word_of_a_repository_within_makes_another_tree(
    forge: Repository, links: dict[str, str]
) -> None:
    forge.git("read-tree", stored(forge, {"README": ("100644", b"Harbour\n")}))
    forge.git("update-index", "--add", "--cacheinfo", f"160000,{'4' * 40},within")
    tree = forge.text("write-tree")
    assert verify.tree_of(archived(forge, tree), links) != tree
