# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where what was developed is public: anchors, seen by whom, and the rule of two."""
