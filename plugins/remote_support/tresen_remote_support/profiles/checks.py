# SPDX-License-Identifier: AGPL-3.0-or-later
"""What has to fit together in a profile, each with a sentence for where it does not."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from tresen.sdk import Desk, Refused, _

from tresen_remote_support import scopes
from tresen_remote_support.profiles import states
from tresen_remote_support.providers import addresses, passwords, registry
from tresen_remote_support.providers.interface import Provider
from tresen_remote_support.providers.links import LinkProvider

WORDS = ("title", "target_id", "standing_basis", "devices", "agreement_number", "data_class")

Wanted = Mapping[str, Any]


def check(desk: Desk, wanted: Wanted, *, has_approver: bool) -> None:
    """Raise Refused where the columns of a profile do not fit together."""
    tool = registry.entry(desk, wanted["provider"]).provider
    _check_secrets(wanted)
    _check_target(wanted, tool)
    _check_hours(wanted)
    _check_standing(wanted, tool, has_approver)
    _check_recording(wanted, tool)


def plain(value: Any) -> Any:
    """Return what a field holds as it is kept."""
    return value.strip() if isinstance(value, str) else value


def device_lines(kept: str) -> list[str]:
    """Return the devices of a list with one a line."""
    return [line.strip() for line in kept.splitlines() if line.strip()]


def _check_secrets(wanted: Wanted) -> None:
    place = wanted["secret_place"]
    if place and not passwords.is_place(place):
        raise Refused(
            _(
                "Name the place in your vault, such as vault/customer/entry. A password itself does"
                " not belong here."
            )
        )
    if any(passwords.is_betrayed(str(wanted[name])) for name in (*WORDS, "note")):
        raise Refused(_("No password is kept here: put it in your vault and name the place."))


def _check_target(wanted: Wanted, tool: Provider) -> None:
    target = wanted["target_id"]
    if tool.key in registry.SERVERS and not target:
        raise Refused(_("Say which device: the number or address that the tool knows it by."))
    if target and isinstance(tool, LinkProvider):
        addresses.device(target)


def _check_hours(wanted: Wanted) -> None:
    opens, closes = wanted["opens"], wanted["closes"]
    given = {bool(wanted["days"]), opens is not None, closes is not None}
    if len(given) > 1:
        raise Refused(_("Days, begin and end belong together: fill in all three, or none."))
    # Midnight is that at the end of the day.
    if opens is not None and closes != time(0) and closes <= opens:
        raise Refused(_("The hours must end later on the day than they begin; 00:00 is midnight."))


def _check_standing(wanted: Wanted, tool: Provider, has_approver: bool) -> None:
    first, last = wanted["standing_from"], wanted["standing_until"]
    parts = {bool(wanted["standing_basis"]), bool(first), bool(last), bool(wanted["devices"])}
    if parts == {False}:
        if not wanted["needs_consent"]:
            raise Refused(_("Without a standing permission the customer is asked each time."))
        return
    if len(parts) > 1:
        raise Refused(
            _("A standing permission names its paper, its first and last day and the devices.")
        )
    if not first <= last <= states.latest_end(first):
        raise Refused(_("A standing permission holds for twelve months at most."))
    _check_reach(wanted, tool, has_approver)


def _check_reach(wanted: Wanted, tool: Provider, has_approver: bool) -> None:
    if scopes.UNATTENDED not in tool.scopes:
        told = {"tool": tool.title}
        raise Refused(_("“%(tool)s” cannot work while nobody is there.") % told)
    if wanted["target_id"] not in device_lines(wanted["devices"]):
        raise Refused(_("The device must stand in the list of the standing permission."))
    if not has_approver:
        raise Refused(_("Say who approves: they are told after each use."))


def _check_recording(wanted: Wanted, tool: Provider) -> None:
    if not wanted["may_record"]:
        return
    if scopes.RECORD not in tool.scopes:
        raise Refused(_("“%(tool)s” does not record.") % {"tool": tool.title})
    if not wanted["recording_days"]:
        raise Refused(_("Say after how many days a recording is deleted."))
