# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every REST resource shares: tokens, pages, idempotency, errors, OpenAPI."""
