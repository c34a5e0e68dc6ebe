# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m tresen` is the command `tresen`."""

from tresen.start import main

main()
