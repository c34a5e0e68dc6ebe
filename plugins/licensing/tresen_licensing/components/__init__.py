# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a release consists of, as its bill of materials says, and under which licences."""
