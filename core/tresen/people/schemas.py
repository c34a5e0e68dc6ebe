# SPDX-License-Identifier: AGPL-3.0-or-later
"""The JSON forms of people and organisations; an unknown field is refused, never dropped."""

from marshmallow import Schema, fields, validate

from tresen.i18n import LANGUAGES
from tresen.rest.pages import SearchQuery

IDS = validate.Range(1, 2**31 - 1)
NAME = [validate.Length(1, 200), validate.Regexp(r"\s*\S", error="It may not be blank.")]


class OrganisationOut(Schema):
    """An organisation as it is answered."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    note = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)


class OrganisationQuery(SearchQuery):
    """Which organisations are wanted."""

    name = fields.String(validate=NAME)


class OrganisationIn(Schema):
    """A new organisation."""

    name = fields.String(required=True, validate=NAME)
    note = fields.String(load_default="", validate=validate.Length(max=10_000))


class OrganisationChange(Schema):
    """The fields to change."""

    name = fields.String(validate=NAME)
    note = fields.String(validate=validate.Length(max=10_000))


class Address(Schema):
    """A mail address; `proven_at` is when its owner was shown, or null."""

    address = fields.String(required=True)
    proven_at = fields.AwareDateTime(allow_none=True)


class PersonOut(Schema):
    """A person as they are answered."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    organisation_id = fields.Integer(allow_none=True)
    sees_organisation = fields.Boolean(required=True)
    phone = fields.String(required=True)
    job_title = fields.String(required=True)
    language = fields.String(allow_none=True)
    is_active = fields.Boolean(required=True)
    addresses = fields.List(fields.Nested(Address), required=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)


class PersonQuery(SearchQuery):
    """Which people are wanted."""

    organisation_id = fields.Integer(validate=IDS)
    address = fields.String(validate=validate.Length(1, 320))


class PersonChange(Schema):
    """The fields of a customer to change; role and addresses are not among them (safety Z04)."""

    name = fields.String(validate=NAME)
    organisation_id = fields.Integer(allow_none=True, validate=IDS)
    phone = fields.String(validate=validate.Length(max=60))
    job_title = fields.String(validate=validate.Length(max=120))
    language = fields.String(allow_none=True, validate=validate.OneOf(list(LANGUAGES)))


class PersonIn(Schema):
    """A new customer."""

    name = fields.String(required=True, validate=NAME)
    address = fields.Email(required=True, validate=validate.Length(max=320))
    organisation_id = fields.Integer(allow_none=True, validate=IDS)
    phone = fields.String(load_default="", validate=validate.Length(max=60))
    job_title = fields.String(load_default="", validate=validate.Length(max=120))
