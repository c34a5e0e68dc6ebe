# SPDX-License-Identifier: AGPL-3.0-or-later
"""The own network: which of its hosts may be asked."""
