# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who asks for source or about licences, until when they get an answer, and how they got it."""
