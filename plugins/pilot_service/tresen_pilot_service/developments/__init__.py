# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is developed at or for a customer, until it was given back to the public."""
