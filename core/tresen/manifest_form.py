# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of a `plugin.toml`, apart because marshmallow comes with it.

A web process whose plugins were all found fit at an earlier start reads none.
"""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate
from packaging.version import InvalidVersion, Version

# The sections of the checklist for service concepts that a plugin may serve.
AREAS = ("1.1", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "4")
MATURITIES = ("experimental", "pilot", "stable", "deprecated", "seeking-maintainer")
# Kinds of personal data, coarse enough to be compared and fine enough to decide by.
PERSONAL_DATA = ("name", "contact", "address", "communication", "usage", "location", "working_time")


def _check_version(value: str) -> None:
    try:
        Version(value)
    except InvalidVersion:
        raise ValidationError("Not a version.") from None


class _Flag(fields.Boolean):
    """Only `true` and `false`: "no" in quotation marks must not grant anything."""

    def _deserialize(self, value: Any, *_rest: Any, **_options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class _Words(Schema):
    en = fields.String(required=True, validate=validate.Length(1, 300))
    de = fields.String(required=True, validate=validate.Length(1, 300))


class _CapabilitiesSchema(Schema):
    network = fields.List(fields.String(validate=validate.Length(1)))
    mail = _Flag()
    files = _Flag()
    subprocess = _Flag()


class ManifestSchema(Schema):
    """What stands in a `plugin.toml`."""

    area = fields.String(required=True, validate=validate.OneOf(AREAS))
    title = fields.Nested(_Words, required=True)
    summary = fields.Nested(_Words, required=True)
    tested = fields.String(required=True, validate=_check_version)
    maturity = fields.String(required=True, validate=validate.OneOf(MATURITIES))
    capabilities = fields.Nested(_CapabilitiesSchema, load_default=dict)
    personal_data = fields.List(
        fields.String(validate=validate.OneOf(PERSONAL_DATA)), load_default=list
    )
    exempt = fields.Dict(
        fields.String(), fields.String(validate=validate.Length(10)), load_default=dict
    )
