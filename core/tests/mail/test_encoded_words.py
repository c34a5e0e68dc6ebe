# SPDX-License-Identifier: AGPL-3.0-or-later
"""Encoded words, good and broken; the standard library is the measure where it manages."""

from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.mail.reading.encoded_words import decode_words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?iso-8859-1?Q?Gr=FC=DFe_aus_Bonn?=", "Grüße aus Bonn"),
        ("=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("a =?utf-8?q?=C3=BC?= b", "a ü b"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= \t =?iso-8859-1?q?b?=", "ab"),
        ("=?utf-8?q?a?= - =?utf-8?q?b?=", "a - b"),
        ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
        ("=?utf-8?b?ww==?= =?utf-8?b?vA==?=", "ü"),
        ("=?iso-2022-jp?b?GyRCQCQbKEI=?=", "世"),
        ("=?utf-8?b?R3LDvMOfZQ?=", "Grüße"),
        ("=?utf-8?b?!!R3LD vMOfZQ==?=", "Grüße"),
        ("=?utf-8?q?with space?=", "with space"),
        ("=?unknown?q?Gr=FC=DFe?=", "Grüße"),
        ("=??q?Gr=FC=DFe?=", "Grüße"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?utf-8?q?abc", "=?utf-8?q?abc"),
        ("=?=?=?", "=?=?=?"),
        ("ü =?utf-8?q?=C3=BC?=", "ü ü"),
        ("", ""),
    ],
)
def test_decode_words_reads_what_is_meant(value: str, text: str) -> None:
    assert decode_words(value) == text


@pytest.mark.parametrize(
    "value",
    [
        "=?utf-8?q?Gr=C3=BC=C3=9Fe?= from =?iso-8859-1?q?K=F6ln?=",
        "=?utf-8?b?R3LDvMOfZQ==?= =?utf-8?q?_aus_?= =?utf-8?q?K=C3=B6ln?=",
        "Re: [list] =?utf-8?q?=E2=82=AC?= 5",
    ],
)
def test_decode_words_agrees_with_the_standard_library(value: str) -> None:
    assert decode_words(value) == default.header_factory("subject", value)


@given(st.text(alphabet="=?utf-8qbQB _*CX\n\xfc", max_size=120))
def test_decode_words_of_any_text_gives_text(value: str) -> None:
    assert isinstance(decode_words(value), str)
