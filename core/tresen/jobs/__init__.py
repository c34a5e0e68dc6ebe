# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work that waits for the worker, queued in the transaction that asks for it."""
