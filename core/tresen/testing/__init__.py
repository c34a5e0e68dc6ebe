# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fixtures and the contract kit that plugins' tests stand on."""
