# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recordings of the moving picture: by consent of their own, without sound, deleted by date."""
