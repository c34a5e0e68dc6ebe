# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signs one value for a short time, so that an address needs no session to be trusted.

Why: the sandboxed frame of a mail sends no cookie, yet must be handed this mail's pictures.
"""

from itsdangerous import BadSignature, URLSafeTimedSerializer

from tresen.errors import Missing
from tresen.i18n import _
from tresen.web.work import current_core

LIFETIME = 600  # seconds


def sign(purpose: str, value: str) -> str:
    """Return a token that holds `value`, good for `purpose` alone and for `LIFETIME`."""
    return str(_signer(purpose).dumps(value))


def signed_value(purpose: str, token: str) -> str:
    """Return the value in `token`; raises Missing when it is altered, old or of another kind."""
    try:
        return str(_signer(purpose).loads(token, max_age=LIFETIME))
    except BadSignature as error:
        raise Missing(_("This link is no longer valid. Please open the page anew.")) from error


def _signer(purpose: str) -> URLSafeTimedSerializer:
    config = current_core().config
    # The newest key comes last and signs; the earlier ones are still accepted.
    keys = [*config.secret_key_fallbacks, config.secret_key]
    return URLSafeTimedSerializer(keys, salt=f"tresen {purpose}")
