# SPDX-License-Identifier: AGPL-3.0-or-later
"""The refusals that Tresen knows: a small set, so that every door answers them the same way.

Each carries one sentence for the person who asked; views show it, REST returns it, commands
print it.
"""


class TresenError(Exception):
    """Something that a person can be told in one sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Refused(TresenError):  # noqa: N818 - the design's word; it reads as a sentence where raised
    """A rule forbids the step: a state that cannot follow, a guard's veto, a used-up limit."""


class Conflict(Refused):
    """The thing changed since it was read; the caller's text is kept and shown beside it."""


class TooMany(Refused):
    """A rate limit was reached; `retry_after` is in seconds."""

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Missing(TresenError):  # noqa: N818
    """The thing does not exist, or not for this actor: the two must look alike."""


class Forbidden(TresenError):  # noqa: N818
    """The actor is known and may see the thing, but not do this to it."""


class NeedsPermission(Forbidden):
    """The actor lacks `permission`, by its full name; pages say so in the reader's language."""

    def __init__(self, permission: str) -> None:
        super().__init__(f"This needs the permission {permission}.")
        self.permission = permission


class Misconfigured(TresenError):  # noqa: N818
    """An option is wrong or absent; the sentence names it and the way out."""


class Unfit(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Why a plugin cannot be taken in, in one sentence."""
