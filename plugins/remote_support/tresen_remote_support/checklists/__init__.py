# SPDX-License-Identifier: AGPL-3.0-or-later
"""What BSI IT-Grundschutz asks of remote maintenance, and what Tresen and the operator answer."""
