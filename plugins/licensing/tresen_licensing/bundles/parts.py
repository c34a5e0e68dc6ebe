# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a development's page shows of its evidence."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_licensing.bundles import signing, verify
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.pages import Part


def _load(desk: Desk, _row: Development) -> Mapping[str, Any]:
    line = signing.public_line(signing.key_from(desk.config.secret_key))
    return {"fingerprint": verify.fingerprint(verify.key_of(line))}


PART = Part("licensing/bundles/part.html", _load)
