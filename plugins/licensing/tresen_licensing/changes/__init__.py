# SPDX-License-Identifier: AGPL-3.0-or-later
"""The changes themselves: patch series as they came in, numbered, and never changed again."""
