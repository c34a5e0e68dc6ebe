# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is looked at before something is published; each check knows nothing but its subject."""
