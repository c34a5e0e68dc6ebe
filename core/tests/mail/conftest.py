# SPDX-License-Identifier: AGPL-3.0-or-later
"""One child process that reads mails, for all tests of a module."""

from collections.abc import Iterator

import pytest
from tresen.mail.reading.parser import Parser


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    with Parser() as running:
        yield running
