# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a pilot went, in figures that can be compared with those of others."""
