# SPDX-License-Identifier: AGPL-3.0-or-later
"""The trailer by which a contribution is found again, whatever becomes of its commits."""

from collections.abc import Sequence
from dataclasses import replace

from dulwich.trailers import add_trailer_to_message, parse_trailers

from tresen_licensing.patches.series import PatchText

KEY = "Contribution-Id"


def with_trailer(patches: Sequence[PatchText], reference: str) -> tuple[PatchText, ...]:
    """Return patches whose last one names the contribution; one that does already stays."""
    *first, last = patches
    if names(last.message, reference):
        return tuple(patches)
    # The subject stands apart, and a trailer stands in no first paragraph.
    whole = f"{last.subject}\n\n{last.message.strip()}".strip()
    told = add_trailer_to_message(whole.encode(), KEY, reference).decode()
    return *first, replace(last, message=told.removeprefix(last.subject).strip() + "\n")


def names(message: str, reference: str) -> bool:
    """Tell whether a message has the trailer; a squash may have left it in the middle."""
    wanted = f"{KEY}: {reference}".lower()
    return any(line.strip().lower() == wanted for line in message.splitlines())


def signed_by(message: str) -> set[str]:
    """Return the addresses of the sign-offs in a message, wherever they stand."""
    found = parse_trailers(message.encode())[1]
    lines = [each.value for each in found if each.key.lower() == "signed-off-by"]
    lines += [
        line.strip().partition(":")[2]
        for line in message.splitlines()
        if line.strip().lower().startswith("signed-off-by:")
    ]
    return {line.rpartition("<")[2].rstrip("> ").strip().lower() for line in lines}
