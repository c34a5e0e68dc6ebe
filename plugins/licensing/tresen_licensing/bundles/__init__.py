# SPDX-License-Identifier: AGPL-3.0-or-later
"""The evidence that a development was given back, in one file that anybody can check without us."""
