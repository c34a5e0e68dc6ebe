# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bounds of what is read from one mail, so that no sender can make the desk work for minutes.

What lies beyond a bound is never lost: the raw bytes are stored before anything is read, and the
mail carries a defect that names the bound.
"""

MAX_DEPTH = 50
"""Multiparts inside multiparts; deeper ones are kept as one attachment, not taken apart."""

MAX_PARTS = 1_000
"""Parts of one mail; the rest of the mail after them is kept as one attachment."""

MAX_HEADER_BYTES = 1 << 20
"""Bytes read of one header block; 10,000 recipients of 40 bytes fit."""

MAX_FIELDS = 500
"""Header fields kept of one block."""

MAX_VALUE_BYTES = 64 << 10
"""Bytes decoded of one header field that is no list of addresses."""

MAX_KEPT_VALUE = 4_000
"""Characters kept of one header field in ``Mail.headers``."""

MAX_SUBJECT = 998
"""Characters of a subject: the longest line that RFC 5322 section 2.1.1 allows."""

MAX_ADDRESSES = 200
"""Addresses kept of one header field; all of them are counted."""

MAX_IDS = 100
"""Message-IDs kept of References: the first one and the newest."""

MAX_TEXT = 1_000_000
"""Characters of text shown; a longer body is kept whole as an attachment too."""

MAX_HTML = 2_000_000
"""Characters of HTML shown; a longer body is kept whole as an attachment too."""

MAX_PARAMETERS = 100
"""Parameters read of one Content-Type or Content-Disposition."""
