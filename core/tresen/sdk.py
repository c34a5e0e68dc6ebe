# SPDX-License-Identifier: AGPL-3.0-or-later
"""THE FRONT DOOR: everything that a plugin may import, and nothing else.

What stands here is kept by SemVer; what does not may change with any release.
"""

from typing import TYPE_CHECKING, Any

from tresen.access.service import limit, source_of
from tresen.db import PluginTables, UTCDateTime
from tresen.desk import Actor, Core, Desk, desk_for
from tresen.errors import Conflict, Forbidden, Missing, Refused, TooMany
from tresen.files.models import StoredFile
from tresen.files.privacy import remove_files
from tresen.files.service import read_file, store_file
from tresen.hooks import hookimpl
from tresen.hooks.places import Page, Place
from tresen.hooks.records import (
    ADMINISTRATOR,
    AGENT,
    CUSTOMER,
    Check,
    Column,
    DataSet,
    Filter,
    Job,
    MessageMark,
    NavItem,
    Panel,
    Permission,
    RailEntry,
    RailGroup,
    Route,
    SearchHit,
    SearchSource,
    Service,
    SettingsForm,
    ShortAddress,
)
from tresen.hooks.stability import Deprecated, hookspec
from tresen.hours import ServiceHours, add_minutes, minutes_between
from tresen.i18n import _, lazy, ngettext, pgettext, speaking_to
from tresen.jobs.service import enqueue
from tresen.journal.queries import traces_of
from tresen.journal.service import change, record
from tresen.mail.queries import mails_of
from tresen.mail.records import Mail
from tresen.networks import PrivateNetworkError, public_address
from tresen.people.fields import OrganisationField
from tresen.people.models import EmailAddress, Organisation, Person, Team
from tresen.people.queries import (
    absent_among,
    active_agents,
    is_absent,
    member_ids,
    person_by_address,
    primary_address,
)
from tresen.people.service import add_person
from tresen.privacy import Traces, rows_of
from tresen.products.models import Installation, Product, ProductVersion
from tresen.provenance import Provenance, provenance_of
from tresen.search.models import SearchEntry
from tresen.search.service import Text as SearchText
from tresen.search.service import put as put_into_search
from tresen.search.service import remove as remove_from_search
from tresen.settings.service import read as read_settings
from tresen.tickets.models import Message, Ticket
from tresen.tickets.queries import ticket_by_number
from tresen.tickets.queries import visible as visible_tickets
from tresen.tickets.records import NewMessage, NewTicket
from tresen.tickets.service import add_message, open_ticket
from tresen.web.crumbs import Crumb, filled_in, form_below, kept, taken
from tresen.web.file_names import clean_file_name
from tresen.web.formats import day, number
from tresen.web.forms import Form, choices
from tresen.web.media import file_headers, image_of
from tresen.web.permissions import needs, open_to_all
from tresen.web.plain_text import mark_diffs
from tresen.web.text import csv_cell
from tresen.web.work import current_desk, release

if TYPE_CHECKING:
    from tresen.rest.v1 import Blueprint as RestBlueprint

__all__ = [
    "ADMINISTRATOR",
    "AGENT",
    "CUSTOMER",
    "Actor",
    "Check",
    "Column",
    "Conflict",
    "Core",
    "Crumb",
    "DataSet",
    "Deprecated",
    "Desk",
    "EmailAddress",
    "Filter",
    "Forbidden",
    "Form",
    "Installation",
    "Job",
    "Mail",
    "Message",
    "MessageMark",
    "Missing",
    "NavItem",
    "NewMessage",
    "NewTicket",
    "Organisation",
    "OrganisationField",
    "Page",
    "Panel",
    "Permission",
    "Person",
    "Place",
    "PluginTables",
    "PrivateNetworkError",
    "Product",
    "ProductVersion",
    "Provenance",
    "RailEntry",
    "RailGroup",
    "Refused",
    "RestBlueprint",
    "Route",
    "SearchEntry",
    "SearchHit",
    "SearchSource",
    "SearchText",
    "Service",
    "ServiceHours",
    "SettingsForm",
    "ShortAddress",
    "StoredFile",
    "Team",
    "Ticket",
    "TooMany",
    "Traces",
    "UTCDateTime",
    "_",
    "absent_among",
    "active_agents",
    "add_message",
    "add_minutes",
    "add_person",
    "change",
    "choices",
    "clean_file_name",
    "csv_cell",
    "current_desk",
    "day",
    "desk_for",
    "enqueue",
    "file_headers",
    "filled_in",
    "form_below",
    "hookimpl",
    "hookspec",
    "image_of",
    "is_absent",
    "kept",
    "lazy",
    "limit",
    "mails_of",
    "mark_diffs",
    "member_ids",
    "minutes_between",
    "needs",
    "ngettext",
    "number",
    "open_ticket",
    "open_to_all",
    "person_by_address",
    "pgettext",
    "primary_address",
    "provenance_of",
    "public_address",
    "put_into_search",
    "read_file",
    "read_settings",
    "record",
    "release",
    "remove_files",
    "remove_from_search",
    "rows_of",
    "source_of",
    "speaking_to",
    "store_file",
    "taken",
    "ticket_by_number",
    "traces_of",
    "visible_tickets",
]


def __getattr__(name: str) -> Any:
    """Return what is imported when it is first named: marshmallow comes with REST resources."""
    if name != "RestBlueprint":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from tresen.rest.v1 import Blueprint  # noqa: PLC0415 - see above

    return Blueprint
