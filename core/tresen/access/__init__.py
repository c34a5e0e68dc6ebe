# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sign-in, sessions, tokens, roles and permissions: who may come in, and how far."""
