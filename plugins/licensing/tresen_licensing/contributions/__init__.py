# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the public finds: a register of all that was given back, for people and for programs."""
