# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was developed at a customer, and its way back to the public."""
