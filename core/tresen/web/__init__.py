# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every page shares: rendering, security headers, safe text, the shell around it."""
