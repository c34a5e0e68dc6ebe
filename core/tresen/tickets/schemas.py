# SPDX-License-Identifier: AGPL-3.0-or-later
"""The JSON forms of tickets and messages; an unknown field is refused, never dropped."""

from marshmallow import Schema, fields, validate

from tresen.rest.pages import SearchQuery
from tresen.tickets import states
from tresen.tickets.service import SUBJECT_LIMIT

LONGEST_BODY = 1_000_000
IDS = validate.Range(1, 2**31 - 1)
LEVELS = validate.Range(1, 4)
STATES = validate.OneOf(list(states.TITLES))
TAG = validate.And(validate.Length(1, 60), validate.Regexp(r"\s*\S", error="It may not be blank."))
MOST_TAGS = validate.Length(max=20)


class Reference(Schema):
    """A person, an organisation or a team, by id and name."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class TicketOut(Schema):
    """A ticket as it is answered."""

    number = fields.Integer(required=True, attribute="ticket.number")
    subject = fields.String(required=True, attribute="ticket.subject")
    state = fields.String(required=True, attribute="ticket.state", validate=STATES)
    impact = fields.Integer(required=True, attribute="ticket.impact")
    urgency = fields.Integer(required=True, attribute="ticket.urgency")
    priority = fields.Integer(required=True, attribute="ticket.priority")
    channel = fields.String(required=True, attribute="ticket.channel")
    requester = fields.Nested(Reference, allow_none=True, attribute="ticket.requester")
    organisation = fields.Nested(Reference, allow_none=True, attribute="ticket.organisation")
    owner = fields.Nested(Reference, allow_none=True, attribute="ticket.owner")
    team = fields.Nested(Reference, allow_none=True, attribute="ticket.team")
    product_id = fields.Integer(allow_none=True, attribute="ticket.product_id")
    installation_id = fields.Integer(allow_none=True, attribute="ticket.installation_id")
    revision = fields.Integer(required=True, attribute="ticket.revision")
    created_at = fields.AwareDateTime(required=True, attribute="ticket.created_at")
    changed_at = fields.AwareDateTime(required=True, attribute="ticket.changed_at")
    solved_at = fields.AwareDateTime(allow_none=True, attribute="ticket.solved_at")
    closed_at = fields.AwareDateTime(allow_none=True, attribute="ticket.closed_at")
    tags = fields.List(fields.String(), required=True)
    # Facts of plugins, each under its own name.
    extensions = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)


class TicketQuery(SearchQuery):
    """Which tickets are wanted."""

    state = fields.String(validate=STATES)
    team_id = fields.Integer(validate=IDS)
    owner_id = fields.Integer(validate=IDS)
    requester_id = fields.Integer(validate=IDS)
    organisation_id = fields.Integer(validate=IDS)


class TicketIn(Schema):
    """A new ticket; `is_inbound` says that `body` is the customer's word."""

    subject = fields.String(required=True, validate=validate.Length(1, SUBJECT_LIMIT))
    body = fields.String(required=True, validate=validate.Length(1, LONGEST_BODY))
    is_inbound = fields.Boolean(load_default=True)
    requester_id = fields.Integer(validate=IDS)
    organisation_id = fields.Integer(validate=IDS)
    team_id = fields.Integer(validate=IDS)
    owner_id = fields.Integer(validate=IDS)
    product_id = fields.Integer(validate=IDS)
    installation_id = fields.Integer(validate=IDS)
    impact = fields.Integer(load_default=2, validate=LEVELS)
    urgency = fields.Integer(load_default=2, validate=LEVELS)
    tags = fields.List(fields.String(validate=TAG), load_default=list, validate=MOST_TAGS)


class TicketChange(Schema):
    """The fields to change; null empties one that may be empty, `tags` are all that it has then."""

    revision = fields.Integer(validate=IDS)
    subject = fields.String(validate=validate.Length(1, SUBJECT_LIMIT))
    state = fields.String(validate=STATES)
    impact = fields.Integer(validate=LEVELS)
    urgency = fields.Integer(validate=LEVELS)
    priority = fields.Integer(validate=LEVELS)
    requester_id = fields.Integer(allow_none=True, validate=IDS)
    organisation_id = fields.Integer(allow_none=True, validate=IDS)
    team_id = fields.Integer(allow_none=True, validate=IDS)
    owner_id = fields.Integer(allow_none=True, validate=IDS)
    product_id = fields.Integer(allow_none=True, validate=IDS)
    installation_id = fields.Integer(allow_none=True, validate=IDS)
    tags = fields.List(fields.String(validate=TAG), validate=MOST_TAGS)


class ParticipantOut(Reference):
    """Somebody who takes part in a ticket beside the requester."""

    address = fields.String(required=True, allow_none=True)


class ParticipantsOut(Schema):
    """All who take part in a ticket beside the requester."""

    items = fields.List(fields.Nested(ParticipantOut), required=True)


class MessageOut(Schema):
    """A message as it is answered."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["reply", "note"]))
    is_inbound = fields.Boolean(required=True)
    channel = fields.String(required=True)
    author_id = fields.Integer(allow_none=True)
    author_name = fields.String(required=True)
    format = fields.String(required=True)
    body = fields.String(required=True)
    quoted = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class MessageQuery(SearchQuery):
    """Which messages are wanted: those that have the words."""

    q = fields.String(
        required=True,
        validate=SearchQuery().fields["q"].validate,
        metadata=SearchQuery().fields["q"].metadata,
    )


class MessageFound(MessageOut):
    """A found message, with the number of its ticket."""

    ticket_number = fields.Integer(required=True)


class MessageIn(Schema):
    """A new message in Markdown: the token's owner's, or with `is_inbound` a customer's word.

    Such a word came by telephone, chat or another program; it is the requester's, or that of the
    participant `author_id`, and nothing is mailed to them.
    """

    body = fields.String(required=True, validate=validate.Length(1, LONGEST_BODY))
    kind = fields.String(load_default="reply", validate=validate.OneOf(["reply", "note"]))
    is_inbound = fields.Boolean(load_default=False)
    author_id = fields.Integer(validate=IDS)
