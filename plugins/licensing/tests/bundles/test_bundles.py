# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bundle is the same as long as nothing happens, and is checked without Tresen."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.bundles import packing, signing, verify
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import queries, service
from tresen_licensing.developments.models import Development

SignIn = Callable[[Person], FlaskClient]
FILES = [
    *("CHAIN", "MANIFEST.sha512", "MANIFEST.sig", "README", "changes/v1.mbox", "clearance.json"),
    *("contribution.json", "dco.csv", "deployments.json", "publication.json", "sbom.cdx.json"),
    *("signer.pub", "upstream.json", "verify.py"),
]


def bundle_of(desk: Desk, reference: str) -> bytes:
    """Return a development's bundle, read anew."""
    return packing.bundle(desk, queries.development(desk, reference))


def ran(tmp_path: Path, body: bytes, *options: str) -> tuple[int, str]:
    """Run the bundle's own program where there is nothing else; return its status and output."""
    (tmp_path / "proof.zip").write_bytes(body)
    (tmp_path / "verify.py").write_bytes(Path(verify.__file__).read_bytes())
    command = [sys.executable, "-I", "-S", "verify.py", "proof.zip", *options]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


def test_bundle_holds_what_proves_it(evidence: bytes, series: bytes) -> None:
    files = verify.Bundle(evidence).files
    program = Path(verify.__file__).read_bytes()
    told = files["changes/v1.mbox"].rstrip(), files["verify.py"]
    assert (list(files), told) == (FILES, (series.rstrip(), program))


def test_same_state_gives_the_same_bytes(
    desk: Desk, development: Development, evidence: bytes, clock: SteppedClock
) -> None:
    clock.go(hours=3)
    again = bundle_of(desk, development.reference)
    service.embargo(desk, development, desk.today(), "A fault of security.")
    after = bundle_of(desk, development.reference)
    assert (again == evidence, after == evidence) == (True, False)


def test_bundle_is_checked_where_nothing_is_installed(tmp_path: Path, evidence: bytes) -> None:
    (tmp_path / "key.pub").write_bytes(verify.Bundle(evidence).files["signer.pub"])
    status, said = ran(tmp_path, evidence, "--signer", "key.pub")
    assert (status, said.count("PASS"), said.count("FAIL")) == (0, len(verify.CHECKS), 0)


def test_spoilt_bundle_ends_with_one(tmp_path: Path, evidence: bytes) -> None:
    spoilt = evidence.replace(b"A fourth berth", b"A fourth BERTH")
    assert ran(tmp_path, spoilt)[0] == 1


def test_no_bundle_at_all_ends_with_one_and_a_line(tmp_path: Path, evidence: bytes) -> None:
    ran(tmp_path, evidence)
    (tmp_path / "proof.zip").write_bytes(b"no zip")
    command = [sys.executable, "-I", "-S", "verify.py", "proof.zip"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"FAIL     BadZipFile: File is not a zip file\n")


def test_file_that_is_not_there_ends_with_two(tmp_path: Path, evidence: bytes) -> None:
    ran(tmp_path, evidence)
    command = [sys.executable, "-I", "-S", "verify.py", "other.zip"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 2


def test_signature_is_one_of_openssh(tmp_path: Path, evidence: bytes) -> None:
    files = verify.Bundle(evidence).files
    (tmp_path / "list.sig").write_bytes(files["MANIFEST.sig"])
    (tmp_path / "signers").write_bytes(b"firm " + files["signer.pub"])
    namespace = verify.NAMESPACE.decode()
    names = ["-n", namespace, "-I", "firm", "-f", "signers", "-s", "list.sig"]
    try:
        done = subprocess.run(
            ["ssh-keygen", "-Y", "verify", *names],
            input=files["MANIFEST.sha512"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("OpenSSH is not installed: its word on the signature is not heard")
    assert done.stdout.startswith(f'Good "{namespace}" signature for firm'.encode())


def test_another_secret_is_another_key() -> None:
    lines = {signing.public_line(signing.key_from(each)) for each in ("a", "b", "a")}
    assert len(lines) == 2


@pytest.mark.usefixtures("change")
def test_bundle_without_a_known_tree_says_so(
    desk: Desk, development: Development, change: ChangeSet
) -> None:
    told = verify.Bundle(bundle_of(desk, development.reference)).facts["change_sets"][0]
    assert (told["tree"], told["sha512"]) == (None, change.sha512)


def test_journal_stands_in_it_without_names_or_words(
    desk: Desk, development: Development, evidence: bytes, agent: Person
) -> None:
    service.step(desk, development, "clearance", "By Anna Agent's word")
    chain = verify.Bundle(bundle_of(desk, development.reference)).files["CHAIN"].decode()
    assert (agent.name in chain, "word" in chain, chain.count("\n") > 3) == (False, False, True)


def test_agent_takes_it_along(
    evidence: bytes, development: Development, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    page = browser.get(f"/licensing/developments/{development.reference}").get_data(as_text=True)
    key = verify.Bundle(evidence).files["signer.pub"]
    found = browser.get(f"/licensing/developments/{development.reference}/evidence.zip")
    told = found.data == evidence, found.headers["Content-Disposition"]
    name = f"attachment; filename={development.reference}.zip"
    shown = verify.fingerprint(verify.key_of(key)) in page
    assert (told, shown) == ((True, name), True)


def test_anybody_has_the_key_and_the_program(evidence: bytes, client: FlaskClient) -> None:
    files = verify.Bundle(evidence).files
    found = [client.get(f"/licensing/evidence/{name}").data for name in ("key.pub", "verify.py")]
    assert found == [files["signer.pub"], files["verify.py"]]


def test_list_is_readable_for_sha512sum(evidence: bytes) -> None:
    files = verify.Bundle(evidence).files
    lines = files["MANIFEST.sha512"].decode().splitlines()
    own = [f"{hashlib.sha512(files[line[130:]]).hexdigest()}  {line[130:]}" for line in lines]
    assert lines == own
