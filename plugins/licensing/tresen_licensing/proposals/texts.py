# SPDX-License-Identifier: AGPL-3.0-or-later
"""What upstream reads, in upstream's language: names no customer and nobody but the authors."""

from collections.abc import Sequence

from tresen.sdk import Desk, _, ngettext, speaking_to

from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.developments.models import Development

ENGLISH, GERMAN = "en", "de"
LANGUAGES = (ENGLISH, GERMAN)


def letter(
    desk: Desk, row: Development, change: ChangeSet, patches: Sequence[Patch], language: str
) -> str:
    """Return the text with which a change set is proposed; `language` is one of LANGUAGES."""
    with speaking_to(desk, language):
        count = len(patches)
        words = {"base": change.base[:12], "num": count, "reference": row.reference}
        paragraphs = [
            _("Hello,"),
            row.description.strip() or row.title.strip(),
            ngettext(
                "We use this patch in production and would like to give it back. It stands on the"
                " commit %(base)s and is signed off under the Developer Certificate of Origin.",
                "We use these %(num)s patches in production and would like to give them back. They"
                " stand on the commit %(base)s and are signed off under the Developer Certificate"
                " of Origin.",
                count,
            )
            % words,
            _(
                "We answer questions and change what you ask for. Once it is released we help with"
                " what comes of it for 30 days. Please keep the trailer Contribution-Id:"
                " %(reference)s when you squash, so that we see where it arrived."
            )
            % words,
            _("Thank you for your work!"),
        ]
        return "\n\n".join(paragraphs)


def note(title: str, words: Sequence[tuple[str, str]]) -> str:
    """Return the internal note about what upstream said: (author, text), the first first."""
    said = [f"{author or _('Somebody')}:\n{text.strip()}" for author, text in words]
    return "\n\n".join([_("Upstream says of “%(title)s”:") % {"title": title}, *said])


def reminder(row: Development, address: str, days: int) -> tuple[str, str]:
    """Return subject and text of the ticket for who sees to a development that nobody answers."""
    words = {"reference": row.reference, "title": row.title, "days": days, "address": address}
    subject = _("No word from upstream: %(reference)s") % words
    paragraphs = [
        _("“%(title)s” was proposed upstream, and nobody has said anything for %(days)s days.")
        % words,
        address,
        _(
            "Ask once more, kindly and where upstream likes to be asked. If it stays silent, keep"
            " the change as a plugin or as a branch on a released version: the public has its"
            " source already, so the duty is met."
        ),
    ]
    return subject, "\n\n".join(each for each in paragraphs if each)
