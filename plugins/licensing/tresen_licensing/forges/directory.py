# SPDX-License-Identifier: AGPL-3.0-or-later
"""As files: the patches and the cover letter in one archive, for a desk without a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tresen.sdk import Desk, store_file

from tresen_licensing.forges import letters
from tresen_licensing.forges.records import Contribution, Sent, Spot, Standing, Word

ZIP = "application/zip"
# The earliest day of the format: the same patches give the same bytes.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
READ_ME = """\
{title} ({reference})

0000-cover-letter.patch says what it is about. The patches stand on the commit
{base}.

    git am 0001-*.patch 0002-*.patch ...
"""


@dataclass(frozen=True)
class Directory:
    """Archives in the desk's own store."""

    desk: Desk

    def propose(self, wanted: Contribution) -> Sent:
        """Write the archive; somebody hands it over."""
        mark = f"-v{wanted.version}" if wanted.version > 1 else ""
        name = f"{wanted.reference}{mark}-patches.zip"
        file = store_file(self.desk, name, ZIP, packed(wanted))
        return Sent(file_id=file.id)

    def state(self, spot: Spot) -> Standing:
        """Say that nobody but a person knows."""
        return Standing(etag=spot.etag, is_known=False)

    def comments(self, spot: Spot) -> Sequence[Word]:  # noqa: ARG002 - every way takes it
        """Return nothing: answers are written down by hand."""
        return ()


def packed(wanted: Contribution) -> bytes:
    """Return the archive; the same contribution gives the same bytes."""
    body = BytesIO()
    words = {"title": wanted.title, "reference": wanted.reference, "base": wanted.base}
    with ZipFile(body, "w", ZIP_DEFLATED) as archive:
        for name, content in [("README", READ_ME.format(**words).encode()), *letters.files(wanted)]:
            archive.writestr(ZipInfo(name, _LONG_AGO), content)
    return body.getvalue()
