# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attachments: bytes in the database, handed out only to who may see their message."""
