# SPDX-License-Identifier: AGPL-3.0-or-later
"""A development that is cleared, with its source and anchors."""

from publishings import (  # noqa: F401 - fixtures
    customer_desk,
    elsewhere_shown,
    given_back,
    public,
    publish,
    ready,
    series,
    sign,
    site,
    tree,
)
