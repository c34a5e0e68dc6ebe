# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was agreed with a customer on the access to an installation: how, when, who approves it."""
