# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customers' side: ask for help, follow a request, answer."""
