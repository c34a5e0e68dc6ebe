# SPDX-License-Identifier: AGPL-3.0-or-later
"""The protocol as a message on the ticket: plain text, so that no name in it can be markup."""

from collections.abc import Iterator

from tresen.sdk import _

from tresen_remote_support.protocols.sheets import Section, Sheet


def body(sheet: Sheet, name: str, *, has_pdf: bool, is_corrected: bool) -> str:
    """Return the message in the language in use; `name` is the customer's."""
    return "\n\n".join(
        [
            _("Hello %(name)s,") % {"name": name},
            " ".join(_opening(has_pdf=has_pdf, is_corrected=is_corrected)),
            sheet.lead,
            *(_section(each) for each in sheet.sections),
        ]
    )


def _opening(*, has_pdf: bool, is_corrected: bool) -> Iterator[str]:
    if is_corrected:
        yield _("this is the corrected record of our remote session; it replaces the earlier one.")
    else:
        yield _("this is the record of our remote session.")
    if has_pdf:
        yield _("It is attached as a PDF, too.")
    yield _("If anything in it is not as you remember it, simply answer.")


def _section(section: Section) -> str:
    lines = [section.heading, *([section.text] if section.text else [])]
    for each in section.entries:
        lines.append(f"- {each.title}: {each.value}")
        if each.code:
            lines.append(f"  SHA-256 {each.code}")
    return "\n".join(lines)
