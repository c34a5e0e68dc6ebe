# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the secret that a mailbox names; the database never holds one.

Only a file in the data folder's `secrets` and variables that begin with TRESEN_MAIL_ can be named,
so that whoever may set up a mailbox cannot have any other secret of the machine sent to a server.
"""

import os
import re

from tresen.config import Config
from tresen.errors import Misconfigured

FOLDER = "secrets"
VARIABLES = "TRESEN_MAIL_"
_REF = re.compile(r"env:(TRESEN_MAIL_[A-Z0-9_]+)\Z|file:([A-Za-z0-9][A-Za-z0-9._-]{0,100})\Z")


def is_secret_ref(ref: str) -> bool:
    """Whether `ref` has one of the two forms `env:TRESEN_MAIL_…` and `file:name`."""
    return bool(_REF.match(ref))


def read_secret(config: Config, ref: str) -> str:
    """Return the secret, read anew each time, so that a token may be renewed meanwhile.

    Raises Misconfigured when there is none, or none that is text.
    """
    found = _REF.match(ref)
    if found is None:
        raise Misconfigured(f"The secret {ref!r} must be env:{VARIABLES}… or file:name.")
    try:
        if variable := found[1]:
            return os.environ[variable]
        return (config.data_dir / FOLDER / found[2]).read_text(encoding="utf-8").strip()
    except (KeyError, OSError) as error:
        raise Misconfigured(f"There is no secret at {ref}.") from error
    except UnicodeDecodeError as error:
        raise Misconfigured(f"The secret at {ref} is no UTF-8 text.") from error
