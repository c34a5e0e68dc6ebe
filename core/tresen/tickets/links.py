# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signed links by which a customer reads and answers one request without an account.

A link stands in our mails only, so who follows it has read that mail. It opens one ticket, for
one person, as long as that person takes part in it and the link is not too old.
"""

from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from tresen.config import Config
from tresen.desk import Desk
from tresen.errors import Missing
from tresen.i18n import _

LIFE = timedelta(days=180)


def ticket_link(desk: Desk, ticket_id: int, person_id: int) -> str:
    """Return the whole address of the link, for a mail to that person."""
    token = _signer(desk.config).dumps([ticket_id, person_id])
    return f"{desk.config.base_url.rstrip('/')}/requests/by-link/{token}"


def read_link(desk: Desk, token: str) -> tuple[int, int]:
    """Return ticket id and person id; raises Missing for a token that is altered or too old."""
    try:
        found = _signer(desk.config).loads(token, max_age=int(LIFE.total_seconds()))
    except BadSignature as error:
        raise Missing(
            _("This link is no longer valid. Please answer our mail, or sign in.")
        ) from error
    return int(found[0]), int(found[1])


def _signer(config: Config) -> URLSafeTimedSerializer:
    # The newest key comes last and signs; the earlier ones are still accepted.
    keys = [*config.secret_key_fallbacks, config.secret_key]
    return URLSafeTimedSerializer(keys, salt="tresen ticket link")
