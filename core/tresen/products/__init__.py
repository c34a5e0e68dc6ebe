# SPDX-License-Identifier: AGPL-3.0-or-later
"""Products, versions and installations: what is supported, and where it runs."""
