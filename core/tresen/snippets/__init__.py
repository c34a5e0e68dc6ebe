# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts that agents insert into what they write: whole answers, and parts of them."""
