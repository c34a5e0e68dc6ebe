# SPDX-License-Identifier: AGPL-3.0-or-later
"""What participants try: builds, and the rings to which they are rolled out."""
