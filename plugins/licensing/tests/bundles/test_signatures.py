# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bundle's own Ed25519 says of every signature what the standard and OpenSSL say of it."""

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen_licensing.bundles import signing, verify

FEW = settings(max_examples=25, deadline=None)
SEEDS = st.binary(min_size=32, max_size=32)
LISTED = b"0" * 128 + b"  README\n"

# Secret key, public key, message and signature of RFC 8032, section 7.1, in its order.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
            "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
]
# A point of order four, whose multiples anybody knows.
SMALL = bytes(32)


@pytest.fixture
def key() -> Ed25519PrivateKey:
    """Return the key of an installation."""
    return signing.key_from("secret")


def is_good(public: bytes, message: bytes, signed: bytes) -> bool:
    """Tell what the program says; what is no signature at all is not good."""
    try:
        return verify.is_signed(public, message, signed)
    except ValueError:
        return False


def of_openssl(public: bytes, message: bytes, signed: bytes) -> bool:
    """Tell what OpenSSL says."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def armored(*strings: bytes, magic: bytes = b"SSHSIG\0\0\0\1") -> bytes:
    """Return a signature as OpenSSH writes it, of these parts."""
    raw = base64.b64encode(magic + b"".join(map(verify.string, strings)))
    return b"-----BEGIN SSH SIGNATURE-----\n" + raw + b"\n-----END SSH SIGNATURE-----\n"


@pytest.mark.parametrize(("_secret", "public", "message", "signed"), VECTORS)
def test_signature_of_the_standard_is_good(
    _secret: str, public: str, message: str, signed: str
) -> None:
    assert verify.is_signed(*map(bytes.fromhex, (public, message, signed)))


@pytest.mark.parametrize(("secret", "public", "message", "signed"), VECTORS)
def test_standard_gives_these_very_signatures(
    secret: str, public: str, message: str, signed: str
) -> None:
    made = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    found = made.public_key().public_bytes_raw().hex(), made.sign(bytes.fromhex(message)).hex()
    assert found == (public, signed)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_signature_of_the_standard_is_of_nothing_else(place: int) -> None:
    parts = [[*map(bytes.fromhex, each[1:])] for each in VECTORS]
    for each, other in zip(parts, parts[1:] + parts[:1], strict=True):
        each[place] = other[place]
    assert [is_good(*each) for each in parts] == [False] * len(parts)


@FEW
@given(SEEDS, st.binary(max_size=200))
def test_what_openssl_signs_is_good(seed: bytes, message: bytes) -> None:
    made = Ed25519PrivateKey.from_private_bytes(seed)
    assert verify.is_signed(made.public_key().public_bytes_raw(), message, made.sign(message))


@FEW
@given(SEEDS, st.binary(max_size=50), st.integers(0, 511))
def test_flipped_bit_is_judged_as_openssl_does(seed: bytes, message: bytes, bit: int) -> None:
    made = Ed25519PrivateKey.from_private_bytes(seed)
    public, spoilt = made.public_key().public_bytes_raw(), bytearray(made.sign(message))
    spoilt[bit // 8] ^= 1 << bit % 8
    told = is_good(public, message, bytes(spoilt)), of_openssl(public, message, bytes(spoilt))
    assert told == (False, False)


@FEW
@given(SEEDS, st.binary(max_size=50), st.binary(max_size=96))
def test_any_bytes_are_judged_as_openssl_does(seed: bytes, message: bytes, signed: bytes) -> None:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert is_good(public, message, signed) == of_openssl(public, message, signed)


@FEW
@given(SEEDS, st.binary(max_size=50), st.integers(1, 15))
def test_signature_has_one_form(seed: bytes, message: bytes, times: int) -> None:
    """Adding the order to the factor would give another signature that fits: it is refused."""
    made = Ed25519PrivateKey.from_private_bytes(seed)
    public, signed = made.public_key().public_bytes_raw(), made.sign(message)
    factor = int.from_bytes(signed[32:], "little") + times * verify.Q
    other = signed[:32] + factor.to_bytes(33, "little").rstrip(b"\0").ljust(32, b"\0")
    assert (is_good(public, message, other), of_openssl(public, message, other)) == (False, False)


@pytest.mark.parametrize("cut", [0, 31, 32, 33, 63, 65])
def test_signature_has_its_length(key: Ed25519PrivateKey, cut: int) -> None:
    signed = (key.sign(b"words") + b"\0")[:cut]
    assert not is_good(key.public_key().public_bytes_raw(), b"words", signed)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\1" + bytes(30),
        b"\1" + bytes(32),
        # Two is no ordinate of the curve; one with a sign has no abscissa; the field ends at P.
        b"\2" + bytes(31),
        b"\1" + bytes(30) + b"\x80",
        verify.P.to_bytes(32, "little"),
        (verify.P + 1).to_bytes(32, "little"),
        b"\xff" * 32,
    ],
)
def test_what_is_no_point_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no point of the curve"):
        verify.point_of(raw)


@FEW
@given(st.integers(0, verify.Q - 1), st.integers(0, verify.Q - 1))
def test_multiples_add_up(one: int, other: int) -> None:
    sums = verify.added(verify.times(one, verify.BASE), verify.times(other, verify.BASE))
    assert sums == verify.times((one + other) % verify.Q, verify.BASE)


def test_order_times_the_base_is_nothing() -> None:
    found = verify.times(verify.Q, verify.BASE), verify.times(4, verify.point_of(SMALL))
    assert found == ((0, 1), (0, 1))


@FEW
@given(SEEDS)
def test_public_key_is_a_multiple_of_the_base(seed: bytes) -> None:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    x, y = verify.point_of(public)
    assert (-x * x + y * y - 1 - verify.D * x * x * y * y) % verify.P == 0


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_strings_come_back_as_they_were(parts: list[bytes]) -> None:
    assert verify.strings(b"".join(map(verify.string, parts))) == parts


@settings(max_examples=50)
@given(st.text(min_size=1, max_size=40), st.binary(max_size=300))
def test_armor_holds_key_and_signature(secret: str, body: bytes) -> None:
    own = signing.key_from(secret)
    found, signed = verify.opened_signature(signing.signed(own, body))
    kind, raw = verify.strings(signed)
    told = found == verify.key_of(signing.public_line(own)), kind, len(raw)
    assert told == (True, b"ssh-ed25519", 64)


def test_armor_of_the_same_bytes_is_the_same(key: Ed25519PrivateKey) -> None:
    found = {signing.signed(key, body) for body in (LISTED, LISTED, LISTED + b"\n")}
    assert (len(found), {max(map(len, each.split(b"\n"))) for each in found}) == (2, {70})


@pytest.mark.parametrize(
    ("magic", "context"),
    [
        (b"SSHSIG\0\0\0\1", (b"git", b"", b"sha512")),
        (b"SSHSIG\0\0\0\1", (b"tresen.evidence.more", b"", b"sha512")),
        (b"SSHSIG\0\0\0\1", (verify.NAMESPACE, b"", b"sha256")),
        (b"SSHSIG\0\0\0\1", (verify.NAMESPACE, b"later", b"sha512")),
        (b"SSHSIG\0\0\0\1", (verify.NAMESPACE, b"sha512")),
        (b"SSHSIG\0\0\0\2", (verify.NAMESPACE, b"", b"sha512")),
        (b"sshsig\0\0\0\1", (verify.NAMESPACE, b"", b"sha512")),
    ],
)
def test_signature_for_something_else_is_none(
    key: Ed25519PrivateKey, magic: bytes, context: tuple[bytes, ...]
) -> None:
    public = verify.key_of(signing.public_line(key))
    text = armored(public, *context, b"signature", magic=magic)
    with pytest.raises(ValueError, match="no signature of a bundle"):
        verify.opened_signature(text)


@pytest.mark.parametrize("text", [b"", b"no base64!", b"QUJD", b"\xff\xfe"])
def test_text_that_is_no_armor_is_no_signature(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each is another one
        verify.opened_signature(text)


def test_fingerprint_is_the_one_of_openssh() -> None:
    line = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea x\n"
    key = verify.key_of(line)
    assert (verify.strings(key)[1].hex(), verify.fingerprint(key)) == (
        VECTORS[0][1],
        "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8",
    )
