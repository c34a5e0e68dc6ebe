# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails that other projects collected: none raises, and no file in them is lost.

What the standard library and the results beside the mails say is the measure; where we differ, the
difference is listed here with its reason.
"""

import email
import email.policy
import json
import warnings
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from mail.corpora import MAILS, corpus, mails
from tresen.mail.reading.parse import parse
from tresen.mail.reading.parser import Parser
from tresen.mail.records import Defect, Mail

# How many mails each corpus held when this was written.
COUNTS = {
    "cpython": 48,
    "enmime": 92,
    "mikel-mail": 103,
    "mime4j": 211,
    "stalwart-mail-parser": 107,
    "zbateson-mime": 75,
    "email-reply-trimmer": 64,
}


@pytest.mark.parametrize("name", MAILS)
def test_every_mail_is_read_in_the_child_as_in_this_process(name: str) -> None:
    paths = mails(name)
    assert len(paths) == COUNTS[name]
    with Parser(seconds=60) as parser:
        for path in paths:
            raw = path.read_bytes()
            found = parse(raw)
            assert Defect.UNREADABLE not in found.defects, path
            assert parser.parse(raw) == found, path


@pytest.mark.parametrize("name", MAILS)
def test_every_mail_gives_strings_that_a_database_stores(name: str) -> None:
    for path in mails(name):
        found = parse(path.read_bytes())
        strings = [found.subject, found.text, found.html, *found.references, found.message_id]
        strings += [part.file_name for part in found.parts]
        strings += [header.value for header in found.headers]
        joined = "".join(strings)
        assert "\x00" not in joined, path
        assert joined.encode("utf-8"), path


# Files that the standard library finds otherwise, and why.
FILES_OTHERWISE = {
    "bad-header-wrap.raw",  # a broken fold: it takes the line after it for base64 too
    "twopart.msg",  # an unknown transfer encoding in a comment: it gives the text undecoded
    "001.eml",  # message/external-body: kept whole by us
}


@pytest.mark.parametrize("name", [name for name in MAILS if name != "email-reply-trimmer"])
def test_every_file_that_the_standard_library_finds_is_kept(name: str) -> None:
    missing = [
        f"{path.name}: {media_type}"
        for path in mails(name)
        if path.name not in FILES_OTHERWISE
        for media_type, content in files_by_library(path.read_bytes())
        if squeezed(content) not in squeezed_contents(parse(path.read_bytes()))
    ]
    assert missing == []


def files_by_library(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Leaves that are neither text nor a mail, decoded by the standard library."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for leaf in leaves(email.message_from_bytes(raw, policy=email.policy.compat32)):
            content = leaf.get_payload(decode=True)
            kind = leaf.get_content_maintype()
            if isinstance(content, bytes) and kind not in {"text", "message", "multipart"}:
                yield leaf.get_content_type(), content


def leaves(message: Any) -> Iterator[EmailMessage]:
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        yield from leaves(part)


def squeezed(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").rstrip()


def squeezed_contents(found: Mail) -> set[bytes]:
    return {squeezed(part.content) for part in found.parts}


def results(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The mails of the stalwart corpus and what its own reader says of them."""
    for path in sorted(folder.rglob("*.json")):
        if not path.name.endswith(".crlf.json"):
            yield path.with_suffix(".eml"), json.loads(path.read_text("utf-8"))


def header_of(message: dict[str, Any], name: str) -> Any:
    fields = message["parts"][0]["headers"]
    return next((field["value"] for field in fields if field["name"] == name), None)


def test_subjects_are_those_of_the_stalwart_corpus() -> None:
    differing = []
    for path, message in results(corpus("stalwart-mail-parser")):
        expected = header_of(message, "subject")
        text = expected.get("Text", "") if isinstance(expected, dict) else ""
        subject = parse(path.read_bytes()).subject
        # It reads raw Latin-1 as replacement characters; we read it.
        if "\ufffd" not in text and text.split() != subject.split():
            differing.append(path.name)
    assert differing == []


def test_files_are_as_many_as_in_the_stalwart_corpus() -> None:
    fewer = [
        f"{path.parent.name}/{path.name}"
        for path, message in results(corpus("stalwart-mail-parser"))
        if len(parse(path.read_bytes()).parts) < len(message["attachments"])
    ]
    # Cut or self-contradicting multiparts of two lines: it makes an empty part of the missing one.
    assert [name for name in fewer if not name.startswith("malformed/")] == ["thirdparty/002.eml"]


def test_files_of_the_zbateson_corpus_are_byte_identical() -> None:
    folder = corpus("zbateson-mime") / "tests" / "_data" / "emails"
    originals = {path.name: path.read_bytes() for path in (folder / "files").iterdir()}
    compared = 0
    for path in mails("zbateson-mime"):
        for part in parse(path.read_bytes()).parts:
            if part.media_type.startswith("image/") and part.file_name in originals:
                assert part.content == originals[part.file_name], (path.name, part.file_name)
                compared += 1
    assert compared == 58


@pytest.mark.parametrize("name", ["mikel-mail", "enmime"])
def test_broken_mails_still_name_sender_or_subject(name: str) -> None:
    folder = "error_emails" if name == "mikel-mail" else "low-quality"
    nameless = [
        path.name
        for path in mails(name)
        if path.parent.name == folder and not (found := parse(path.read_bytes())).sender
        if not found.subject
    ]
    assert nameless == []


def test_mailboxes_of_imaptest_are_read_mail_by_mail() -> None:
    count = 0
    for path in sorted(corpus("imaptest").rglob("*.mbox")):
        for raw in b"".join([b"\n", path.read_bytes()]).split(b"\nFrom ")[1:]:
            found = parse(b"From " + raw)
            assert Defect.UNREADABLE not in found.defects, path
            count += 1
    assert count == 191
