# SPDX-License-Identifier: AGPL-3.0-or-later
"""C07: whether a password, a key or a token is in it.

Forms of tokens are those that their makers document; each expression is bounded, so that a line of
any length is read once.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import PurePosixPath

from tresen.sdk import lazy

from tresen_licensing.clearances.checks.records import Check, Found, Line, Place, Subject

_TOKENS = re.compile(
    r"""(?x)(?<![A-Za-z0-9_])(?:
      (?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])        # Amazon
    | gh[pousr]_[0-9A-Za-z]{36}                       # GitHub
    | github_pat_[0-9A-Za-z_]{40}
    | glpat-[0-9A-Za-z_-]{20}                         # GitLab
    | xox[abeprs]-[0-9A-Za-z-]{10}                    # Slack
    | [sr]k_live_[0-9A-Za-z]{16}                      # Stripe
    | AIza[0-9A-Za-z_-]{35}                           # Google
    | npm_[0-9A-Za-z]{36}                             # npm
    | pypi-[0-9A-Za-z_-]{50}                          # PyPI
    | SG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}        # SendGrid
    | hf_[0-9A-Za-z]{34}                              # Hugging Face
    | dop_v1_[0-9a-f]{64}                             # DigitalOcean
    | eyJ[0-9A-Za-z_-]{10,500}\.eyJ[0-9A-Za-z_-]{10,500}\.[0-9A-Za-z_-]{10}   # RFC 7519
    )"""
)
_KEY_BLOCK = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY")
_IN_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://[^\s:/@'\"<>{}$]{1,64}:([^\s:/@'\"<>{}$]{3,128})@"
)
_WORD = (
    r"(?:pass(?:word|wort|wd|phrase)|pwd|kennwort|secret|token|api[_-]?key|private[_-]?key"
    r"|access[_-]?key|client[_-]?secret)"
)
_ASSIGNED = r"(?i)" + _WORD + r"[\"']?\s{0,8}(?::=|=>|[:=])\s{0,8}"
_QUOTED = re.compile(_ASSIGNED + r"[bru]?([\"'])([^\s\"']{6,200})\1")
_BARE = re.compile(_ASSIGNED + r"([^\s\"'#;,]{6,200})\s*(?:#|$)")
# Where values stand without quotes.
_SETTINGS = (
    *(".env", ".ini", ".cfg", ".conf", ".yml", ".yaml", ".toml", ".properties", ".txt", ".md"),
    *(".rst", ".service", ".sh", ""),
)
# Texts for people have words such as “Password:” before other words.
_FREE_OF_VALUES = (".po", ".pot", ".license")
_PLACEHOLDER = re.compile(
    r"(?i)example|changeme|change[_-]me|placeholder|dummy|xxx|\*\*\*|<|\$|\{|%\(|your|^(?:password|"
    r"passwort|kennwort|secret|token|geheim|required|optional|default|testing|string|"
    r"hidden|none|null|true|false)$|^[a-z_]+(?:\.[a-z_]+)+$|\("
)
_LONG = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{24,256}={0,2}(?![A-Za-z0-9+/_=-])")
_WORDLIKE = re.compile(r"[a-z]{6}|[A-Z]{6}|[0-9]{12}|/[a-z]{4}")
# Names made of words have more small letters side by side than chance gives.
_RUN = re.compile(r"[a-z]{3,}")
_MOST_IN_RUNS = 0.4
_NAMED_HASH = re.compile(r"(?i)sha\d{1,3}[-:=]|integrity")
_LEAST_ENTROPY = 3.8  # bits for each character
_KEY_FILES = (
    *(".env", ".env.*", "*.env", ".netrc", ".pypirc", ".npmrc", ".htpasswd", ".pgpass"),
    *("*.key", "*.pem", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "id_rsa*"),
    *("id_ed25519*", "id_ecdsa*", "credentials", "credentials.json", "secrets.*"),
)
_KEY_SAMPLES = ("*.example", "*.sample", "*.template", "*.dist", "*.pub", "secrets.py")


def _clean(subject: Subject) -> Iterable[Found]:
    for file in subject.kept_files:
        if is_key_file(file.path):
            yield Found("file", Place(file.patch, file.path))
    for line in subject.lines:
        for code in dict.fromkeys(found_in(line)):
            yield Found(code, line.place)


def is_key_file(path: str) -> bool:
    """Tell whether a file is one in which keys and passwords are kept."""
    name = PurePosixPath(path).name.lower()
    is_sample = any(fnmatch(name, pattern) for pattern in _KEY_SAMPLES)
    return not is_sample and any(fnmatch(name, pattern) for pattern in _KEY_FILES)


def found_in(line: Line) -> Iterator[str]:
    """Yield the code of each kind of secret that a line holds."""
    text = line.text
    if _KEY_BLOCK.search(text):
        yield "key"
    if _TOKENS.search(text):
        yield "token"
    if any(not _PLACEHOLDER.search(each) for each in _IN_ADDRESS.findall(text)):
        yield "address"
    if _is_assigned(line):
        yield "assigned"
    elif not _NAMED_HASH.search(text) and any(_is_random(each) for each in _LONG.findall(text)):
        yield "random"


def _is_assigned(line: Line) -> bool:
    path = PurePosixPath(line.place.path.lower() or "words.txt")
    suffix = ".env" if path.name.startswith(".env") else path.suffix
    if suffix in _FREE_OF_VALUES:
        return False
    values = [found[1] for found in _QUOTED.findall(line.text)]
    if suffix in _SETTINGS:
        values += _BARE.findall(line.text)
    return any(not _PLACEHOLDER.search(value) for value in values)


def _is_random(text: str) -> bool:
    kinds = any(map(str.isupper, text)) and any(map(str.islower, text))
    if not kinds or sum(map(str.isdigit, text)) < 2 or _WORDLIKE.search(text):
        return False
    in_runs = sum(map(len, _RUN.findall(text)))
    return in_runs <= _MOST_IN_RUNS * len(text) and entropy(text) >= _LEAST_ENTROPY


def entropy(text: str) -> float:
    """Return the entropy of a text after Shannon, in bits for each character."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)


SECRETS = Check(
    "C07",
    lazy("No password, key or token is in it"),
    lazy("Take it out of every patch of the series, and change it: others had it already."),
    {
        "file": lazy("In such a file keys and passwords are kept."),
        "key": lazy("A private key begins here."),
        "token": lazy("This looks like the token of a service."),
        "address": lazy("An address holds a password."),
        "assigned": lazy("A password or key is given a value here."),
        "random": lazy("This looks like a random key."),
    },
    _clean,
    is_strict=True,
)
