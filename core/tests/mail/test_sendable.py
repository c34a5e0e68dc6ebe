# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which addresses mail can go to, and how an international domain is written in SMTP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen import i18n
from tresen.desk import Core
from tresen.errors import Refused
from tresen.mail.sendable import is_sendable, sendable


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("karla@kunde.example", "karla@kunde.example"),
        ("  karla@kunde.example\n", "karla@kunde.example"),
        ("Karla.Kundin@Kunde.Example", "Karla.Kundin@Kunde.Example"),
        ("o'neill+tag@kunde.example", "o'neill+tag@kunde.example"),
        ("a!#$%&'*+/=?^_`{|}~-b@kunde.example", "a!#$%&'*+/=?^_`{|}~-b@kunde.example"),
        ("service@localhost", "service@localhost"),
        ("a@1und1.example", "a@1und1.example"),
        ("a@xn--mller-kva.example", "a@xn--mller-kva.example"),
        ("a@müller.example", "a@xn--mller-kva.example"),
        ("a@MÜLLER.example", "a@xn--mller-kva.example"),
        ("a@mu\u0308ller.example", "a@xn--mller-kva.example"),
        ("a@例え.example", "a@xn--r8jz45g.example"),
        ("x" * 64 + "@kunde.example", "x" * 64 + "@kunde.example"),
    ],
)
def test_sendable_address_is_given_as_smtp_takes_it(address: str, sent: str) -> None:
    assert sendable(address) == sent


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("a@straße.example", "a@xn--strae-oqa.example"),
        ("a@STRAßE.example", "a@xn--strae-oqa.example"),
        ("a@fußball.müller.example", "a@xn--fuball-cta.xn--mller-kva.example"),
        ("a@βόλος.example", "a@xn--nxasmm1c.example"),
    ],
)
def test_sharp_s_is_a_letter_and_not_somebody_elses_domain(address: str, sent: str) -> None:
    assert sendable(address) == sent


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "karla",
        "karla@",
        "@kunde.example",
        "karla@kunde..example",
        "karla@.example",
        "karla@kunde.example.",
        ".karla@kunde.example",
        "karla.@kunde.example",
        "kar..la@kunde.example",
        "karla @kunde.example",
        "karla@kunde.example karl@kunde.example",
        "karla@kunde.example,karl@kunde.example",
        "<karla@kunde.example>",
        "Karla <karla@kunde.example>",
        '"karla kundin"@kunde.example',
        "karla@[192.0.2.1]",
        "karla@-kunde.example",
        "karla@kunde-.example",
        "karla@kun_de.example",
        "karla@kunde.example\r\nDATA",
        "karla\x00@kunde.example",
        "kärla@kunde.example",
        "x" * 65 + "@kunde.example",
        "karla@" + "x" * 64 + ".example",
        "karla@" + "ü" * 64 + ".example",
        "karla@" + ".".join(["x" * 60] * 5),
        "karla@" + "ß" * 1_000_000,
        "karla@" + "ä." * 1_000_000 + "example",
        "karla@\ud800.example",
        "karla@\u200b.example",
    ],
    ids=range(32),
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert not is_sendable(address)
    with pytest.raises(Refused):
        sendable(address)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "'karla@' is no mail address."), ("de", "'karla@' ist keine E-Mail-Adresse.")],
)
def test_refusal_names_what_was_typed(core: Core, language: str, sentence: str) -> None:
    with (
        i18n.speaking(i18n.catalogues(core).language(language)),
        pytest.raises(Refused) as refusal,
    ):
        sendable("karla@")
    assert refusal.value.sentence == sentence


def test_refusal_of_a_long_text_stays_short() -> None:
    with pytest.raises(Refused) as refusal:
        sendable("x" * 10_000)
    assert len(refusal.value.sentence) < 130


@given(st.text(max_size=80))
def test_any_text_is_refused_or_becomes_an_address_that_stays(text: str) -> None:
    if is_sendable(text):
        sent = sendable(text)
        assert (sent.isascii(), sendable(sent), len(sent.split())) == (True, sent, 1)


@given(st.from_regex(r"[a-zäöüß0-9]{1,20}", fullmatch=True))
def test_domain_of_any_german_name_leads_back_to_it(name: str) -> None:
    domain = sendable(f"a@{name}.example").rpartition("@")[2]
    label = domain.partition(".")[0]
    back = label[4:].encode().decode("punycode") if label.startswith("xn--") else label
    assert back == name
