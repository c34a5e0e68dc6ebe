# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures of the screen, one at a time: covered before they are sent, drawn upon by the agent."""
