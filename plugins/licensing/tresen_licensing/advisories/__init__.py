# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which advisories name components of our releases, and what we found of each."""
