# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of every error of the REST interface (RFC 9457)."""

from marshmallow import Schema, fields


class Problem(Schema):
    """What went wrong: the status, its name, and a sentence for whoever called."""

    status = fields.Integer(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)
