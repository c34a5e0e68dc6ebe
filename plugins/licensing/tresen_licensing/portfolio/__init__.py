# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is offered and how long it is supported: products, their versions, and where they run."""
