# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator's own mail server found out about a sender, and what anybody may have written.

Each row is a field as a server writes it (RFC 8601) for a mail that says to be from kunde.example.
"""

import pytest
from tresen.mail.authentication import is_authenticated
from tresen.mail.records import Address, Header, Mail

OURS = ("mx.tresen.example",)


def mail(*fields: str, sender: str = "karla@kunde.example") -> Mail:
    headers = tuple(Header("authentication-results", field) for field in fields)
    return Mail("<1@kunde.example>", sender=Address("Karla", sender), headers=headers)


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ("dmarc=pass header.from=kunde.example", True),
        ("dmarc=pass (p=reject sp=none dis=none) header.from=kunde.example", True),
        ("DMARC = PASS", True),
        ("dmarc=fail (p=none) header.from=kunde.example", False),
        ("dkim=pass header.d=kunde.example; dmarc=fail", False),
        ("dkim=fail; spf=fail; dmarc=pass", True),
        ("dmarc=none; dkim=pass header.d=kunde.example", True),
        ("dmarc=bestguesspass; dkim=pass header.d=kunde.example", True),
        ("dkim=pass header.d=kunde.example header.s=2026 header.b=AbCdEf", True),
        ('dkim=pass header.i="@kunde.example"', True),
        ("dkim=pass header.i=karla@kunde.example", True),
        ("dkim=pass header.d=KUNDE.example", True),
        ("dkim=pass header.d=fremd.example", None),
        ("dkim=pass header.d=example", None),
        ("dkim=pass header.d=notkunde.example", None),
        ("dkim=pass header.d=kunde.example.fremd.example", None),
        ("dkim=pass", None),
        ("spf=pass smtp.mailfrom=karla@kunde.example", True),
        ("spf=pass smtp.mailfrom=kunde.example", True),
        ("spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=bounce@kunde.example", True),
        ("spf=pass smtp.mailfrom=bounces@newsletter.example", None),
        ("spf=pass smtp.helo=kunde.example", None),
        ("spf=fail smtp.mailfrom=kunde.example", False),
        ("spf=softfail smtp.mailfrom=kunde.example", False),
        ("spf=neutral smtp.mailfrom=kunde.example", None),
        ("spf=none; dkim=none; dmarc=none", None),
        ("spf=temperror; dkim=permerror", None),
        ("spf=fail smtp.mailfrom=x.example; dkim=pass header.d=kunde.example", True),
        ("auth=pass smtp.auth=karla", None),
        ("none", None),
        ("", None),
        ('dkim=pass reason="good; dmarc=pass" header.d=fremd.example', None),
        ("x-dmarc=pass", None),
        # What stands in quotes is the stranger's own address, sent in the SMTP dialogue.
        ('spf=pass smtp.mailfrom="x; dmarc=pass"@fremd.example', None),
        ('spf=pass smtp.mailfrom="x smtp.mailfrom=kunde.example"@fremd.example', None),
        ('spf=fail smtp.mailfrom="x; dkim=pass header.d=kunde.example; y"@fremd.example', False),
        ('spf=pass smtp.mailfrom="("@fremd.example; dmarc=fail (p=reject)', False),
        ('spf=pass smtp.mailfrom="a\\"; dmarc=pass"@fremd.example', None),
        ('dkim=pass header.i="karla"@kunde.example', True),
    ],
)
def test_verdict_of_our_own_server(results: str, verdict: bool | None) -> None:
    assert is_authenticated(mail(f"mx.tresen.example; {results}"), OURS) is verdict


@pytest.mark.parametrize(
    "sender", ["karla@mail.kunde.example", "karla@eu.mail.kunde.example", "k@KUNDE.EXAMPLE"]
)
def test_signature_of_a_domain_counts_for_those_below_it(sender: str) -> None:
    found = mail("mx.tresen.example; dkim=pass header.d=kunde.example", sender=sender)
    assert is_authenticated(found, OURS) is True


@pytest.mark.parametrize(
    ("server", "is_ours"),
    [
        ("mx.tresen.example", True),
        ("MX.Tresen.Example", True),
        ("mx.tresen.example 1", True),
        ("mx.tresen.example (Postfix)", True),
        ("mx.tresen.example.fremd.example", False),
        ("mx.fremd.example", False),
        ("tresen.example", False),
        ("", False),
    ],
)
def test_only_servers_that_are_named_count(server: str, is_ours: bool) -> None:
    found = mail(f"{server}; dmarc=pass header.from=kunde.example")
    assert is_authenticated(found, OURS) is (True if is_ours else None)


def test_first_field_of_our_server_counts_and_no_later_one() -> None:
    forged = "mx.tresen.example; dmarc=pass"
    real = "mx.tresen.example; dmarc=fail"
    assert is_authenticated(mail(real, forged), OURS) is False


def test_fields_of_other_servers_before_ours_are_passed_over() -> None:
    other, ours = "mx.fremd.example; dmarc=pass", "mx.tresen.example; dmarc=fail"
    assert is_authenticated(mail(other, ours), OURS) is False


def test_nobody_is_trusted_where_no_server_is_named() -> None:
    assert is_authenticated(mail("mx.tresen.example; dmarc=pass"), ()) is None


def test_mail_without_a_sender_is_proven_by_no_signature() -> None:
    field = Header("authentication-results", "mx.tresen.example; dkim=pass header.d=kunde.example")
    assert is_authenticated(Mail("<1@x>", headers=(field,)), OURS) is None


def test_comments_are_no_results() -> None:
    found = mail("mx.tresen.example; dkim=none (dmarc=pass; x) ; spf=none")
    assert is_authenticated(found, OURS) is None
