# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes of a mail to a record, whatever a stranger sent: headers, parts, charsets, quotes, files.

Pure functions without database or Flask (an import contract holds it), run in a child process with
limits (``parser``); this package imports nothing, so that the child starts fast.
"""
