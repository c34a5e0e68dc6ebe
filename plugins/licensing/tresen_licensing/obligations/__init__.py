# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the licences of a release's components demand, how it is met, and what does not fit."""
