# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was agreed with a customer about the software that is developed at their place."""
