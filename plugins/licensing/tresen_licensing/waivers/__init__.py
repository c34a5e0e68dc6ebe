# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why something need not be published, for how long, and which two people said so."""
