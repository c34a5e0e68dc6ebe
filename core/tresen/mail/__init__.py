# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail in and out: what arrives becomes a message on a ticket, what agents write is sent.

The way in is hostile, so the modules that read bytes stand apart (``reading``); this package
imports nothing, so that the child process that reads starts fast.
"""
