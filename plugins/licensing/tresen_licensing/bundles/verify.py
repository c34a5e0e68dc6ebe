#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks an evidence bundle of Tresen: needs Python 3.9 or newer and nothing else.

    python3 verify.py CD-2026-0007.zip [--signer key.pub]

Says PASS or FAIL for each promise in English and German; exits with 0 where all hold, 2 without a
file, else 1. Without the firm's key, compare the fingerprint that is printed.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

NAMESPACE = b"tresen.evidence"
PUBLIC = ["published", "proposed", "changes_requested", "merged", "declined", "released"]
PUBLIC += ["adopted", "closed"]
ON_A_CLOCK = ("running", "embargoed", "overdue", "exempt")
LONGEST_WAIVER = timedelta(days=366)
RAW = ("utf-8", "surrogateescape")  # how a name becomes the bytes that it had in the archive


class Bundle:
    """The files of a bundle by name, the bytes of the whole, and the key it should be signed by."""

    def __init__(self, body: bytes, signer: bytes | None = None) -> None:
        self.body = body
        with zipfile.ZipFile(io.BytesIO(body)) as opened:
            if sum(each.file_size for each in opened.infolist()) > len(body):
                raise ValueError("the files are larger than the file that holds them")
            self.files = {name: opened.read(name) for name in opened.namelist()}
        self.signer = key_of(self.files["signer.pub"] if signer is None else signer)
        # What is said of the development itself, and where it runs.
        self.facts, self.places = self.json("contribution.json"), self.json("deployments.json")

    def json(self, name: str, missing: Any = None) -> Any:
        """Return what a JSON file says; `missing` where there is none."""
        return json.loads(self.files[name]) if name in self.files else missing


Check = Callable[[Bundle], "list[str]"]
CHECKS: list[tuple[str, Check, str]] = []


def promise(number: str, english: str, german: str) -> Callable[[Check], Check]:
    """Make a function one of the checks; it returns what is wrong."""

    def take(check: Check) -> Check:
        CHECKS.append((number, check, f"{english} / {german}"))
        return check

    return take


@promise("", "The file is in its one form.", "Die Datei hat ihre eine Form.")
def container(bundle: Bundle) -> list[str]:
    """Return whether the zip differs from the one that these files give."""
    return [] if packed(bundle.files) == bundle.body else ["the file itself was changed"]


@promise("", "Every file is as listed.", "Jede Datei ist wie verzeichnet.")
def manifest(bundle: Bundle) -> list[str]:
    """Return the files that are not as the list says."""
    lines = bundle.files["MANIFEST.sha512"].decode().splitlines()
    wanted = {line[130:]: line[:128] for line in lines}
    found = {
        name: hashlib.sha512(body).hexdigest()
        for name, body in bundle.files.items()
        if not name.startswith("MANIFEST.")
    }
    return [name for name in sorted({*wanted, *found}) if wanted.get(name) != found.get(name)]


@promise("", "The list is signed.", "Das Verzeichnis ist signiert.")
def signature(bundle: Bundle) -> list[str]:
    """Return why the signature is not one of the list by the wanted key."""
    made_by, signed = opened_signature(bundle.files["MANIFEST.sig"])
    digest = hashlib.sha512(bundle.files["MANIFEST.sha512"]).digest()
    message = b"SSHSIG" + b"".join(map(string, (NAMESPACE, b"", b"sha512", digest)))
    if made_by != bundle.signer:
        return ["signed with another key than " + fingerprint(bundle.signer)]
    is_good = is_signed(strings(made_by)[1], message, strings(signed)[1])
    return [] if is_good else ["the signature is wrong"]


@promise("", "The source is the named tree.", "Der Quelltext ist der genannte Baum.")
def source(bundle: Bundle) -> list[str]:
    """Return how the source differs from the tree, by git's own ids."""
    body, last = bundle.files.get("source.tar"), (bundle.facts["change_sets"] or [{}])[-1]
    if body is None:
        return []
    odd = ["SHA-512"] * (hashlib.sha512(body).hexdigest() != last["archive_sha512"])
    return odd + ["git's id of the tree"] * (tree_of(body, last.get("submodules")) != last["tree"])


@promise(
    "1", "Nothing runs without changes and a base.", "Nichts läuft ohne Änderungen und Grundlage."
)
def deployed(bundle: Bundle) -> list[str]:
    """Return deployments without a change set, or of one without a base."""
    bases = {each["version"]: each["base"] for each in bundle.facts["change_sets"]}
    rows = bundle.places["deployments"]
    return [f"v{each['version']}" for each in rows if len(bases.get(each["version"], "")) != 40]


@promise("2", "What runs is public, or on a clock.", "Was läuft, ist öffentlich oder befristet.")
def accounted(bundle: Bundle) -> list[str]:
    """Return what runs without being public, or without a clock."""
    facts, rows = bundle.facts, bundle.places["deployments"]
    standing, is_free = facts["clock"]["standing"], any(w["granted_at"] for w in facts["waivers"])
    if standing in ON_A_CLOCK and (standing != "exempt" or is_free):
        return []
    trees = {each["tree"] for each in facts["change_sets"]}
    odd = [each["tree"] for each in rows if each["tree"] and each["tree"] not in trees]
    is_owed = facts["state"] not in PUBLIC and any(each["outside"] for each in rows)
    return odd + (["it runs outside on no clock"] if is_owed else [])


@promise(
    *("3", "The clock began with the first use outside."),
    "Die Frist begann mit dem ersten Einsatz außer Haus.",
)
def started(bundle: Bundle) -> list[str]:
    """Return a clock that began on another day."""
    days = [each["first_seen_on"] for each in bundle.places["deployments"] if each["outside"]]
    first = min(days + bundle.places["announced"], default=None)
    said = bundle.facts["clock"]["started_on"]
    return [] if said == first else [f"{said} instead of {first}"]


@promise(
    *("4", "It stands at two places, one not the firm's."),
    "Es steht an zwei Stellen, eine nicht die der Firma.",
)
def anchored(bundle: Bundle) -> list[str]:
    """Return what is missing of two places with the same tree."""
    if bundle.facts["state"] not in PUBLIC:
        return []
    sets, told = bundle.facts["change_sets"], bundle.json("publication.json", {"anchors": []})
    meant = [each for each in sets if each.get("version") == told.get("version")] or sets or [{}]
    tree, rows = meant[-1].get("tree") or "unknown", told["anchors"]
    same = [each for each in rows if tree == each["tree"] and not each.get("withdrawn_at")]
    count = len({(each["kind"], each["address"]) for each in same})
    faults = [] if count >= 2 else [f"{count} of 2 places"]
    return faults + ([] if any(not each["ours"] for each in same) else ["all are the firm's own"])


@promise(
    "5", "Authors signed their patches off.", "Die Patches sind von ihren Urhebern gezeichnet."
)
def signed_off(bundle: Bundle) -> list[str]:
    """Return patches without a sign-off by an address of their author."""
    if bundle.facts["state"] not in ("ready", *PUBLIC):
        return []
    rows = csv.DictReader(io.StringIO(bundle.files["dco.csv"].decode()))
    return [
        f"v{row['version']}, {row['position']}"
        for row in rows
        if not {row["author"], *row["aliases"].split()} & {*row["signed_off"].split()}
    ]


@promise(
    "6", "Changes were superseded, never edited.", "Änderungen wurden abgelöst, nie bearbeitet."
)
def unedited(bundle: Bundle) -> list[str]:
    """Return versions that are missing or not what came in."""
    faults = []
    for place, each in enumerate(bundle.facts["change_sets"], start=1):
        body = bundle.files.get(f"changes/v{place}.mbox")
        digest = each["sha512"] if body is None else hashlib.sha512(body).hexdigest()
        if (each["version"], each["has_file"], each["sha512"]) != (place, body is not None, digest):
            faults.append(f"v{place}")
    return faults


@promise("7", "The journal is whole.", "Das Journal ist lückenlos.")
def chained(bundle: Bundle) -> list[str]:
    """Return entries that do not hold the SHA-256 of the one before."""
    wrong, previous = [], "0" * 64
    for place, line in enumerate(bundle.files["CHAIN"].splitlines(), start=1):
        entry = json.loads(line)
        digest = entry.pop("digest")
        plain = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        is_next = entry["number"] == place and entry["previous"] == previous
        if not is_next or hashlib.sha256(plain.encode()).hexdigest() != digest:
            wrong.append(f"entry {entry['number']}")
        previous = digest
    return wrong


@promise("8", "The embargo kept to the agreement.", "Die Sperrfrist hielt die Vereinbarung ein.")
def embargoed(bundle: Bundle) -> list[str]:
    """Return an embargo beyond what the agreement allows."""
    until, began = bundle.facts["embargoed_until"], bundle.facts["clock"]["started_on"]
    if until is None or began is None:
        return []
    limit = date.fromisoformat(began) + timedelta(days=bundle.facts["embargo_days"])
    return [] if date.fromisoformat(until) <= limit else [f"{until} is after {limit}"]


@promise("9", "Every waiver ends.", "Jede Befreiung endet.")
def waived(bundle: Bundle) -> list[str]:
    """Return waivers for more than a year."""
    return [
        f"until {each['expires_on']}"
        for each in bundle.facts["waivers"]
        if date.fromisoformat(each["expires_on"])
        > date.fromisoformat(each["asked_on"]) + LONGEST_WAIVER
    ]


@promise("10", "What came back differs in nothing.", "Was zurückkam, weicht in nichts ab.")
def adopted(bundle: Bundle) -> list[str]:
    """Return what is left between what runs and upstream's release."""
    if bundle.facts["state"] != "adopted":
        return []
    told = bundle.json("upstream.json", {})
    faults = [] if told.get("released") else ["no release of upstream is named"]
    return faults + ([] if told.get("delta") == 0 else ["a difference to upstream is left"])


def packed(files: dict[str, bytes]) -> bytes:
    """Return the one zip of these files: names sorted, nothing compressed, no times, no owners."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            made.writestr(entry, files[name])
    return out.getvalue()


def tree_of(body: bytes, links: dict[str, str] | None = None) -> str:
    """Return git's id of the tree that a tar holds; `links` are commits of submodules by path."""
    root: dict[str, Any] = {}
    linked = {path: (b"160000", bytes.fromhex(at)) for path, at in (links or {}).items()}
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:", encoding="utf-8") as opened:
        for member in opened:
            *folders, name = member.name.rstrip("/").split("/")
            here = root
            for folder in folders:
                here = here.setdefault(folder, {})
            if member.isdir():
                here.setdefault(name, linked.get(member.name.rstrip("/")) or {})
            elif member.issym():
                here[name] = (b"120000", hashed(b"blob", member.linkname.encode(*RAW)))
            else:
                read = opened.extractfile(member)
                mode = b"100755" if member.mode & 0o100 else b"100644"
                here[name] = (mode, hashed(b"blob", read.read() if read else b""))
    return hashed_tree(root).hex()


def hashed(kind: bytes, body: bytes) -> bytes:
    """Return git's id of an object."""
    return hashlib.sha1(b"%s %d\0" % (kind, len(body)) + body).digest()  # noqa: S324 - git's own


def hashed_tree(folder: dict[str, Any]) -> bytes:
    """Return git's id of a folder; in its order a folder's name counts with a slash."""
    rows = []
    for name, entry in folder.items():
        raw, is_folder = name.encode(*RAW), isinstance(entry, dict)
        mode, digest = (b"40000", hashed_tree(entry)) if is_folder else entry
        rows.append((raw + b"/" * is_folder, mode + b" " + raw + b"\0" + digest))
    return hashed(b"tree", b"".join(row for _key, row in sorted(rows)))


def string(body: bytes) -> bytes:
    """Return bytes with their length before them, as SSH writes them (RFC 4251, section 5)."""
    return len(body).to_bytes(4, "big") + body


def strings(body: bytes) -> list[bytes]:
    """Return the strings that follow each other in `body`."""
    found = []
    while body:
        end = 4 + int.from_bytes(body[:4], "big")
        found.append(body[4:end])
        body = body[end:]
    return found


def key_of(text: bytes) -> bytes:
    """Return the key of a line such as `ssh-ed25519 AAAA… name`."""
    return base64.b64decode(text.split()[1])


def fingerprint(key: bytes) -> str:
    """Return a key's fingerprint, as `ssh-keygen -l` shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def opened_signature(text: bytes) -> tuple[bytes, bytes]:
    """Return key and signature of an armored one (OpenSSH's PROTOCOL.sshsig)."""
    raw = base64.b64decode(re.sub(rb"-----[A-Z ]+-----|\s", b"", text), validate=True)
    key, *context, signed = strings(raw[10:])
    if raw[:10] != b"SSHSIG\0\0\0\1" or context != [NAMESPACE, b"", b"sha512"]:
        raise ValueError("no signature of a bundle")
    return key, signed


# Ed25519 (RFC 8032, section 5.1): the field, the order, the curve, and the base point.
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def added(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """Return the sum of two points."""
    (x1, y1), (x2, y2) = one, other
    shared = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + shared, -1, P)
    return x % P, (y1 * y2 + x1 * x2) * pow(1 - shared, -1, P) % P


def times(factor: int, point: tuple[int, int]) -> tuple[int, int]:
    """Return a multiple of a point."""
    total = (0, 1)
    for bit in bin(factor)[2:]:
        total = added(total, total)
        total = added(total, point) if bit == "1" else total
    return total


def point_of(raw: bytes) -> tuple[int, int]:
    """Return the point that 32 bytes name; raises ValueError for none."""
    sign, y = divmod(int.from_bytes(raw, "little"), 1 << 255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if len(raw) != 32 or y >= P or (x * x - square) % P or (x == 0 and sign):
        raise ValueError("no point of the curve")
    return (P - x if x & 1 != sign else x), y


BASE = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def is_signed(public: bytes, message: bytes, signed: bytes) -> bool:
    """Tell whether a signature is one of the message by the key."""
    factor = int.from_bytes(signed[32:], "little")
    digest = int.from_bytes(hashlib.sha512(signed[:32] + public + message).digest(), "little")
    right = added(point_of(signed[:32]), times(digest % Q, point_of(public)))
    return len(signed) == 64 and factor < Q and times(factor, BASE) == right


def faults_of(check: Check, bundle: Bundle) -> list[str]:
    """Return what a check finds; what cannot be read at all is a finding, too."""
    try:
        return check(bundle)
    except Exception as error:  # noqa: BLE001 - whoever lies chooses how it cannot be read
        return [f"{type(error).__name__}: {error}"]


def verified(body: bytes, signer: bytes | None = None) -> tuple[list[str], bool]:
    """Return the lines to print, and whether everything holds; no bundle at all is one line."""
    try:
        bundle, lines, holds = Bundle(body, signer), [], True
    except Exception as error:  # noqa: BLE001 - whoever lies chooses how it cannot be read
        return [f"FAIL     {type(error).__name__}: {error}"], False
    for number, check, title in CHECKS:
        faults = faults_of(check, bundle)
        holds = holds and not faults
        lines.append(f"{'FAIL' if faults else 'PASS'} {number:>2}  {title}")
        # Escaped, so that no name in the bundle can look like a line of ours.
        lines += ["         " + each.encode("unicode_escape").decode() for each in faults]
    return [*lines, "         " + fingerprint(bundle.signer)], holds


def main() -> int:
    """Check the bundle that the command line names."""
    parser = argparse.ArgumentParser(description="Check an evidence bundle of Tresen.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--signer", type=Path, help="file with the firm's public key")
    options = parser.parse_args()
    try:
        files = [each.read_bytes() for each in (options.bundle, options.signer) if each]
    except OSError as error:
        parser.error(str(error))
    lines, holds = verified(*files)
    sys.stdout.write("\n".join([*lines, ""]))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
