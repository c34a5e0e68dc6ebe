# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links of tools: few schemes, few placeholders, no password, and nothing that runs."""

from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_remote_support.providers import addresses, links, passwords

VALUES = {"device_id": "123 456 789", "reference": "7K2M9QRT", "ticket": "10001"}


@pytest.mark.parametrize("pattern", [each.pattern for each in links.BUILT_IN])
def test_pattern_that_is_built_in_holds(pattern: str) -> None:
    addresses.check_pattern(pattern)
    assert "{" not in addresses.filled(pattern, VALUES)


@pytest.mark.parametrize(
    ("pattern", "link"),
    [
        ("anydesk:{device_id}", "anydesk:123456789"),
        ("https://a.example/{reference}?t={ticket}", "https://a.example/7K2M9QRT?t=10001"),
        ("ms-quick-assist:", "ms-quick-assist:"),
    ],
)
def test_pattern_is_filled(pattern: str, link: str) -> None:
    assert addresses.filled(pattern, VALUES) == link


@pytest.mark.parametrize(
    "pattern",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://a.example/{device_id}",
        "//a.example/{device_id}",
        "{device_id}:",
        "vbscript:x",
        "",
    ],
)
def test_scheme_that_is_not_on_the_list_is_refused(pattern: str) -> None:
    with pytest.raises(Refused, match="A link begins with one of these"):
        addresses.check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "rustdesk://connection/new/{device_id}?password=abc",
        "rustdesk://connection/new/{device_id}?PassWord=abc",
        "rustdesk://connection/new/{device_id}?pass%77ord=abc",
        "rustdesk://connection/new/{device_id}?pass%2577ord=abc",
        "https://a.example/?d={device_id}&pwd=1",
        "https://a.example/?pin=1",
        "https://a.example/?token=1",
        "ssh://root:abc@{device_id}",
    ],
)
def test_password_in_a_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(Refused, match="No password belongs in a link"):
        addresses.check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["anydesk:{device}", "anydesk:{device_id", "anydesk:}", "vnc:{}"]
)
def test_unknown_placeholder_is_refused(pattern: str) -> None:
    with pytest.raises(Refused, match="The placeholders of a link are"):
        addresses.check_pattern(pattern)


@pytest.mark.parametrize("pattern", ["https://{device_id}.a.example/", "https://a{ticket}/"])
def test_placeholder_in_a_host_is_refused(pattern: str) -> None:
    with pytest.raises(Refused, match="no placeholder belongs in it"):
        addresses.check_pattern(pattern)


@pytest.mark.parametrize("pattern", ["https:///x", "https:x", "https://name@a.example/"])
def test_https_without_a_plain_host_is_refused(pattern: str) -> None:
    with pytest.raises(Refused, match="needs a host"):
        addresses.check_pattern(pattern)


@pytest.mark.parametrize("pattern", ["anydesk:a b", 'anydesk:"x', "anydesk:<x>", "anydesk:ä"])
def test_sign_that_no_address_knows_is_refused(pattern: str) -> None:
    with pytest.raises(Refused, match="no spaces and no signs"):
        addresses.check_pattern(pattern)


@pytest.mark.parametrize(
    "typed",
    ["-oProxyCommand=x", "a b;c", "x/../y", "a?b", "a#b", "a%20b", "name:word@host", "", "ä"],
)
def test_device_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="is no device's number, name or address"):
        addresses.device(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 123 456 789 ", "123456789"),
        ("name@ad", "name@ad"),
        ("root@lager-1.example:22", "root@lager-1.example:22"),
        ("[2001:db8::1]:5900", "[2001:db8::1]:5900"),
    ],
)
def test_device_is_kept_without_spaces(typed: str, kept: str) -> None:
    assert addresses.device(typed) == kept


@given(st.sampled_from([each.pattern for each in links.BUILT_IN]), st.text(max_size=30))
def test_no_device_breaks_out_of_its_link(pattern: str, device: str) -> None:
    try:
        link = addresses.filled(pattern, VALUES | {"device_id": device})
    except Refused:
        return
    begin = pattern.partition("{")[0]
    assert link.startswith(begin)
    assert urlsplit(link).scheme == urlsplit(pattern).scheme
    assert set(link.removeprefix(begin)) & set(" <>\"'`?#&") == set()


@given(st.text(max_size=40))
def test_checked_pattern_leads_to_an_allowed_scheme(pattern: str) -> None:
    try:
        addresses.check_pattern(pattern)
    except Refused:
        return
    assert pattern.partition(":")[0] in addresses.SCHEMES


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://g.example/guacamole/", "https://g.example/guacamole"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_server_is_kept_without_its_last_slash(address: str, kept: str) -> None:
    assert addresses.server(address) == kept


@pytest.mark.parametrize(
    "address",
    ["", "http://g.example", "https://a:b@g.example", "https://g.example/?x=1", "ftp://g.example"],
)
def test_server_that_cannot_be_trusted_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="begins with https://"):
        addresses.server(address)


@pytest.mark.parametrize(
    "said",
    ["Passwort: x1", "password=x", "Kennwort : x", "PIN:1234", quote("password=x"), "//a:b@c"],
)
def test_password_is_told(said: str) -> None:
    assert passwords.is_betrayed(said)


@pytest.mark.parametrize("said", ["Ask Karla for the PIN", "The passport: blue", "spin=1", "a:b"])
def test_other_words_are_no_password(said: str) -> None:
    assert not passwords.is_betrayed(said)


@pytest.mark.parametrize(
    ("said", "is_place"),
    [
        ("tresor/kunde/rdp", True),
        ("kv:kunde/lager 1", True),
        ("Winter2026!", False),
        ("Winter2026", False),
        ("hunter2", False),
        ("tresor/password=x", False),
        ("", False),
    ],
)
def test_place_in_a_vault_is_told_from_a_password(said: str, is_place: bool) -> None:
    assert passwords.is_place(said) is is_place
